"""The notebooks room at work on a database, and what can be seen in it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Row, func, select

from aptas.messaging.asks import Answer, Ask
from aptas.messaging.batch import Refusal
from aptas.messaging.dispatcher import Dispatcher
from aptas.storage.engine import Database, Turn, Work, rows_of
from aptas.storage.opening import open_database
from tests.messaging.notebooks import NOON, ROOM, STATES, Notebook, ledger, new_event_id, opening

T = TypeVar("T")


class CountingDatabase:
    """Implements engine.Database: counts the transactions of another."""

    def __init__(self, inner: Database) -> None:
        self.inner = inner
        self.url = inner.url
        self.trouble = ""
        self.transactions = 0

    async def write(self, work: Work[T]) -> T:
        self.transactions += 1
        return await self.inner.write(work)

    def transaction(self) -> AbstractAsyncContextManager[Turn]:
        self.transactions += 1
        return self.inner.transaction()

    async def read(self, work: Work[T]) -> T:
        return await self.inner.read(work)

    async def scan(self, work: Work[T]) -> T:
        return await self.inner.scan(work)

    async def alter(self, work: Work[T]) -> T:
        return await self.inner.alter(work)

    async def close(self) -> None:
        await self.inner.close()


class Desk:
    """One room, one database."""

    @property
    def file(self) -> Path:
        """The database's file."""
        return Path(self.database.url.partition(":///")[2])

    def __init__(self, database: CountingDatabase) -> None:
        self.database = database
        self.dispatcher = Dispatcher(ROOM, database, lambda: NOON, new_event_id)

    async def ask(self, ask: Ask) -> Any:
        return await self.dispatcher.ask(ask)

    async def ask_together(self, asks: Sequence[Ask]) -> list[Any]:
        """As many callers at once; an exception is an answer here."""
        return await asyncio.gather(*(self.dispatcher.ask(ask) for ask in asks), return_exceptions=True)

    async def hear(self, asks: Sequence[Ask]) -> list[Answer]:
        return await self.dispatcher.ask_all(asks)

    async def open(self, *notebooks: int) -> None:
        for each in notebooks:
            await self.ask(opening(each))

    async def rows(self, statement: Any) -> Sequence[Row[Any]]:
        return await self.database.read(rows_of(statement))

    async def events(self) -> Sequence[Row[Any]]:
        return await self.rows(select(ledger.events).order_by(ledger.events.c.position))

    async def lines(self, notebook: int) -> tuple[str, ...]:
        found = await self.notebook(notebook)
        return () if found is None else found.lines

    async def notebook(self, notebook: int) -> Notebook | None:
        found = await self.database.read(lambda connection: STATES.load(connection, [notebook], lock=False))
        return found[notebook].state

    async def totals(self) -> dict[str, int]:
        """What the counters say."""
        rows = await self.rows(select(ledger.counters.c.bucket, ledger.counters.c.total))
        return {row.bucket: row.total for row in rows if row.total}

    async def counts(self) -> dict[str, int]:
        """What counting says."""
        table = STATES.table
        rows = await self.rows(select(table.c.size, func.count().label("total")).group_by(table.c.size))
        return {row.size: row.total for row in rows}

    async def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables, to see that nothing changed."""
        return {
            name: sorted(tuple(row) for row in await self.rows(select(table)))
            for name, table in ledger.metadata.tables.items()
        }


@asynccontextmanager
async def desk_at(url: str) -> AsyncIterator[Desk]:
    """Tables made, dispatcher at work."""
    database = CountingDatabase(open_database(url))
    await database.alter(ledger.metadata.create_all)
    desk = Desk(database)
    async with working(desk.dispatcher):
        yield desk
    await database.close()


@asynccontextmanager
async def working(dispatcher: Dispatcher) -> AsyncIterator[None]:
    task = asyncio.create_task(dispatcher.run())
    try:
        yield
    finally:
        dispatcher.stop()
        await task


def law_of(answer: object) -> str:
    """Which law refused it."""
    assert isinstance(answer, Refusal), answer
    return answer.rejection.law


async def until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for what happens in other tasks."""
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
