"""From the bus to a room: nothing lost, nothing doubled, one bad message in nobody's way but its own key's."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Connection, select

from aptas.kernel.messages import APTAS, TOPICS, Fact, Heard, Id
from aptas.messaging import consumer as consumer_module
from aptas.messaging.broker import AssignmentLost
from aptas.messaging.consumer import ATTEMPTS, Consumer
from aptas.messaging.envelope import Delivered, Message
from aptas.messaging.inbox import Inbox
from aptas.messaging.local import LocalBroker, LocalSubscription
from aptas.messaging.local_file import messages, offsets
from aptas.messaging.parking import BEHIND, ParkingLot
from aptas.storage.engine import StorageAway, scalars_of
from tests.contracts.backends import locked
from tests.messaging.desks import CountingDatabase, Desk, until
from tests.messaging.notebooks import BUG, NOON, VOCABULARY, Opened, Struck, Written, ledger
from tests.messaging.topics import local_broker, message_of


class Overheard:
    """A listener that notes the event ids of what it passes on, and may have moods."""

    def __init__(self, desk: Desk) -> None:
        self.event_ids: list[str] = []
        self.problems: dict[str, list[Exception]] = {}
        self._inbox = Inbox(desk.dispatcher)

    async def apply(self, heard: Sequence[tuple[Heard[Fact], str]]) -> Sequence[Exception | None]:
        answers: list[Exception | None] = []
        for one in heard:
            self.event_ids.append(one[0].event_id)
            moods = self.problems.get(one[0].event_id)
            answers.append(moods.pop(0) if moods else (await self._inbox.apply([one]))[0])
        return answers


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer_module, "RETRY_SECONDS", 0.001)


@pytest.fixture
async def open_desk(desk: Desk) -> Desk:
    await desk.open(1, 2, 3)
    return desk


@pytest.fixture
def lot(desk: Desk) -> ParkingLot:
    return ParkingLot(desk.database, ledger.parked, lambda: NOON)


@pytest.fixture
def consumer(open_desk: Desk, broker: LocalBroker, lot: ParkingLot) -> Consumer:
    return Consumer("notebooks", broker, VOCABULARY, Inbox(open_desk.dispatcher), lot)


def line(notebook: int, text: str, sequence: int) -> Message:
    return message_of(Written(notebook_id=Id(notebook), line=text), sequence)


def struck(notebook: int, text: str, sequence: int) -> Message:
    return message_of(Struck(notebook_id=Id(notebook), line=text), sequence)


def corrupt(notebook: int, value: bytes = b'{"eventType":"Written","eventId"') -> Message:
    return Message(topic=APTAS, key=str(notebook), headers={"type": "Written"}, value=value)


async def consume(consumer: Consumer, broker: LocalBroker) -> None:
    """Until the end of the topics, as the loop does."""
    subscription = broker.subscribe("notebooks", TOPICS)
    while batch := await subscription.poll(400, wait=0):
        await consumer.handle(batch)
        await subscription.commit(batch)
    await subscription.close()


async def wind_back(broker: LocalBroker) -> None:
    member = broker.subscribe("notebooks", TOPICS)
    await member.rewind()
    await member.close()


async def lose(broker: LocalBroker) -> None:
    await broker.database.write(lambda connection: connection.execute(messages.delete()))


async def drop_oldest(lot: ParkingLot) -> None:
    await lot.drop((await lot.list())[0])


async def parked(lot: ParkingLot) -> list[tuple[str, bytes]]:
    return [(each.message.key, each.message.value) for each in await lot.list()]


async def test_facts_become_lines(desk: Desk, consumer: Consumer, broker: LocalBroker) -> None:
    await broker.publish([line(1, "a", 1), line(2, "b", 1), line(1, "c", 2), struck(1, "d", 3)])
    await consume(consumer, broker)
    assert await desk.lines(1) == ("a", "c", "-d")
    assert await desk.lines(2) == ("b",)


async def test_the_trace_goes_on(desk: Desk, consumer: Consumer, broker: LocalBroker) -> None:
    sent = line(1, "a", 1)
    await broker.publish([sent])
    await consume(consumer, broker)
    assert (await desk.events())[-1].traceparent == sent.headers["traceparent"]


async def test_what_nobody_here_knows_or_cares_for_is_passed_over(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    unknown = line(1, "x", 1)
    unknown = Message(
        topic=APTAS, key="1", headers={}, value=unknown.value.replace(b"Written", b"WrittenInGold")
    )
    no_policy = message_of(Opened(notebook_id=Id(9), title="t"), 1)
    await broker.publish([unknown, no_policy, line(1, "a", 1)])
    await consume(consumer, broker)
    assert await lot.list() == []
    assert await desk.lines(1) == ("a",)


async def test_a_corrupt_message_is_parked_at_once_with_its_key_and_the_others_go_on(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    bad = corrupt(1)
    await broker.publish([line(1, "a", 1), bad, line(2, "b", 1), line(1, "c", 3), line(2, "d", 2)])
    await consume(consumer, broker)
    assert await desk.lines(1) == ("a",)
    assert await desk.lines(2) == ("b", "d")
    assert await parked(lot) == [("1", bad.value), ("1", line(1, "c", 3).value)]
    assert [each.attempts for each in await lot.list()] == [1, 1]
    assert (await lot.list())[0].reason.startswith("CorruptMessage")


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b"{" * 50,
        b"[" * 200_000,
        b'{"a":' * 200_000,
        line(1, "x", 1).value.replace(b'"x"', b'"\xc3\x28"'),
        line(1, "x", 1).value.replace(b'"x"', b'"\\ud800"'),
        line(1, "x", 1).value.replace(b'"x"', b"12"),
        line(1, "x", 1).value.replace(b'"1"', b'"99999999999999999999"'),
        line(1, "x", 1).value.replace(b'"sequence":1', b'"sequence":0'),
        line(1, "x", 1).value.replace(b'"sequence":1', b'"sequence":1e400'),
    ],
    ids=lambda value: repr(value[:24]),
)
async def test_no_message_whatever_stops_the_loop(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot, value: bytes
) -> None:
    await broker.publish([corrupt(1, value), line(2, "b", 1)])
    await consume(consumer, broker)
    assert await parked(lot) == [("1", value)]
    assert await desk.lines(2) == ("b",)


async def test_later_batches_of_a_parked_key_wait_behind_it(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    await broker.publish([corrupt(1)])
    await consume(consumer, broker)
    await broker.publish([line(1, "a", 2), line(2, "b", 1), struck(1, "c", 3)])
    await consume(consumer, broker)
    assert await desk.lines(1) == ()
    assert await desk.lines(2) == ("b",)
    assert [each.reason for each in await lot.list()][1:] == [BEHIND, BEHIND]


async def test_a_message_the_law_refuses_is_parked_at_once(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    await broker.publish([line(1, "", 1), line(2, "b", 1)])
    await consume(consumer, broker)
    (only,) = await lot.list()
    assert (only.message.key, only.attempts) == ("1", 1)
    assert "a_line_says_something" in only.reason
    assert await desk.lines(2) == ("b",)


async def test_what_fails_for_a_while_is_tried_again_in_order(
    open_desk: Desk, broker: LocalBroker, lot: ParkingLot
) -> None:
    listener = Overheard(open_desk)
    listener.problems["elsewhere-1-2"] = [RuntimeError("once"), RuntimeError("twice")]
    sent = [line(1, "a", 1), line(1, "b", 2), line(2, "c", 1)]
    await broker.publish(sent)
    await consume(Consumer("notebooks", broker, VOCABULARY, listener, lot), broker)
    assert await lot.list() == []
    assert listener.event_ids.count("elsewhere-1-2") == 3
    assert listener.event_ids.count("elsewhere-2-1") == 1
    assert await open_desk.lines(1) == ("a", "b")


async def test_what_fails_for_good_is_tried_a_bounded_number_of_times_and_parked(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    await broker.publish([line(1, "a", 1), line(1, BUG, 2), line(1, "c", 3), line(2, "d", 1)])
    await consume(consumer, broker)
    assert await desk.lines(1) == ("a",)
    assert await desk.lines(2) == ("d",)
    assert [(each.message.value, each.attempts) for each in await lot.list()] == [
        (line(1, BUG, 2).value, ATTEMPTS),
        (line(1, "c", 3).value, ATTEMPTS),
    ]


async def test_redriving_goes_in_order_with_the_same_event_ids(
    desk: Desk, broker: LocalBroker, lot: ParkingLot
) -> None:
    """Lines for a notebook that is not there yet; then it is."""
    listener = Overheard(desk)
    consumer = Consumer("notebooks", broker, VOCABULARY, listener, lot)
    for number in range(1, 6):
        await broker.publish([line(1, f"{number}", number)])
        await consume(consumer, broker)
    assert len(await lot.list()) == 5
    await desk.open(1)
    listener.event_ids.clear()
    assert await consumer.redrive("1") == (5, None)
    assert await desk.lines(1) == ("1", "2", "3", "4", "5")
    assert listener.event_ids == [f"elsewhere-1-{number}" for number in range(1, 6)]
    assert await lot.list() == []


async def test_redriving_twice_changes_nothing(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    await broker.publish([line(9, "a", 1), line(9, "b", 2)])
    await consume(consumer, broker)
    before = [each.message for each in await lot.list()]
    await desk.open(9)
    await consumer.redrive("9")
    assert await consumer.redrive("9") == (0, None)
    for message in before:
        await lot.park(message, "parked once more", 1)
    assert await consumer.redrive("9") == (2, None)
    assert await desk.lines(9) == ("a", "b")


async def test_a_crash_while_redriving_doubles_nothing(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await broker.publish([line(9, "a", 1), line(9, "b", 2)])
    await consume(consumer, broker)
    await desk.open(9)
    with monkeypatch.context() as patch:
        patch.setattr(ParkingLot, "release", crash)
        with pytest.raises(Crash):
            await consumer.redrive("9")
    assert await consumer.redrive("9") == (2, None)
    assert await desk.lines(9) == ("a", "b")


async def test_redriving_stops_at_what_fails_again_and_the_rest_keeps_waiting(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    await broker.publish([line(9, "a", 1), line(9, "", 2), line(9, "c", 3)])
    await consume(consumer, broker)
    await desk.open(9)
    through, stuck = await consumer.redrive("9")
    assert through == 1
    assert stuck is not None
    assert "a_line_says_something" in stuck.reason
    assert len(await lot.list()) == 2
    assert await desk.lines(9) == ("a",)


async def test_a_parked_message_that_comes_again_is_parked_once(
    consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    await broker.publish([corrupt(1), line(1, "a", 2)])
    subscription = broker.subscribe("notebooks", TOPICS)
    for _ in range(3):
        await consumer.handle(await subscription.poll(400, wait=0))
        await subscription.restore()
    assert len(await lot.list()) == 2


async def test_what_was_dropped_is_passed_over_when_the_group_is_wound_back(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    await broker.publish([line(1, "a", 1), corrupt(1), line(1, "c", 3), line(2, "d", 1)])
    await consume(consumer, broker)
    await drop_oldest(lot)
    assert await consumer.redrive("1") == (1, None)
    before = await desk.everything()
    for _ in range(2):
        await wind_back(broker)
        await consume(consumer, broker)
        assert await desk.everything() == before
    await broker.publish([line(1, "e", 4)])
    await consume(consumer, broker)
    assert await desk.lines(1) == ("a", "c", "e")


async def test_what_was_dropped_is_neither_listed_nor_counted_nor_waited_for(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    await broker.publish([corrupt(1), line(1, "b", 2)])
    await consume(consumer, broker)
    (bad, _) = await lot.list()
    await drop_oldest(lot)
    assert (await parked(lot), await lot.count()) == ([("1", line(1, "b", 2).value)], 1)
    assert [(each.id, each.message) for each in await lot.dropped()] == [(bad.id, bad.message)]
    assert await consumer.redrive("1") == (1, None)
    assert (await lot.keys(), await lot.count(), await lot.oldest_of("1")) == (set(), 0, None)
    await lot.park(bad.message, "once more", 1)
    assert await lot.count() == 0


async def test_a_copy_of_what_was_dropped_is_another_message(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    """Dropped is one place on one topic, however often the same nonsense comes."""
    await broker.publish([corrupt(1)])
    await consume(consumer, broker)
    await drop_oldest(lot)
    await broker.publish([corrupt(1), line(1, "c", 3)])
    await wind_back(broker)
    await consume(consumer, broker)
    assert [each.message.offset for each in await lot.list()] == [2, 3]


async def test_what_stands_where_something_was_dropped_on_a_lost_topic_is_handled(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    await broker.publish([line(1, "a", 1), corrupt(1)])
    await consume(consumer, broker)
    await drop_oldest(lot)
    await lose(broker)
    await broker.publish([line(1, "a", 1), line(1, "b", 2)])
    await wind_back(broker)
    await consume(consumer, broker)
    assert await desk.lines(1) == ("a", "b")


async def test_what_is_parked_where_another_was_on_a_lost_topic_takes_nobodys_row(
    consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    await broker.publish([corrupt(1, b"one"), corrupt(2, b"two")])
    await consume(consumer, broker)
    await drop_oldest(lot)
    await lose(broker)
    await broker.publish([corrupt(1, b"three"), corrupt(2, b"four")])
    await wind_back(broker)
    await consume(consumer, broker)
    assert sorted(await parked(lot)) == [("1", b"three"), ("2", b"four"), ("2", b"two")]
    assert [each.message.value for each in await lot.dropped()] == [b"one"]


async def test_a_drop_costs_the_others_nothing(
    open_desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    await broker.publish([corrupt(1)])
    await consume(consumer, broker)
    await drop_oldest(lot)
    before = open_desk.database.transactions
    await broker.publish([line(2, "a", 1)])
    await consume(consumer, broker)
    assert open_desk.database.transactions - before == 1


async def test_when_the_database_is_away_nothing_is_parked_and_all_is_done_later(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot
) -> None:
    running = asyncio.create_task(consumer.run())
    await broker.publish([line(1, "a", 1)])
    await until_lines(desk, 1, 1)
    with locked(desk.file):
        await broker.publish([line(1, "b", 2), line(2, "c", 1)])
        await asyncio.sleep(0.6)
    await until_lines(desk, 1, 2)
    await until_lines(desk, 2, 1)
    consumer.stop()
    await running
    assert await lot.list() == []
    assert await desk.lines(1) == ("a", "b")


async def test_the_database_being_away_is_never_a_reason_to_park(
    desk: Desk, consumer: Consumer, broker: LocalBroker
) -> None:
    await broker.publish([line(1, "a", 1)])
    batch = await broker.subscribe("notebooks", TOPICS).poll(10, wait=0)
    with locked(desk.file), pytest.raises(StorageAway):
        await consumer.handle(batch)


async def test_a_crash_between_database_and_offset_doubles_nothing(
    desk: Desk, consumer: Consumer, broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await broker.publish([line(1, "a", 1), line(1, "b", 2)])
    with monkeypatch.context() as patch:
        patch.setattr(LocalSubscription, "commit", crash)
        with pytest.raises(Crash):
            await consumer.run()
    assert await desk.lines(1) == ("a", "b")
    await consume(consumer, broker)
    assert await desk.lines(1) == ("a", "b")


async def test_a_crash_before_the_database_loses_nothing(
    desk: Desk, consumer: Consumer, broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await broker.publish([line(1, "a", 1)])
    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "apply", crash)
        with pytest.raises(Crash):
            await consumer.run()
    await consume(consumer, broker)
    assert await desk.lines(1) == ("a",)


async def test_an_assignment_that_was_lost_is_no_failure(
    desk: Desk, consumer: Consumer, broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = LocalSubscription.commit
    refusals = [AssignmentLost("taken over"), AssignmentLost("again")]

    async def contested(self: LocalSubscription, delivered: Sequence[Delivered]) -> None:
        if refusals:
            raise refusals.pop()
        await commit(self, delivered)

    monkeypatch.setattr(LocalSubscription, "commit", contested)
    await broker.publish([line(1, "a", 1)])
    running = asyncio.create_task(consumer.run())
    await until(lambda: not refusals)
    await broker.publish([line(1, "b", 2)])
    await until_lines(desk, 1, 2)
    consumer.stop()
    await running
    assert await desk.lines(1) == ("a", "b")


async def test_wound_back_to_the_start_nothing_changes(
    desk: Desk, consumer: Consumer, broker: LocalBroker
) -> None:
    await broker.publish([line(1, "a", 1), struck(1, "b", 2), line(2, "c", 1)])
    await consume(consumer, broker)
    before = await desk.everything()
    await wind_back(broker)
    await consume(consumer, broker)
    assert await desk.everything() == before


async def test_a_database_restored_from_an_older_backup_catches_up_by_reading_again(
    desk: Desk, consumer: Consumer, broker: LocalBroker, lot: ParkingLot, tmp_path: Path
) -> None:
    await broker.publish([line(1, "a", 1)])
    await consume(consumer, broker)
    backup = await desk.everything()
    await broker.publish([line(1, "b", 2), line(1, "c", 3)])
    await consume(consumer, broker)
    await desk.database.write(partial(restore, backup))
    assert await desk.lines(1) == ("a",)
    await wind_back(broker)
    await consume(consumer, broker)
    assert await desk.lines(1) == ("a", "b", "c")


def restore(backup: Mapping[str, Sequence[tuple[Any, ...]]], connection: Connection) -> None:
    for name, table in ledger.metadata.tables.items():
        connection.execute(table.delete())
        if backup[name]:
            rows = [dict(zip(table.columns.keys(), row, strict=True)) for row in backup[name]]
            connection.execute(table.insert(), rows)


async def test_stopping_leaves_the_group_at_once(
    desk: Desk, consumer: Consumer, broker: LocalBroker, tmp_path: Path
) -> None:
    running = asyncio.create_task(consumer.run())
    await broker.publish([line(1, "a", 1)])
    await until_lines(desk, 1, 1)
    consumer.stop()
    await running
    second = await local_broker(tmp_path, "another process", lease_seconds=60)
    await broker.publish([line(1, "b", 2)])
    member = second.subscribe("notebooks", TOPICS)
    got = await member.poll(10, wait=2)
    assert [each.value for each in got] == [line(1, "b", 2).value]
    await second.close()


async def test_a_loop_that_failed_leaves_the_group_so_that_its_successor_need_not_wait(
    desk: Desk, consumer: Consumer, broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await broker.publish([line(1, "a", 1)])
    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "apply", crash)
        with pytest.raises(Crash):
            await consumer.run()
    running = asyncio.create_task(consumer.run())
    await until_lines(desk, 1, 1, seconds=3)
    consumer.stop()
    await running


async def test_a_batch_is_one_transaction_of_the_room(
    open_desk: Desk, consumer: Consumer, broker: LocalBroker
) -> None:
    await broker.publish([line(1 + number % 3, f"{number}", 1 + number // 3) for number in range(300)])
    database: CountingDatabase = open_desk.database
    before = database.transactions
    await consume(consumer, broker)
    assert database.transactions - before <= 2
    assert len(await open_desk.lines(1)) == 100


class Crash(Exception):
    """Stands for the end of a process."""


async def crash(*_: object) -> None:
    raise Crash


async def until_lines(desk: Desk, notebook: int, count: int, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while len(await desk.lines(notebook)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_what_is_passed_over_is_counted_and_moves_the_offset_once_there_is_nothing_else(
    consumer: Consumer, broker: LocalBroker
) -> None:
    def counted() -> float:
        return (
            REGISTRY.get_sample_value(
                "aptas_consumed_messages_total", {"context": "notebooks", "topic": APTAS}
            )
            or 0.0
        )

    before = counted()
    await broker.publish([Message(topic=APTAS, key="1", headers={"type": "LiftStopped"}, value=b"{}")] * 3)
    member = broker.subscribe("notebooks", TOPICS)
    await consumer.step(member)
    assert counted() - before == 3
    assert await offset_of(broker) == 0, "nothing was handled: no transaction for these alone"
    await consumer.step(member)
    assert await offset_of(broker) == 3
    await member.close()


async def offset_of(broker: LocalBroker) -> int:
    done = select(offsets.c.done).where(offsets.c.consumer_group == "notebooks", offsets.c.topic == APTAS)
    (offset,) = await broker.database.read(scalars_of(done))
    return int(offset)
