"""Bugs planted into the pipes, each to be caught: a check that cannot fail shows nothing.

Every check is first run on the pipes as they are, then with the bug.
"""

import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from aptas.kernel.messages import TOPICS, Id
from aptas.messaging import batch as batch_module
from aptas.messaging import inbox as inbox_module
from aptas.messaging.asks import Cause
from aptas.messaging.broker import BrokerAway, Subscription
from aptas.messaging.consumer import Consumer
from aptas.messaging.envelope import Delivered, Message, message_from_row
from aptas.messaging.inbox import Inbox
from aptas.messaging.local import LocalBroker, LocalSubscription
from aptas.messaging.local_file import offsets
from aptas.messaging.parking import ParkingLot
from aptas.messaging.relay import Relay
from aptas.storage.engine import rows_of
from aptas.storage.states import Stored
from tests.messaging.clocks import Hands
from tests.messaging.desks import Desk
from tests.messaging.notebooks import NOON, VOCABULARY, Struck, Written, ledger
from tests.messaging.test_relay import add_event, relay_of
from tests.messaging.topics import Ear, message_of


class Crash(Exception):
    """Stands for the end of a process."""


@dataclass
class Bench:
    """What a check may use."""

    desk: Desk
    broker: LocalBroker
    patch: pytest.MonkeyPatch

    def consumer(self) -> Consumer:
        lot = ParkingLot(self.desk.database, ledger.parked, lambda: NOON)
        return Consumer("notebooks", self.broker, VOCABULARY, Inbox(self.desk.dispatcher), lot)

    async def rounds(self, consumer: Consumer, count: int = 3) -> None:
        """As the loop makes them; a crash is followed by a new start."""
        for _ in range(count):
            member = self.broker.subscribe("notebooks", TOPICS)
            with suppress(Crash):
                await consumer._round(member)
            await member.close()


Check = Callable[[Bench], Awaitable[None]]
Bug = Callable[[pytest.MonkeyPatch], None]


def written(line: str, sequence: int, notebook: int = 1) -> Message:
    return message_of(Written(notebook_id=Id(notebook), line=line), sequence)


def struck(line: str, sequence: int) -> Message:
    return message_of(Struck(notebook_id=Id(1), line=line), sequence)


def crash_once(bench: Bench, owner: Any, name: str) -> None:
    """The first call of `owner.name` is the end of the process."""
    whole, calls = getattr(owner, name), []

    def crash(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise Crash
        return whole(*arguments)

    bench.patch.setattr(owner, name, crash)


async def nothing_is_lost_when_the_broker_refuses(bench: Bench) -> None:
    ear, clock = Ear(), Hands()
    relay = relay_of(bench.desk, ear, clock)
    await bench.desk.open(1, 2)
    ear.troubles = ["before"]
    with suppress(BrokerAway):
        await relay.publish_pending()
    await relay.publish_pending()
    events = await bench.desk.rows(select(ledger.events.c.event_id).order_by(ledger.events.c.position))
    assert ear.event_ids() == [row.event_id for row in events]


async def what_commits_late_is_published(bench: Bench) -> None:
    ear = Ear()
    relay = relay_of(bench.desk, ear, Hands())
    for position in (50, 3, 60):
        await add_event(bench.desk, position)
        await relay.publish_pending()
    assert sorted(ear.event_ids()) == ["at 3", "at 50", "at 60"]


async def a_crash_before_the_database_loses_nothing(bench: Bench) -> None:
    await bench.desk.open(1)
    await bench.broker.publish([written("a", 1)])
    crash_once(bench, Inbox, "apply")
    await bench.rounds(bench.consumer())
    assert await bench.desk.lines(1) == ("a",)


async def a_crash_after_the_database_doubles_nothing(bench: Bench) -> None:
    await bench.desk.open(1)
    await bench.broker.publish([written("a", 1)])
    crash_once(bench, LocalSubscription, "commit")
    await bench.rounds(bench.consumer())
    assert await bench.desk.lines(1) == ("a",)


async def a_transaction_that_fails_takes_its_memory_with_it(bench: Bench) -> None:
    await bench.desk.open(1)
    await bench.broker.publish([written("a", 1)])
    crash_once(bench, batch_module, "add_to_counters")
    await bench.rounds(bench.consumer())
    assert await bench.desk.lines(1) == ("a",)


async def two_topics_of_one_source_may_cross(bench: Bench) -> None:
    await bench.desk.open(1)
    await bench.broker.publish([struck("later", 2)])
    await bench.rounds(bench.consumer(), 1)
    await bench.broker.publish([written("earlier", 1)])
    await bench.rounds(bench.consumer(), 1)
    assert sorted(await bench.desk.lines(1)) == ["-later", "earlier"]


async def what_waits_behind_a_parked_message_keeps_its_order(bench: Bench) -> None:
    consumer = bench.consumer()
    await bench.broker.publish([written("a", 1)])
    await bench.rounds(consumer, 1)
    await bench.desk.open(1)
    await bench.broker.publish([written("b", 2)])
    await bench.rounds(consumer, 1)
    await consumer.redrive("1")
    assert await bench.desk.lines(1) == ("a", "b")


async def two_relays_never_both_publish(bench: Bench) -> None:
    ear, clock = Ear(), Hands()
    relays = [relay_of(bench.desk, ear, clock, f"owner {number}") for number in range(2)]
    dice = random.Random(1)
    for notebook in range(1, 20):
        await bench.desk.open(notebook)
        relay = dice.choice(relays)
        if await relay.publish_pending():
            assert not [each for each in relays if each is not relay and await each._lease.hold()]


async def a_zombie_moves_no_offset(bench: Bench) -> None:
    await bench.broker.publish([written("a", 1), written("b", 2)])
    zombie, heir = (bench.broker.subscribe("notebooks", TOPICS) for _ in range(2))
    polled = await zombie.poll(10, wait=0)
    await zombie.close()
    await heir.poll(10, wait=0)
    with suppress(Exception):
        await zombie.commit(polled)
    await heir.restore()
    assert len(await heir.poll(10, wait=0)) == 2


def mark_before_the_brokers_word(patch: pytest.MonkeyPatch) -> None:
    async def publish_pending(self: Relay) -> int:
        rows = await self._database.read(self._pending.rows)
        if rows:
            await self._mark_published(rows)
        await self._broker.publish([message_from_row(self._source, row) for row in rows])
        return len(rows)

    patch.setattr(Relay, "publish_pending", publish_pending)


def poll_with_a_cursor(patch: pytest.MonkeyPatch) -> None:
    last = [0]

    async def publish_pending(self: Relay) -> int:
        events = ledger.events
        later = select(events).where(events.c.position > last[0]).order_by(events.c.position)
        rows = await self._database.read(rows_of(later))
        await self._broker.publish([message_from_row(self._source, row) for row in rows])
        last[0] = max([last[0], *(row.position for row in rows)])
        return len(rows)

    patch.setattr(Relay, "publish_pending", publish_pending)


def commit_the_offset_first(patch: pytest.MonkeyPatch) -> None:
    async def one_round(self: Consumer, subscription: Subscription) -> None:
        batch = await subscription.poll(400, wait=0)
        await subscription.commit(batch)
        await self.handle(batch)

    patch.setattr(Consumer, "_round", one_round)


def remember_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Stored, "has_seen", lambda *_: False)


