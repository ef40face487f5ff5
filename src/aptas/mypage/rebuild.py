"""mypage built anew, beside the old rows, from the topics; then switched in one transaction.

Runs the pure projections only: nobody is told again. The last stretch is read inside the switching
transaction, while the live consumer cannot write: whatever it has applied is in the new rows too, and what
both have is told apart by each row's `seen`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection, delete, func, insert, literal, select, text

from aptas.kernel.messages import TOPICS, Fact, Heard
from aptas.messaging.broker import Broker
from aptas.messaging.envelope import Vocabulary
from aptas.messaging.projector import Gallery, hang
from aptas.messaging.wire import CorruptMessage
from aptas.mypage.tables import mypages, shadow_table, states_in
from aptas.storage.engine import Database

PIECE = 5_000
Report = Callable[[int], None]


class Rebuild:
    """One rebuild; `run` returns how many messages were read."""

    def __init__(self, gallery: Gallery, database: Database, broker: Broker, words: Vocabulary) -> None:
        self._shadow = shadow_table()
        self._gallery = replace(gallery, states=states_in(self._shadow))
        self._database = database
        self._broker = broker
        self._words = words
        self._read = dict.fromkeys(TOPICS, 0)
        self._skipped: set[str] = set()

    async def run(self, report: Report) -> int:
        """Build beside, then switch."""
        total = 0
        await self._database.write(self._begin)
        async with asyncio.TaskGroup() as group:
            last = group.create_task(asyncio.sleep(0))
            async for batch in self._pieces():
                await last
                last = group.create_task(self._database.write(partial(self._hang, batch)))
                await asyncio.sleep(0)  # hung now; while it is committed, the next piece is read
                total += len(batch)
                report(len(batch))
        async with self._database.transaction() as turn:
            async for batch in self._pieces():
                turn(partial(self._hang, batch))
                total += len(batch)
                report(len(batch))
            turn(self._switch)
        return total

    def _begin(self, connection: Connection) -> None:
        self._shadow.drop(connection, checkfirst=True)
        self._shadow.create(connection)

    async def _pieces(self) -> AsyncIterator[Sequence[Heard[Fact] | None]]:
        for topic in TOPICS:
            while found := await self._broker.read(topic, self._read[topic], PIECE):
                self._read[topic] = found[-1].offset
                heard: list[Heard[Fact] | None] = []
                for message in found:
                    try:
                        heard.append(None if message.key in self._skipped else self._words.hear(message))
                    except CorruptMessage:
                        self._skipped.add(message.key)
                        heard.append(None)
                yield heard

    def _hang(self, batch: Sequence[Heard[Fact] | None], connection: Connection) -> None:
        gallery = self._gallery
        news = [each for each in batch if each is not None and type(each.fact) in gallery.projections]
        ids = {gallery.subject(each.fact) for each in news}
        stored = gallery.states.load(connection, ids, lock=False)
        problem = next((each for each in hang(gallery, stored, news).problems if each is not None), None)
        if problem is not None:
            raise problem
        gallery.states.save(connection, stored.values())

    def _switch(self, connection: Connection) -> None:
        counters = self._gallery.ledger.counters
        mypages.drop(connection)
        connection.execute(text(f"ALTER TABLE {self._shadow.name} RENAME TO {mypages.name}"))
        for index in sorted(mypages.indexes, key=lambda each: str(each.name)):
            index.create(connection)
        name = self._gallery.name
        connection.execute(delete(counters).where(counters.c.stream == name))
        totals = select(literal(name), mypages.c.status, func.count()).group_by(mypages.c.status)
        connection.execute(insert(counters).from_select(["stream", "bucket", "total"], totals))
