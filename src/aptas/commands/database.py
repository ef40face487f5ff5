"""`aptas db upgrade`."""

import sys

from aptas.bootstrap import CONTEXTS, ready_database
from aptas.settings import Settings
from aptas.storage.migrate import versions_of


async def upgrade_all(settings: Settings) -> None:
    """Migrate each context's database to the newest version."""
    settings.prepare_data()
    for name in CONTEXTS:
        database, done = await ready_database(settings, name)
        await database.close()
        said = "올림 / upgraded" if done else "그대로 / up to date"
        sys.stdout.write(f"{name}: {versions_of(name)[-1]} {said}\n")
