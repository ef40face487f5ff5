"""mypage built anew, beside the old rows, from the topics; then switched in one transaction.

Runs the pure projections only: nobody is told again. The last stretch is read inside the switching
transaction, while the live consumers cannot write: whatever they have applied is in the new rows too, and what
both have is told apart by each row's `seen`. What the consumer has parked, and of its key what comes behind, is
left to be redriven; what was dropped is passed over, here as there.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection, delete, func, insert, literal, select, text

from aptas.kernel.messages import TOPICS, Fact, Heard
from aptas.messaging.broker import Broker
from aptas.messaging.envelope import Delivered, Vocabulary
from aptas.messaging.projector import Gallery, hang
from aptas.messaging.set_aside import Places, places_in
from aptas.messaging.wire import CorruptMessage
from aptas.mypage.tables import mypage_states, mypages, shadow_table, states_in
from aptas.storage.counters import in_order_of_commit
from aptas.storage.engine import Database, Turn

PIECE = 5_000
NAME = "rebuild"
REPLACED = "mypages_replaced"
Report = Callable[[int], None]


class RebuildRefused(Exception):
    """The old rows stay. What it was refused for is said by its kinds."""

    def __str__(self) -> str:
        return " ".join((self.__doc__ or "").split())


class RedrivenMeanwhile(RebuildRefused):
    """그사이 세워 둔 메시지가 다시 처리되거나 버려졌습니다. 다시 실행해 주세요. / Parked messages were redriven or
    dropped meanwhile: run it again."""


class OvertakenRebuild(RebuildRefused):
    """나중에 시작된 다른 rebuild에 맡기고 그만둡니다. / Another rebuild began later: this one leaves it to that."""


class Rebuild:
    """One rebuild; `run` returns how many messages were read."""

    def __init__(self, gallery: Gallery, database: Database, broker: Broker, words: Vocabulary) -> None:
        self._shadow = shadow_table()
        self._gallery = replace(gallery, states=states_in(self._shadow))
        self._database = database
        self._broker = broker
        self._words = words
        self._read = dict.fromkeys(TOPICS, 0)
        self._aside = Places(dropped={}, first={})
        self._held: dict[tuple[str, str], Delivered] = {}
        self._fence = 0

    async def run(self, report: Report) -> int:
        """Build beside, then switch."""
        await self._database.write(self._begin)
        total = await self._build(report)
        async with self._database.transaction() as turn:
            await turn(self._keep_the_consumer_out)
            await turn(self._look_again)
            total += await self._catch_up(turn, report)
            await turn(self._exchange)
            await turn(self._keep_the_consumer_out)
            total += await self._catch_up(turn, report)
            await turn(self._count)
        return total

    async def _catch_up(self, turn: Turn, report: Report) -> int:
        """The last stretch; and once more after the exchange, for MySQL commits with it, and lets the consumer in for
        a moment: what it then put into the old rows is on the topics."""
        total = 0
        async for batch in self._pieces():
            await turn(partial(self._hang, batch))
            total += len(batch)
            report(len(batch))
        return total

    async def _build(self, report: Report) -> int:
        """While one piece is committed, the next is read."""
        total, hanging = 0, asyncio.create_task(asyncio.sleep(0))
        try:
            async for batch in self._pieces():
                await hanging
                hanging = asyncio.create_task(self._database.write(partial(self._hang, batch)))
                await asyncio.sleep(0)  # hung by now, and being committed
                total += len(batch)
                report(len(batch))
        finally:
            await asyncio.wait({hanging})
        await hanging
        return total

    def _begin(self, connection: Connection) -> None:
        for left_behind in (self._shadow.name, REPLACED):
            connection.execute(text(f"DROP TABLE IF EXISTS {left_behind}"))
        self._shadow.create(connection)
        self._aside = places_in(connection, self._gallery.ledger.parked)
        leases = self._gallery.ledger.leases
        self._fence = self._newest(connection) + 1
        connection.execute(delete(leases).where(leases.c.name == NAME))
        connection.execute(insert(leases), [{"name": NAME, "owner": "", "fence": self._fence, "until_ms": 0}])

    def _newest(self, connection: Connection) -> int:
        """The number of the rebuild that began last."""
        leases = self._gallery.ledger.leases
        return (
            connection.execute(select(leases.c.fence).where(leases.c.name == NAME)).scalar_one_or_none() or 0
        )

    def _refuse_if_overtaken(self, connection: Connection) -> None:
        """The table beside mypages is another rebuild's by now."""
        if self._newest(connection) != self._fence:
            raise OvertakenRebuild

    def _keep_the_consumer_out(self, connection: Connection) -> None:
        """It passes here before it looks at a row (messaging/projector.py)."""
        in_order_of_commit(connection, self._gallery.ledger.counters)

    def _look_again(self, connection: Connection) -> None:
        """What was held back is not among the new rows, and must not be among the old ones by now either."""
        before, now = self._aside, places_in(connection, self._gallery.ledger.parked)
        for began in self._held.values():
            is_gone = before.begins_to_wait(began) and not now.begins_to_wait(began)
            if is_gone or now.was_dropped(began):
                raise RedrivenMeanwhile
        self._aside = now

    async def _pieces(self) -> AsyncIterator[Sequence[Heard[Fact] | None]]:
        for topic in TOPICS:
            while found := await self._broker.read(topic, self._read[topic], PIECE):
                self._read[topic] += len(found)
                yield [self._heard(message) for message in found]

    def _heard(self, message: Delivered) -> Heard[Fact] | None:
        """None also for what is passed over, and from the place where its key is held back on."""
        where = message.topic, message.key
        if where in self._held or self._aside.was_dropped(message):
            return None
        if not self._aside.begins_to_wait(message):
            with suppress(CorruptMessage):  # the consumer parks it when it comes to it
                return self._words.hear(message)
        self._held[where] = message
        return None

    def _hang(self, batch: Sequence[Heard[Fact] | None], connection: Connection) -> None:
        self._refuse_if_overtaken(connection)
        gallery = self._gallery
        news = [each for each in batch if each is not None and type(each.fact) in gallery.projections]
        ids = {gallery.subject(each.fact) for each in news}
        stored = gallery.states.load(connection, ids, lock=False)
        problem = next((each for each in hang(gallery, stored, news).problems if each is not None), None)
        if problem is not None:
            raise problem
        gallery.states.save(connection, stored.values())

    def _exchange(self, connection: Connection) -> None:
        self._refuse_if_overtaken(connection)
        old, new = mypages.name, self._shadow.name
        if connection.dialect.name == "mysql":
            connection.execute(text(f"RENAME TABLE {old} TO {REPLACED}, {new} TO {old}"))
            connection.execute(text(f"DROP TABLE {REPLACED}"))
        else:
            mypages.drop(connection)
            connection.execute(text(f"ALTER TABLE {new} RENAME TO {old}"))
        self._gallery = replace(self._gallery, states=mypage_states)

    def _count(self, connection: Connection) -> None:
        for index in sorted(mypages.indexes, key=lambda each: str(each.name)):
            index.create(connection)
        counters, name = self._gallery.ledger.counters, self._gallery.name
        connection.execute(delete(counters).where(counters.c.stream == name))
        totals = select(literal(name), mypages.c.status, func.count()).group_by(mypages.c.status)
        connection.execute(insert(counters).from_select(["stream", "bucket", "total"], totals))
