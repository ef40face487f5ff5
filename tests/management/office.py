"""The office on a real dispatcher and a file of its own: what tests of the edge stand on."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from aptas.kernel.messages import Command, Id
from aptas.management.commands import NoteContractor, NoteHome
from aptas.management.model import Dossier
from aptas.management.room import ROOM
from aptas.management.tables import ledger
from aptas.messaging.asks import Answer, Ask, Done, new_trace
from aptas.messaging.dispatcher import Dispatcher
from aptas.storage.engine import Database, rows_of
from aptas.storage.opening import open_database

from .cases import NOW


@dataclass
class Office:
    """A running room. `now` is its clock."""

    dispatcher: Dispatcher
    database: Database
    now: datetime = NOW

    def clock(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def tell(self, *commands: Command) -> list[Answer]:
        """One batch, as a consumer hands it over."""
        return await self.dispatcher.ask_all(
            [Ask(command=command, traceparent=new_trace()) for command in commands]
        )

    async def told(self, *commands: Command) -> Dossier:
        """One batch that nothing keeps from succeeding; the last dossier."""
        answers = await self.tell(*commands)
        assert all(isinstance(answer, Done) for answer in answers), answers
        last = answers[-1]
        assert isinstance(last, Done)
        state: Dossier = last.state
        return state

    async def rows(self, table: Any) -> list[Any]:
        return list(await self.database.read(rows_of(select(table))))

    async def counters(self) -> dict[str, int]:
        rows = await self.rows(ledger.counters)
        return {row.bucket: row.total for row in rows if row.stream == "cases" and row.total}


@asynccontextmanager
async def an_office(folder: Path) -> AsyncIterator[Office]:
    """From an empty file to the last batch."""
    database = open_database(f"sqlite:///{folder}/management.db")
    await database.write(ledger.metadata.create_all)
    numbers = itertools.count(1)
    dispatcher = Dispatcher(ROOM, database, lambda: NOW, lambda: f"event-{next(numbers)}")
    working = asyncio.create_task(dispatcher.run())
    try:
        yield Office(dispatcher, database)
    finally:
        dispatcher.stop()
        await working
        await database.close()


def noted_home(
    number: int, complex_name: str = "행복아파트", building: str = "101", **dates: Any
) -> NoteHome:
    """A home 1203호 of that complex and 동."""
    return NoteHome(
        at=NOW,
        home_id=Id(number),
        complex_name=complex_name,
        building=building,
        floor="12",
        home_no="1203",
        **dates,
    )


def enrolled(number: int, *trades: str) -> NoteContractor:
    """A contractor of these trades."""
    return NoteContractor(at=NOW, contractor_id=Id(number), name=f"시공사 {number}", trades=trades)
