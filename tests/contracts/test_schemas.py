"""The schema on every database: made once however many processes start, and refused when it is not ours."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from functools import partial

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, insert, inspect, text

from aptas.registration.tables import ledger
from aptas.storage.engine import Database, rows_of
from aptas.storage.migrate import SchemaRefused, upgrade
from aptas.storage.opening import open_database
from tests.contracts.backends import Storage

CONTEXTS = ("homes", "registration", "management", "contractor", "mypage")


@pytest.fixture
async def database(storage: Storage) -> AsyncIterator[Database]:
    database = open_database(storage.url)
    yield database
    await database.close()


def tables_of(context: str) -> MetaData:
    metadata: MetaData = importlib.import_module(f"aptas.{context}.tables").ledger.metadata
    return metadata


def differences(metadata: MetaData, connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


@pytest.mark.parametrize("context", CONTEXTS)
async def test_after_an_upgrade_the_database_is_what_the_tables_say(database: Database, context: str) -> None:
    metadata = tables_of(context)
    assert await upgrade(database, context, metadata)
    assert await database.read(partial(differences, metadata)) == []
    made = set(await database.read(lambda connection: inspect(connection).get_table_names()))
    assert made == set(metadata.tables) | {"alembic_version"}
    assert not await upgrade(database, context, metadata)


async def test_of_many_that_start_at_once_one_migrates_and_the_others_find_it_done(storage: Storage) -> None:
    many = [open_database(storage.url) for _ in range(6)]
    metadata = tables_of("registration")
    done = await asyncio.gather(*(upgrade(each, "registration", metadata) for each in many))
    assert sorted(done) == [False] * 5 + [True]
    assert await many[0].read(partial(differences, metadata)) == []
    for each in many:
        await each.close()


async def test_a_database_newer_than_the_code_is_refused_and_left_alone(database: Database) -> None:
    metadata = tables_of("registration")
    await upgrade(database, "registration", metadata)
    later = text("UPDATE alembic_version SET version_num = '9999_later'")
    await database.write(lambda connection: connection.execute(later))
    with pytest.raises(SchemaRefused, match="9999_later"):
        await upgrade(database, "registration", metadata)
    assert await database.read(partial(differences, metadata)) == []


async def test_texts_are_compared_as_they_are(database: Database) -> None:
    """Whatever language the server was set up for: no key of an Idempotency-Key is taken for another."""
    await upgrade(database, "registration", ledger.metadata)
    keys = ["key", "KEY", "kéy", "열쇠", "🔑"]
    rows = [{"key": key, "fingerprint": "", "event_id": None, "state": b"", "recorded_at": 1} for key in keys]
    await database.write(lambda connection: connection.execute(insert(ledger.idempotency), rows))
    table = ledger.idempotency
    for key in keys:
        (row,) = await database.read(rows_of(table.select().where(table.c.key == key)))
        assert row.key == key
