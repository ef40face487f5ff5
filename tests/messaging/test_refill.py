"""A lost topic filled again from the events table."""

import pytest
from sqlalchemy import select, update

from aptas.kernel.messages import TOPICS, Id
from aptas.messaging import refill as refill_module
from aptas.messaging.asks import Ask, new_trace
from aptas.messaging.envelope import Delivered
from aptas.messaging.leases import Lease
from aptas.messaging.local import LocalBroker
from aptas.messaging.local_file import messages
from aptas.messaging.refill import refill
from aptas.messaging.relay import Relay
from tests.messaging.desks import Desk
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
    return await refill("notebooks", ledger.events, desk.database, broker, lambda _: None)


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
