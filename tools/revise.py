"""Write the next migration of a context: what its tables.py has and its migrations do not make yet.

    PYTHONPATH=src python tools/revise.py <context> <name>     # such as: mypage add_due_date

The file is src/aptas/storage/migrations/<context>/NNNN_<name>.py. Read it before it is committed: a renamed
column, for one, is told as one that goes and one that comes.
"""

import asyncio
import importlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData

import aptas.storage
from aptas.storage.migrate import upgrade, versions_of
from aptas.storage.opening import open_database

MIGRATIONS = Path(aptas.storage.__file__).parent / "migrations"


def next_revision(context: str, name: str) -> str:
    """`0003_add_due_date`: its number is one above the newest's."""
    return f"{len(versions_of(context)) + 1:04d}_{name}"


async def revise(context: str, name: str) -> Path:
    """Compare the tables with a database that all migrations so far have made; write what differs."""
    metadata: MetaData = importlib.import_module(f"aptas.{context}.tables").ledger.metadata
    (MIGRATIONS / context).mkdir(exist_ok=True)
    revision = next_revision(context, name)
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/{context}.db")
        if versions_of(context):
            await upgrade(database, context, metadata)
        await database.write(_writer(context, metadata, revision, name))
        await database.close()
    return MIGRATIONS / context / f"{revision}.py"


def _writer(context: str, metadata: MetaData, revision: str, name: str) -> Callable[[Connection], None]:
    def write(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("version_locations", str(MIGRATIONS / context))
        config.set_main_option("path_separator", "os")
        config.set_main_option("file_template", "%%(rev)s")
        config.attributes.update(connection=connection, metadata=metadata)
        message = f"{context}: {name.replace('_', ' ')}."
        command.revision(config, message, autogenerate=True, rev_id=revision)

    return write


def main() -> None:
    """Write it and make it tidy."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    path = asyncio.run(revise(sys.argv[1], sys.argv[2]))
    for tidying in (["format"], ["check", "--fix"], ["format"]):
        subprocess.run(["ruff", *tidying, "--quiet", str(path)], check=True)
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
