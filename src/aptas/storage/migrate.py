"""One-shot migrations: each context has versions of its own under migrations/<context>."""

from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Connection, MetaData, inspect, text

from aptas.storage.engine import Database


class SchemaRefused(Exception):
    """The database's schema and this code do not go together."""


def versions_of(context: str) -> list[str]:
    """Revision names, oldest first: files are named 0001_… and say nothing else about order."""
    folder = files("aptas.storage").joinpath("migrations", context)
    return sorted(each.name.removesuffix(".py") for each in folder.iterdir() if each.name[:1].isdigit())


async def upgrade(database: Database, context: str, metadata: MetaData) -> bool:
    """Bring the schema to the newest version, one process at a time; True when something was done.

    SchemaRefused: the database is newer than this code.
    """
    if await database.read(_current) == versions_of(context)[-1]:
        return False
    return await database.alter(lambda connection: _upgrade(connection, context, metadata))


def _upgrade(connection: Connection, context: str, metadata: MetaData) -> bool:
    newest, current = versions_of(context)[-1], _current(connection)
    if current == newest:
        return False
    if current is not None and current not in versions_of(context):
        raise SchemaRefused(
            f"{context}: 데이터베이스({current})가 이 프로그램({newest})보다 새것입니다. "
            "새 버전을 실행해 주세요. / "
            f"the database is at {current}, newer than this code ({newest}): run the newer version."
        )
    _to_newest(connection, context, metadata)
    return True


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _to_newest(connection: Connection, context: str, metadata: MetaData) -> None:
    from alembic import command
    from alembic.config import Config

    with as_file(files("aptas.storage").joinpath("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.set_main_option("version_locations", str(Path(folder) / context))
        config.set_main_option("path_separator", "os")
        config.attributes.update(connection=connection, metadata=metadata)
        command.upgrade(config, "head")
