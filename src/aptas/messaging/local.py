"""The embedded broker: one append-only table in a SQLite file, an offset per group and topic.

One leased consumer per group and topic, no partitions, no rebalancing; several processes may share the file.
A fence in the offsets row keeps a consumer that lost its lease from moving the group's offset.
"""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from aptas.kernel.clock import Clock
from aptas.messaging import local_file as file
from aptas.messaging.broker import AssignmentLost, BrokerAway
from aptas.messaging.envelope import Delivered, Message
from aptas.messaging.leases import Lease
from aptas.messaging.signals import Signal
from aptas.storage.engine import Database, StorageAway, Work

LOOK_AGAIN_SECONDS = 0.05
T = TypeVar("T")


class LocalBroker:
    """Implements broker.Broker."""

    def __init__(self, database: Database, owner: str, clock: Clock, lease_seconds: float = 10) -> None:
        self.database = database
        self.published = Signal()
        self._owner = owner
        self._clock = clock
        self._lease_seconds = lease_seconds
        self._members = 0

    async def write(self, work: Work[T]) -> T:
        """One transaction on the file; BrokerAway when it cannot be had."""
        try:
            return await self.database.write(work)
        except StorageAway as problem:
            raise BrokerAway(str(problem)) from problem

    async def look(self, work: Work[T]) -> T:
        """A look into the file; BrokerAway when it cannot be had."""
        try:
            return await self.database.read(work)
        except StorageAway as problem:
            raise BrokerAway(str(problem)) from problem

    async def create(self) -> None:
        """Make the file's tables if they are not there."""
        await self.database.write(file.metadata.create_all)

    async def publish(self, messages_: Sequence[Message]) -> None:
        """Append in one transaction: all of them, durable, or none."""
        if not messages_:
            return
        await self.write(partial(file.append, arrived=messages_))
        self.published.ring()

    def subscribe(self, group: str, topics: Sequence[str]) -> "LocalSubscription":
        """Join `group`; topics that another member holds, be it of this very process, stay with it."""
        self._members += 1
        owner = f"{self._owner}/{self._members}"
        held = [
            _Held(
                topic,
                Lease(
                    self.database, file.leases, f"{group}/{topic}", owner, self._clock, self._lease_seconds
                ),
            )
            for topic in topics
        ]
        return LocalSubscription(self, group, held)

    async def read(self, topic: str, after: int, limit: int) -> Sequence[Delivered]:
        """Look without joining a group. A topic is kept whole, so the n-th message has the offset n."""
        return await self.look(partial(file.read_after, topic=topic, after=after, limit=limit))

    async def end(self, topic: str) -> int:
        """How many messages `topic` has: the offset of its last."""
        return await self.look(partial(file.end_of, topic=topic))

    async def close(self) -> None:
        """Let go of connections."""
        await self.database.close()


class _Held:
    """One topic of a subscription: its lease, how far it was polled (None: not known yet), how far it was passed
    over since, and the offset that the group had reached when this member last looked or wrote."""

    def __init__(self, topic: str, lease: Lease) -> None:
        self.topic = topic
        self.lease = lease
        self.polled: int | None = None
        self.passed = 0
        self.done = 0
        self.fence = 0

    def forget(self) -> None:
        """What was polled is to be polled again, from what is committed."""
        self.polled, self.passed = None, 0


class LocalSubscription:
    """Implements broker.Subscription."""

    def __init__(self, broker: LocalBroker, group: str, held: Sequence[_Held]) -> None:
        self._broker = broker
        self._group = group
        self._held = deque(held)

    async def poll(self, limit: int, wait: float) -> Sequence[Delivered]:
        """Messages of the topics held here, each topic in its order; every poll begins with another topic, so that
        a busy one does not silence the rest."""
        deadline = time.monotonic() + wait
        while True:
            ticket = self._broker.published.ticket()
            found = await self._poll_topics(limit)
            left = deadline - time.monotonic()
            if found or left <= 0:
                return found
            await self._broker.published.wait(ticket, min(left, LOOK_AGAIN_SECONDS))

    async def _poll_topics(self, limit: int) -> Sequence[Delivered]:
        mine = [held for held in self._held if await self._is_mine(held)]
        self._held.rotate()
        if not mine:
            return []
        places = {held.topic: held.polled or 0 for held in mine}
        found = await self._broker.look(partial(file.read_in_turn, places=places, limit=limit))
        for held in mine:
            held.polled = max(
                (each.offset for each in found if each.topic == held.topic), default=held.polled
            )
        return found

    async def _is_mine(self, held: _Held) -> bool:
        """Whether this member holds the topic; its place in it is known then."""
        try:
            if not await held.lease.hold():
                held.forget()
                return False
        except StorageAway as problem:
            raise BrokerAway(str(problem)) from problem
        if held.polled is None or held.fence != held.lease.fence:
            held.forget()
            held.fence = held.lease.fence
            claim = partial(file.claim, group=self._group, topic=held.topic, fence=held.fence)
            held.polled = await self._broker.write(claim)
            held.done = held.polled or 0
        return held.polled is not None

    def pass_over(self, delivered: Sequence[Delivered]) -> None:
        """Kept here until the next commit."""
        furthest = _furthest(delivered)
        for held in self._held:
            held.passed = furthest.get(held.topic, held.passed)

    async def commit(self, delivered: Sequence[Delivered]) -> None:
        """Move the offsets behind `delivered`; AssignmentLost when another consumer took over meanwhile, or wound
        the group back."""
        last = {held.topic: held.passed for held in self._held if held.passed}
        last |= _furthest(delivered)
        if not last:
            return
        await self._broker.write(lambda connection: self._move(connection, last))
        for held in self._held:
            held.done, held.passed = last.get(held.topic, held.done), 0

    def _move(self, connection: Connection, last: Mapping[str, int]) -> None:
        for held in self._held:
            now = last.get(held.topic)
            if now is not None and not file.move(
                connection, self._group, held.topic, held.fence, held.done, now
            ):
                held.forget()
                raise AssignmentLost(f"{self._group}/{held.topic}")

    async def rewind(self) -> None:
        """Begin again at the start of every topic; another member that holds one of them learns it when it next
        commits or starts, and never undoes it."""
        await self._broker.write(partial(file.wind_back, group=self._group))
        for held in self._held:
            held.forget()

    async def restore(self) -> None:
        """Poll again from what was committed: a batch could not be handled just now."""
        for held in self._held:
            held.forget()

    async def lag(self) -> int:
        """Messages polled by nobody yet, in the topics held here."""
        behind = 0
        for held in self._held:
            if held.polled is not None:
                behind += await self._broker.end(held.topic) - held.polled
        return behind

    async def close(self) -> None:
        """Give the leases back."""
        for held in self._held:
            await held.lease.release()


def _furthest(delivered: Sequence[Delivered]) -> dict[str, int]:
    """The last offset by topic; a batch has each topic in its order."""
    return {each.topic: each.offset for each in delivered}
