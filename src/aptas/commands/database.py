"""`aptas db upgrade`."""

import sys

from aptas.bootstrap import CONTEXTS, ledger_of
from aptas.settings import Settings
from aptas.storage.migrate import upgrade, versions_of
from aptas.storage.opening import open_database


async def upgrade_all(settings: Settings) -> None:
    """Migrate each context's database to the newest version."""
    settings.prepare_data()
    for name in CONTEXTS:
        database = open_database(settings.database_url(name))
        done = await upgrade(database, name, ledger_of(name).metadata)
        await database.close()
        said = "올림 / upgraded" if done else "그대로 / up to date"
        sys.stdout.write(f"{name}: {versions_of(name)[-1]} {said}\n")
