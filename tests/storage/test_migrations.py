"""What the migrations make is what the tables say, for every context."""

import importlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect, text

from aptas.storage import migrate
from aptas.storage.engine import Database
from aptas.storage.migrate import SchemaRefused, upgrade, versions_of
from aptas.storage.opening import open_database

CONTEXTS = ("homes", "registration", "management", "contractor", "mypage")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'one.db'}")
    yield database
    await database.close()


@pytest.fixture(params=CONTEXTS)
def context(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def tables_of(context: str) -> MetaData:
    metadata: MetaData = importlib.import_module(f"aptas.{context}.tables").ledger.metadata
    return metadata


def differences(metadata: MetaData, connection: Connection) -> list[object]:
    how = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=how), metadata))


async def whole_schema(database: Database) -> list[tuple[object, ...]]:
    schema = text("SELECT type, name, sql FROM sqlite_master ORDER BY name")
    rows = await database.read(lambda connection: connection.execute(schema).all())
    return [tuple(row) for row in rows]


async def test_after_an_upgrade_the_database_is_what_the_tables_say(database: Database, context: str) -> None:
    metadata = tables_of(context)
    assert await upgrade(database, context, metadata)
    assert await database.read(partial(differences, metadata)) == []
    made = set(await database.read(lambda connection: inspect(connection).get_table_names()))
    assert made == set(metadata.tables) | {"alembic_version"}


async def test_the_comparison_sees_a_column_that_no_migration_makes(database: Database) -> None:
    metadata = tables_of("registration")
    await upgrade(database, "registration", metadata)
    without = text("ALTER TABLE contacts DROP COLUMN phone")
    await database.write(lambda connection: connection.execute(without))
    assert len(await database.read(partial(differences, metadata))) == 1


async def test_upgrading_twice_changes_nothing(database: Database, context: str) -> None:
    metadata = tables_of(context)
    await upgrade(database, context, metadata)
    before = await whole_schema(database)
    assert not await upgrade(database, context, metadata)
    assert await whole_schema(database) == before


async def test_a_partial_index_stays_partial(database: Database, context: str) -> None:
    """compare_metadata does not look at an index's WHERE; the outbox lives by it."""
    await upgrade(database, context, tables_of(context))
    schema = {name: sql for _, name, sql in await whole_schema(database)}
    assert str(schema["events_pending"]).endswith("WHERE published_at IS NULL")


async def test_a_database_newer_than_the_code_is_refused_and_left_alone(
    database: Database, context: str
) -> None:
    metadata = tables_of(context)
    await upgrade(database, context, metadata)
    later = text("UPDATE alembic_version SET version_num = '9999_later'")
    await database.write(lambda connection: connection.execute(later))
    before = await whole_schema(database)
    with pytest.raises(SchemaRefused, match="9999_later"):
        await upgrade(database, context, metadata)
    assert await whole_schema(database) == before


async def test_an_upgrade_that_fails_leaves_nothing_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unplugged(Exception):
        pass

    def half(connection: Connection, _context: str, _metadata: MetaData) -> None:
        connection.execute(text("CREATE TABLE claims (id INTEGER)"))
        raise Unplugged

    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_to_newest", half)
        with pytest.raises(Unplugged):
            await upgrade(database, "registration", tables_of("registration"))
    assert await whole_schema(database) == []
    assert await upgrade(database, "registration", tables_of("registration"))


def test_versions_are_numbered_without_gaps_and_the_file_is_the_revision(context: str) -> None:
    folder = Path(migrate.__file__).parent / "migrations" / context
    before: str | None = None
    for number, name in enumerate(versions_of(context), start=1):
        assert name.startswith(f"{number:04d}_")
        source = (folder / f"{name}.py").read_text()
        assert f'revision = "{name}"' in source
        assert f"down_revision = {before!r}".replace("'", '"') in source
        before = name