def remember_in_another_transaction(patch: pytest.MonkeyPatch) -> None:
    """What was seen is kept elsewhere, and stays there when the effect is rolled back."""
    elsewhere: dict[tuple[int, str], int] = {}

    def mark_seen(self: Stored[Any], channel: str, sequence: int) -> None:
        elsewhere[self.id, channel] = sequence

    def has_seen(self: Stored[Any], channel: str, sequence: int) -> bool:
        return elsewhere.get((self.id, channel), 0) >= sequence

    patch.setattr(Stored, "mark_seen", mark_seen)
    patch.setattr(Stored, "has_seen", has_seen)


def number_per_source_alone(patch: pytest.MonkeyPatch) -> None:
    def cause(channel: str, sequence: int) -> Cause:
        return Cause(channel=channel.partition("/")[0], sequence=sequence)

    patch.setattr(inbox_module, "Cause", cause)


def let_later_ones_pass(patch: pytest.MonkeyPatch) -> None:
    async def park_behind(_self: ParkingLot, messages: Iterable[Delivered]) -> Sequence[Delivered]:
        return list(messages)

    patch.setattr(ParkingLot, "park_behind", park_behind)


def every_relay_for_itself(patch: pytest.MonkeyPatch) -> None:
    async def hold(_self: object) -> bool:
        return True

    patch.setattr("aptas.messaging.leases.Lease.hold", hold)


def no_fence(patch: pytest.MonkeyPatch) -> None:
    def move(_self: LocalSubscription, connection: Connection, last: Mapping[str, int]) -> None:
        for topic, offset in last.items():
            connection.execute(update(offsets).where(offsets.c.topic == topic).values(done=offset))

    patch.setattr(LocalSubscription, "_move", move)


PLANTED: list[tuple[Bug, Check]] = [
    (mark_before_the_brokers_word, nothing_is_lost_when_the_broker_refuses),
    (poll_with_a_cursor, what_commits_late_is_published),
    (commit_the_offset_first, a_crash_before_the_database_loses_nothing),
    (remember_nothing, a_crash_after_the_database_doubles_nothing),
    (remember_in_another_transaction, a_transaction_that_fails_takes_its_memory_with_it),
    (number_per_source_alone, two_topics_of_one_source_may_cross),
    (let_later_ones_pass, what_waits_behind_a_parked_message_keeps_its_order),
    (every_relay_for_itself, two_relays_never_both_publish),
    (no_fence, a_zombie_moves_no_offset),
]
each_bug = pytest.mark.parametrize(("bug", "check"), PLANTED, ids=[bug.__name__ for bug, _ in PLANTED])


@pytest.fixture
def bench(desk: Desk, broker: LocalBroker, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr("aptas.messaging.consumer.RETRY_SECONDS", 0.001)
    return Bench(desk, broker, monkeypatch)


@each_bug
async def test_the_pipes_as_they_are_pass(bench: Bench, bug: Bug, check: Check) -> None:
    await check(bench)


@each_bug
async def test_the_bug_is_caught(bench: Bench, bug: Bug, check: Check) -> None:
    bug(bench.patch)
    with pytest.raises(AssertionError):
        await check(bench)
