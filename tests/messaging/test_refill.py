"""A lost topic filled again from the events table."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select, update

from aptas.kernel.messages import APTAS, TOPICS, Id
from aptas.messaging import refill as refill_module
from aptas.messaging.asks import Ask, new_trace
from aptas.messaging.envelope import Delivered
from aptas.messaging.leases import Lease
from aptas.messaging.local import LocalBroker
from aptas.messaging.local_file import messages
from aptas.messaging.refill import Source, refill
from aptas.messaging.relay import Relay
from tests.messaging.desks import Desk, desk_at
from tests.messaging.notebooks import NOON, Strike, ledger, looking, opening, writing
from tests.messaging.topics import event_id_of


@pytest.fixture
async def published(desk: Desk, broker: LocalBroker) -> list[Delivered]:
    """Three notebooks, their lines and what was struck, all of it on the topics."""
    await desk.open(1, 2, 3)
    for number in range(12):
        await desk.ask(writing(1 + number % 3, f"{number}"))
    await desk.ask(looking(1))
    await desk.ask(opening(4))
    await desk.ask(strike(1))
    await relay(desk, broker)
    return await topics(broker)


def strike(notebook: int) -> Ask:
    return Ask(command=Strike(at=NOON, notebook_id=Id(notebook), line="x"), traceparent=new_trace())


async def relay(desk: Desk, broker: LocalBroker) -> None:
    lease = Lease(desk.database, ledger.leases, "relay", "one", lambda: NOON)
    found = Relay(
        source="notebooks",
        events=ledger.events,
        database=desk.database,
        broker=broker,
        lease=lease,
        committed=desk.dispatcher.committed,
        clock=lambda: NOON,
    )
    while await found.publish_pending():
        pass


async def topics(broker: LocalBroker) -> list[Delivered]:
    return [each for topic in TOPICS for each in await broker.read(topic, 0, 10_000)]


async def fill(desk: Desk, broker: LocalBroker) -> int:
    looked: list[tuple[str, int]] = []
    source = Source("notebooks", ledger.events, desk.database)
    sent = await refill([source], broker, lambda *told: looked.append(told))
    assert {name for name, _ in looked} == {"notebooks"}
    return sent["notebooks"]


async def empty(broker: LocalBroker) -> None:
    await broker.database.write(lambda connection: connection.execute(messages.delete()))


async def test_an_emptied_topic_is_what_it_was(
    desk: Desk, broker: LocalBroker, published: list[Delivered], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refill_module, "PIECE", 4)
    await empty(broker)
    assert await fill(desk, broker) == len(published) == 17
    assert await topics(broker) == published


async def test_what_is_there_is_not_doubled(
    desk: Desk, broker: LocalBroker, published: list[Delivered]
) -> None:
    assert await fill(desk, broker) == 0
    await empty(broker)
    await fill(desk, broker)
    assert await fill(desk, broker) == 0
    assert await topics(broker) == published


async def test_a_lost_end_is_added_in_order(
    desk: Desk, broker: LocalBroker, published: list[Delivered]
) -> None:
    end = messages.delete().where(messages.c.offset > 5)
    await broker.database.write(lambda connection: connection.execute(end))
    assert await fill(desk, broker) == 17 - 5 - 1
    assert await topics(broker) == published


async def test_what_was_never_published_is_left_to_the_relay(
    desk: Desk, broker: LocalBroker, published: list[Delivered]
) -> None:
    await desk.open(9)
    assert await fill(desk, broker) == 0
    await relay(desk, broker)
    ids = [event_id_of(each) for each in await topics(broker)]
    assert len(ids) == len(set(ids)) == len(published) + 1


async def test_nonsense_on_the_topic_does_not_stop_it(
    desk: Desk, broker: LocalBroker, published: list[Delivered]
) -> None:
    second = messages.c.offset == select(messages.c.offset).where(messages.c.offset == 2).scalar_subquery()
    nonsense = update(messages).where(second).values(value=b"[" * 100_000)
    await broker.database.write(lambda connection: connection.execute(nonsense))
    assert await fill(desk, broker) == 1


async def recorded(desk: Desk, *event_ids: str) -> None:
    """Published once, in this order."""
    same = {"type": "Written", "topic": APTAS, "traceparent": "", "recorded_at": 1, "published_at": 1}
    rows = [
        {"event_id": each, "aggregate_id": 1, "sequence": number, "value": b"{}", **same}
        for number, each in enumerate(event_ids, start=1)
    ]
    await desk.database.write(lambda connection: connection.execute(ledger.events.insert(), rows))


@pytest.mark.parametrize("piece", [1, 2, 100])
async def test_sources_go_in_together_by_time_and_each_keeps_its_own_order(
    desk: Desk, broker: LocalBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    """Whose clock was set back has ids that fall; its own order counts for more."""
    monkeypatch.setattr(refill_module, "PIECE", piece)
    looked: Counter[str] = Counter()
    async with desk_at(f"sqlite:///{tmp_path / 'other.db'}") as other:
        await recorded(desk, "1", "5", "3")
        await recorded(other, "2", "4", "6")
        sources = [Source(name, ledger.events, each.database) for name, each in (("a", desk), ("b", other))]
        sent = await refill(sources, broker, lambda name, count: looked.update({name: count}))
    assert sent == looked == {"a": 3, "b": 3}
    assert [each.headers["ce_id"] for each in await topics(broker)] == ["1", "2", "4", "5", "3", "6"]
    sources_told = [each.headers["ce_source"] for each in await topics(broker)]
    assert sources_told == [f"/aptas/{name}" for name in "abbaab"]
