"""The outbox: in order, marked only after the broker's word, and by one relay at a time."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

import pytest
from sqlalchemy import insert, select

from aptas.kernel.messages import APTAS, COMPENSATION, Id
from aptas.messaging import relay as relay_module
from aptas.messaging.asks import Ask
from aptas.messaging.broker import BrokerAway
from aptas.messaging.envelope import Message
from aptas.messaging.leases import Lease
from aptas.messaging.relay import Relay
from aptas.storage.engine import StorageAway
from tests.contracts.backends import locked
from tests.messaging.clocks import Hands
from tests.messaging.desks import Desk, until
from tests.messaging.notebooks import NOON, Strike, ledger, looking, opening, writing
from tests.messaging.topics import TRACE, Ear


class Crash(Exception):
    """Stands for the end of a process."""


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def ear() -> Ear:
    return Ear()


def relay_of(desk: Desk, ear: Ear, clock: Hands, owner: str = "one") -> Relay:
    return Relay(
        source="notebooks",
        events=ledger.events,
        database=desk.database,
        broker=ear,
        lease=Lease(desk.database, ledger.leases, "relay", owner, clock, seconds=10),
        committed=desk.dispatcher.committed,
        clock=clock,
    )


async def pending(desk: Desk) -> list[str]:
    events = ledger.events
    rows = await desk.rows(
        select(events.c.event_id).where(events.c.published_at.is_(None)).order_by(events.c.position)
    )
    return [row.event_id for row in rows]


def sequences(messages: Sequence[Message]) -> dict[str, list[int]]:
    """By key, as a consumer hears them: what is not above the highest heard so far is dropped."""
    heard: dict[str, list[int]] = defaultdict(list)
    for each in messages:
        number = int(each.value.split(b'"sequence":')[1].split(b",")[0])
        if not heard[each.key] or number > heard[each.key][-1]:
            heard[each.key].append(number)
    return dict(heard)


async def test_publishes_in_order_and_then_has_nothing_left(desk: Desk, ear: Ear, clock: Hands) -> None:
    await desk.open(1, 2, 3)
    await desk.ask_together([writing(1 + number % 3, f"{number}") for number in range(30)])
    relay = relay_of(desk, ear, clock)
    assert await relay.publish_pending() == 33
    assert await relay.publish_pending() == 0
    assert ear.event_ids() == [row.event_id for row in await desk.events()]
    assert await pending(desk) == []


async def test_a_message_carries_its_fact_its_key_and_its_trace(desk: Desk, ear: Ear, clock: Hands) -> None:
    await desk.ask(Ask(command=opening(7).command, traceparent=TRACE))
    await desk.ask(Ask(command=Strike(at=NOON, notebook_id=Id(7), line="줄"), traceparent=TRACE))
    await relay_of(desk, ear, clock).publish_pending()
    first, second = ear.heard
    rows = await desk.events()
    assert [each.value for each in ear.heard] == [row.value for row in rows]
    assert (first.topic, second.topic, first.key) == (APTAS, COMPENSATION, "7")
    assert first.headers["type"] == first.headers["ce_type"] == "Opened"
    assert first.headers["ce_source"] == "/aptas/notebooks"
    assert first.headers["ce_time"] == "2025-03-04T03:00:00.000Z"
    assert (first.headers["ce_id"], first.headers["traceparent"]) == (rows[0].event_id, TRACE)


async def test_facts_without_a_topic_stay_at_home(desk: Desk, ear: Ear, clock: Hands) -> None:
    await desk.open(1)
    await desk.ask(looking(1))
    relay = relay_of(desk, ear, clock)
    assert await relay.publish_pending() == 1
    assert await relay.publish_pending() == 0
    assert len(await desk.events()) == 2


async def test_more_than_a_batch_goes_in_pieces(
    desk: Desk, ear: Ear, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "BATCH", 4)
    await desk.open(*range(1, 11))
    relay = relay_of(desk, ear, clock)
    assert [await relay.publish_pending() for _ in range(4)] == [4, 4, 2, 0]
    assert ear.event_ids() == [row.event_id for row in await desk.events()]


@pytest.mark.parametrize("trouble", ["before", "halfway", "after"])
async def test_without_the_brokers_word_nothing_is_marked(
    desk: Desk, ear: Ear, clock: Hands, trouble: str
) -> None:
    await desk.open(1, 2)
    await desk.ask(writing(1, "a"))
    everything = await pending(desk)
    relay = relay_of(desk, ear, clock)
    ear.troubles = [trouble]
    with pytest.raises(BrokerAway):
        await relay.publish_pending()
    assert await pending(desk) == everything
    assert await relay.publish_pending() == 3
    assert ear.event_ids()[-3:] == everything
    assert sequences(ear.heard) == {"1": [1, 2], "2": [1]}


async def test_a_crash_after_the_brokers_word_is_a_duplicate_with_the_same_id(
    desk: Desk, ear: Ear, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.open(1)

    async def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(Relay, "_mark_published", crash)
        with pytest.raises(Crash):
            await relay_of(desk, ear, clock).publish_pending()
    clock.go(11)
    assert await relay_of(desk, ear, clock, "the next process").publish_pending() == 1
    assert len(ear.heard) == 2
    assert len(set(ear.event_ids())) == 1


async def test_a_transaction_that_commits_late_with_a_lower_position_is_published_all_the_same(
    desk: Desk, ear: Ear, clock: Hands
) -> None:
    """On PostgreSQL positions are given before commit: number 50 may become visible before number 3."""
    relay = relay_of(desk, ear, clock)
    for position in (50, 3, 60, 4):
        await add_event(desk, position)
        await relay.publish_pending()
    assert ear.event_ids() == ["at 50", "at 3", "at 60", "at 4"]


async def add_event(desk: Desk, position: int) -> None:
    row = {
        "position": position,
        "event_id": f"at {position}",
        "aggregate_id": position,
        "sequence": 1,
        "type": "Opened",
        "topic": APTAS,
        "value": b'{"sequence":1,"x":1}',
        "traceparent": TRACE,
        "recorded_at": 1_741_057_200_000,
        "published_at": None,
    }
    await desk.database.write(lambda connection: connection.execute(insert(ledger.events), [row]))


async def test_only_one_of_two_relays_publishes(desk: Desk, ear: Ear, clock: Hands) -> None:
    one, other = relay_of(desk, ear, clock, "one"), relay_of(desk, ear, clock, "other")
    await desk.open(1)
    assert await one.publish_pending() == 1
    await desk.open(2)
    assert await other.publish_pending() == 0
    assert await one.publish_pending() == 1


async def test_another_relay_takes_over_when_the_lease_runs_out_and_at_once_when_it_is_given_back(
    desk: Desk, ear: Ear, clock: Hands
) -> None:
    one, other = relay_of(desk, ear, clock, "one"), relay_of(desk, ear, clock, "other")
    await desk.open(1)
    await one.publish_pending()
    await desk.open(2)
    clock.go(11)
    assert await other.publish_pending() == 1
    await desk.open(3)
    assert await one.publish_pending() == 0
    await other.release()
    assert await one.publish_pending() == 1


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_goes_wrong_a_consumer_hears_every_fact_in_order(
    desk: Desk, ear: Ear, clock: Hands, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Relays that take turns, lose acknowledgements and die before marking."""
    dice = random.Random(seed)
    monkeypatch.setattr(relay_module, "BATCH", 5)
    mark = Relay._mark_published

    async def sometimes(self: Relay, rows: Sequence[object]) -> None:
        if dice.random() < 0.3:
            raise Crash
        await mark(self, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(Relay, "_mark_published", sometimes)
    relays = [relay_of(desk, ear, clock, f"owner {number}") for number in range(3)]
    await desk.open(1, 2, 3)
    for step in range(60):
        await desk.ask_together([writing(dice.randint(1, 3), f"{step}") for _ in range(dice.randint(0, 3))])
        ear.troubles = [dice.choice([None, None, "before", "halfway", "after"])]
        with suppress(Crash, BrokerAway):
            await dice.choice(relays).publish_pending()
        clock.go(dice.choice([1, 1, 1, 12]))
    ear.troubles = []
    monkeypatch.setattr(Relay, "_mark_published", mark)
    clock.go(12)
    while await relays[0].publish_pending():
        pass
    written: dict[str, list[int]] = defaultdict(list)
    for row in await desk.events():
        written[str(row.aggregate_id)].append(row.sequence)
    assert sequences(ear.heard) == written


async def test_at_work_it_waits_out_a_broker_that_is_away_and_then_catches_up(
    desk: Desk, ear: Ear, clock: Hands
) -> None:
    relay = relay_of(desk, ear, clock)
    ear.troubles = ["before", "after"]
    running = asyncio.create_task(relay.run())
    await desk.open(1)
    await until(lambda: relay.is_broker_away)
    await desk.open(2)
    await until(lambda: len(set(ear.event_ids())) == 2)
    await until(lambda: not relay.is_broker_away)
    relay.stop()
    await running
    assert await pending(desk) == []


async def test_at_work_it_hears_a_commit_at_once(
    desk: Desk, ear: Ear, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "IDLE_SECONDS", 60)
    relay = relay_of(desk, ear, clock)
    running = asyncio.create_task(relay.run())
    await asyncio.sleep(0.05)
    await desk.open(1)
    await until(lambda: len(ear.heard) == 1)
    relay.stop()
    await asyncio.wait_for(running, 5)


async def test_after_a_round_it_pauses_so_that_few_rounds_do(
    desk: Desk, ear: Ear, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "GATHER", 1_000_000)
    monkeypatch.setattr(relay_module, "MOST_SECONDS", 0.3)
    relay = relay_of(desk, ear, clock)
    began = time.monotonic()
    running = asyncio.create_task(relay.run())
    await desk.open(*range(1, 41))
    await until(lambda: len(ear.heard) == 40)
    assert ear.rounds <= 2 + (time.monotonic() - began) / 0.3
    relay.stop()
    await asyncio.wait_for(running, 5)


async def test_it_ends_quietly_even_when_its_database_is_away(desk: Desk, ear: Ear, clock: Hands) -> None:
    relay = relay_of(desk, ear, clock)
    await desk.open(1)
    running = asyncio.create_task(relay.run())
    await until(lambda: len(ear.heard) == 1)
    with locked(desk.file):
        relay.stop()
        with pytest.raises(StorageAway):
            await desk.open(2)
        await asyncio.wait_for(running, 10)
