"""What may wait leaves the loop; whoever waited in vain, or no longer wants to, leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection

from aptas.storage import sqlite
from aptas.storage.engine import Database, DatabaseRefused, StorageAway
from aptas.storage.opening import open_database
from tests.contracts.backends import IMPATIENT_MS, locked


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "one.db"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    database = open_database(f"sqlite:///{file}")
    await database.write(lambda connection: connection.exec_driver_sql("CREATE TABLE notes (said TEXT)"))
    yield database
    await database.close()


def note(connection: Connection) -> None:
    connection.exec_driver_sql("INSERT INTO notes VALUES ('here')")


def notes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM notes").scalar_one())


def patience(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())


async def test_somebody_elses_lock_is_waited_for_while_the_loop_goes_on(
    database: Database, file: Path
) -> None:
    with locked(file):
        writing = asyncio.create_task(database.write(note))
        await asyncio.sleep(0.1)
        assert await database.read(notes) == 0
        assert not writing.done()
    await writing
    assert await database.read(notes) == 1


async def test_after_a_wait_in_vain_the_next_writer_does_not_wait_on_the_loop(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE_MS", IMPATIENT_MS)
    with locked(file), pytest.raises(StorageAway):
        await database.write(note)
    assert await database.write(patience) == sqlite.AT_ONCE_MS


async def test_a_writer_that_is_cancelled_while_it_waits_writes_nothing_and_is_in_nobodys_way(
    database: Database, file: Path
) -> None:
    with locked(file):
        writing = asyncio.create_task(database.write(note))
        await asyncio.sleep(0.1)
        writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    assert writing.cancelled()
    assert await database.read(notes) == 0
    await database.write(note)
    assert await database.read(notes) == 1
    assert await database.write(patience) == sqlite.AT_ONCE_MS


async def test_a_transaction_in_several_turns_is_one(database: Database) -> None:
    async with database.transaction() as turn:
        await turn(note)
        await asyncio.sleep(0)
        await turn(note)
        assert (await turn(notes), await database.read(notes)) == (2, 0)
    assert await database.read(notes) == 2


async def test_a_transaction_that_fails_in_a_later_turn_takes_the_earlier_ones_with_it(
    database: Database,
) -> None:
    def fail(_connection: Connection) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with database.transaction() as turn:
            await turn(note)
            await turn(fail)
    assert await database.read(notes) == 0


async def test_a_write_in_vain_is_remembered_until_one_goes_well(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE_MS", IMPATIENT_MS)
    with locked(file), pytest.raises(StorageAway):
        await database.write(note)
    assert "locked" in database.trouble
    await database.write(note)
    assert database.trouble == ""


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///x.db",
        "postgresql://who:secret@where",
        "oracle://who:secret@where/what",
    ],
)
def test_an_address_that_names_no_database_of_ours_is_refused_in_words(url: str) -> None:
    with pytest.raises(DatabaseRefused) as refused:
        open_database(url)
    assert " / " in str(refused.value)
    assert "secret" not in str(refused.value)
