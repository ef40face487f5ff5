"""What is handed to the driver on a shortcut comes to the same as what SQLAlchemy says, on every database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from aptas.storage.engine import Database, rows_of, scalars_of
from aptas.storage.opening import open_database
from aptas.storage.statements import Statement, insertion, one_of
from aptas.storage.tables import BigId
from tests.contracts.backends import Storage

metadata = MetaData()
birds = Table(
    "birds",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("name", String(40), unique=True),
    Column("song", LargeBinary(100)),
)
SOME: list[dict[str, Any]] = [
    {"id": 1, "name": "까치", "song": b"\x00%s"},
    {"id": 2**62, "name": None, "song": b""},
    {"id": 3, "name": "o'% :x", "song": None},
]
BY_ID = select(birds).where(one_of(birds.c.id, "ids")).order_by(birds.c.id)
NAMED = update(birds).where(birds.c.id == bindparam("id_")).values(name=bindparam("name"))


@pytest.fixture
async def database(storage: Storage) -> AsyncIterator[Database]:
    database = open_database(storage.url)
    await database.alter(metadata.create_all)
    await database.write(lambda connection: insertion(birds).each(connection, SOME))
    yield database
    await database.close()


@pytest.mark.parametrize("ids", [[], [1], [1, 3, 4, 2**62], [4]])
async def test_rows_are_those_that_sqlalchemy_finds(database: Database, ids: list[int]) -> None:
    found = await database.read(lambda connection: Statement(BY_ID).rows(connection, {"ids": ids}))
    told = await database.read(rows_of(BY_ID, {"ids": ids}))
    assert [tuple(row) for row in found] == [tuple(row) for row in told]
    assert [(row.id, row.name, row.song) for row in found] == [tuple(row) for row in told]


async def test_a_list_of_texts_is_found_too_and_what_the_statement_says_itself_is_kept(
    database: Database,
) -> None:
    by_name = Statement(select(birds.c.id).where(one_of(birds.c.name, "names")).order_by(birds.c.id).limit(1))

    async def found(*names: str) -> list[int]:
        rows = await database.read(lambda connection: by_name.rows(connection, {"names": names}))
        return [row.id for row in rows]

    assert [await found("o'% :x"), await found("", "없음"), await found(), await found("까치", "o'% :x")] == [
        [3],
        [],
        [],
        [1],
    ]


async def test_it_tells_how_many_rows_it_touched(database: Database) -> None:
    rename, leave = Statement(NAMED), Statement(delete(birds).where(one_of(birds.c.id, "ids")))

    def work(connection: Connection) -> list[int]:
        touched = [rename.once(connection, {"id_": id_, "name": "까마귀"}) for id_ in (3, 4)]
        return [*touched, leave.once(connection, {"ids": [1, 3, 5]})]

    assert await database.write(work) == [1, 0, 2]
    assert await database.read(scalars_of(select(birds.c.id))) == [2**62]


async def test_it_belongs_to_the_transaction_that_it_is_said_in(database: Database) -> None:
    def fail(connection: Connection) -> None:
        Statement(NAMED).each(connection, [{"id_": 1, "name": "참새"}, {"id_": 3, "name": "제비"}])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(fail)
    names = await database.read(scalars_of(select(birds.c.name).order_by(birds.c.id)))
    assert names == ["까치", "o'% :x", None]


async def test_a_breach_is_an_integrity_error_and_the_next_one_may_write(database: Database) -> None:
    twice = {"id": 7, "name": "까치", "song": None}
    with pytest.raises(IntegrityError):
        await database.write(lambda connection: insertion(birds).each(connection, [twice]))
    await database.write(lambda connection: insertion(birds).each(connection, [twice | {"name": "꿩"}]))
    assert len(await database.read(scalars_of(select(birds.c.id)))) == 4


async def test_whoever_is_cancelled_while_it_waits_leaves_a_connection_that_nobody_gets(
    database: Database,
) -> None:
    """Half of an answer may still be on its way there."""

    def rename(connection: Connection) -> None:
        Statement(NAMED).once(connection, {"id_": 1, "name": "참새"})

    async with database.transaction() as turn:
        await turn(rename)
        waiting = [asyncio.create_task(database.write(rename)) for _ in range(3)]
        await asyncio.sleep(0.1)
        for each in waiting:
            each.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait(waiting)
    for _ in range(8):
        await database.write(rename)
        assert await database.read(scalars_of(select(birds.c.name).where(birds.c.id == 1))) == ["참새"]
