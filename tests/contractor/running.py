"""A room that runs: its switchboard behind a real dispatcher, on a SQLite file of its own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select
from uuid_utils import uuid7

from aptas.kernel.messages import Command
from aptas.messaging.asks import Answer, Ask, Done, new_trace
from aptas.messaging.batch import Refusal
from aptas.messaging.dispatcher import Dispatcher
from aptas.messaging.streams import Switchboard
from aptas.storage.engine import Database, rows_of
from aptas.storage.opening import open_database
from tests.contractor.orders import NOW


@dataclass(frozen=True, kw_only=True)
class Running:
    """What a test does with a room."""

    dispatcher: Dispatcher
    database: Database

    async def each(self, *commands: Command) -> list[Any]:
        """The state after each, or the law it broke; one transaction after the other."""
        return [(await self.together(command))[0] for command in commands]

    async def together(self, *commands: Command) -> list[Any]:
        """The same, all put to one batch."""
        asks = [Ask(command=command, traceparent=new_trace()) for command in commands]
        return [told(answer) for answer in await self.dispatcher.ask_all(asks)]

    async def rows(self, table: Table) -> Sequence[Any]:
        """All rows of a table, by its primary key."""
        return await self.database.read(rows_of(select(table).order_by(*table.primary_key.columns)))


def told(answer: Answer) -> Any:
    """A state, or the law that was broken."""
    if isinstance(answer, Refusal):
        return answer.rejection.law
    assert isinstance(answer, Done), answer
    return answer.state


@asynccontextmanager
async def running(room: Switchboard, path: Path) -> AsyncIterator[Running]:
    """Tables made, dispatcher at work; both gone afterwards."""
    database = open_database(f"sqlite:///{path}")
    await database.write(room.ledger.metadata.create_all)
    dispatcher = Dispatcher(room, database, lambda: NOW, lambda: str(uuid7()))
    work = asyncio.create_task(dispatcher.run())
    try:
        yield Running(dispatcher=dispatcher, database=database)
    finally:
        dispatcher.stop()
        await work
        await database.close()
