"""From the outbox to the broker: one active relay per context, in order, marked only after the broker's word.

It polls the pending set (`published_at IS NULL`), never a cursor: commit order is not the order of ids. A crash
between the broker's word and the mark is a duplicate, and consumers expect those.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Table, bindparam, func, select, update

from aptas.kernel.clock import Clock, to_ms
from aptas.messaging.broker import Broker, BrokerAway
from aptas.messaging.envelope import message_from_row
from aptas.messaging.faults import at_point
from aptas.messaging.leases import Lease
from aptas.messaging.signals import Signal
from aptas.metrics import OUTBOX_OLDEST, OUTBOX_PENDING, PUBLISHED
from aptas.observability import Progress, log
from aptas.storage.engine import Database, StorageAway, rows_of
from aptas.storage.statements import Statement, one_of

BATCH = 4000
"""So many that wait are relayed together. Kafka is paid for a request and not for a message: a quarter of these cost
all concerned a third more each. More would keep other requests of this process waiting for longer than 30 ms."""
IDLE_SECONDS = 0.5
GATHER, MOST_SECONDS = 2, 0.1
"""A round that took all there was is followed by a pause, so many times as long: what is committed meanwhile goes in
one. So a relay takes a third of its time at most, and the first event after a quiet one goes at once."""


class Relay:
    """Publishes one context's pending events."""

    def __init__(
        self,
        *,
        source: str,
        events: Table,
        database: Database,
        broker: Broker,
        lease: Lease,
        committed: Signal,
        clock: Clock,
    ) -> None:
        self.progress = Progress(f"{source} relay")
        self.is_broker_away = False
        self._source = source
        self._events = events
        self._database = database
        self._broker = broker
        self._lease = lease
        self._committed = committed
        self._clock = clock
        self._stopping = False
        pending = select(events).where(events.c.published_at.is_(None))
        # As `events_pending` is ordered: for positions alone PostgreSQL would look through all there ever was.
        in_order = pending.order_by(events.c.published_at, events.c.position)
        self._pending = Statement(in_order.limit(BATCH))
        self._mark = Statement(
            update(events).where(one_of(events.c.position, "positions")).values(published_at=bindparam("now"))
        )

    async def run(self) -> None:
        """Publish whatever is committed until told to stop; the broker being away is waited out."""
        pause = 0.1
        while not self._stopping:
            self.progress.made()
            ticket, began = self._committed.ticket(), time.monotonic()
            try:
                published = await self.publish_pending()
            except (BrokerAway, StorageAway) as problem:
                self.is_broker_away = isinstance(problem, BrokerAway)
                log.warning("relay_waits", context=self._source, problem=str(problem), seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)
                continue
            self.is_broker_away, pause = False, 0.1
            if published == 0:
                await self._committed.wait(ticket, IDLE_SECONDS)
            elif published < BATCH:
                await asyncio.sleep(min(GATHER * (time.monotonic() - began), MOST_SECONDS))
        await self.release()

    def stop(self) -> None:
        """End after the batch under way."""
        self._stopping = True
        self._committed.ring()

    async def publish_pending(self) -> int:
        """Publish one batch; how many. 0: nothing pending, or another relay holds the lease."""
        if not await self._lease.hold():
            return 0
        rows = await self._database.read(self._pending.rows)
        if not rows:
            OUTBOX_PENDING.labels(self._source).set(0)
            OUTBOX_OLDEST.labels(self._source).set(0)
            return 0
        at_point("before-send")
        await self._broker.publish([message_from_row(self._source, row) for row in rows])
        at_point("after-send-before-mark")
        await self._mark_published(rows)
        PUBLISHED.labels(self._source).inc(len(rows))
        return len(rows)

    async def _mark_published(self, rows: Sequence[Row[Any]]) -> None:
        marks = {"positions": [row.position for row in rows], "now": to_ms(self._clock())}
        await self._database.write(lambda connection: self._mark.once(connection, marks))

    async def release(self) -> None:
        """Let another relay go on at once."""
        await self._lease.release()

    async def measure(self) -> None:
        """Set the outbox gauges: how many wait, and for how long the oldest."""
        events = self._events
        pending = select(func.count(), func.min(events.c.recorded_at)).where(events.c.published_at.is_(None))
        ((waiting, oldest),) = await self._database.scan(rows_of(pending))
        OUTBOX_PENDING.labels(self._source).set(waiting)
        age = (to_ms(self._clock()) - oldest) / 1000 if oldest else 0
        OUTBOX_OLDEST.labels(self._source).set(age)
