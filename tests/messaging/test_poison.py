"""Poison in 10,000: it stops its own keys and nobody else, and all of it goes through once its cause is gone."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

import pytest

from aptas.kernel.messages import APTAS, Fact, Heard, Id
from aptas.messaging.consumer import Consumer
from aptas.messaging.envelope import Delivered, Message, Vocabulary
from aptas.messaging.inbox import Inbox
from aptas.messaging.local import LocalBroker, LocalSubscription
from aptas.messaging.parking import ParkingLot
from aptas.messaging.wire import CorruptMessage
from tests.messaging import notebooks
from tests.messaging.desks import Desk
from tests.messaging.notebooks import BUG, ELSEWHERE, NOON, VOCABULARY, Written, ledger
from tests.messaging.topics import message_of

KEYS = 200
EACH = 50
CORRUPT = {17: 9, 101: 31}
BUGGED = {58: 20, 59: 20}
"""Which line of which notebook: its message cannot be read, or its handling raises."""
POISONED = CORRUPT | BUGGED
MOST_SECONDS = 5


def text(notebook: int, number: int) -> str:
    return BUG if BUGGED.get(notebook) == number else f"{number}"


def line(notebook: int, number: int) -> Message:
    return message_of(Written(notebook_id=Id(notebook), line=text(notebook, number)), number)


def broken(whole: Message) -> Message:
    """Half of it is missing."""
    return Message(
        topic=APTAS, key=whole.key, headers=whole.headers, value=whole.value[: len(whole.value) // 2]
    )


def ten_thousand() -> list[Message]:
    """A line of each notebook, then the next of each."""
    return [
        broken(line(notebook, number)) if CORRUPT.get(notebook) == number else line(notebook, number)
        for number in range(1, EACH + 1)
        for notebook in range(1, KEYS + 1)
    ]


def lines(notebook: int, until: int = EACH) -> tuple[str, ...]:
    return tuple(text(notebook, number) for number in range(1, until + 1))


def behind(notebook: int) -> list[bytes]:
    """What waits: the poison, and all that came after it."""
    sent = [each for each in ten_thousand() if each.key == str(notebook)]
    return [each.value for each in sent[POISONED[notebook] - 1 :]]


class Timed:
    """An inbox that notes how long after its poll each message was applied, and how long nothing was."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.delays: dict[str, float] = {}
        self.pauses: list[float] = []
        self._inbox = Inbox(desk.dispatcher)
        self._polled = self._applied = monotonic()
        poll = LocalSubscription.poll

        async def timed(subscription: LocalSubscription, limit: int, wait: float) -> Sequence[Delivered]:
            got = await poll(subscription, limit, wait)
            self._polled = monotonic()
            return got

        monkeypatch.setattr(LocalSubscription, "poll", timed)

    async def apply(self, heard: Sequence[tuple[Heard[Fact], str]]) -> Sequence[Exception | None]:
        answers = await self._inbox.apply(heard)
        now = monotonic()
        applied = [
            news.event_id for (news, _), problem in zip(heard, answers, strict=True) if problem is None
        ]
        for event_id in applied:
            self.delays.setdefault(event_id, now - self._polled)
        if applied:
            self.pauses.append(now - self._applied)
            self._applied = now
        return answers


class NextRelease(Vocabulary):
    """Reads what this one found corrupt."""

    def hear(self, message: Delivered) -> Heard[Fact] | None:
        try:
            return super().hear(message)
        except CorruptMessage:
            notebook = int(message.key)
            return super().hear(replace(message, value=line(notebook, CORRUPT[notebook]).value))


@pytest.fixture
def lot(desk: Desk) -> ParkingLot:
    return ParkingLot(desk.database, ledger.parked, lambda: NOON)


@pytest.fixture
async def timed(desk: Desk, broker: LocalBroker, lot: ParkingLot, monkeypatch: pytest.MonkeyPatch) -> Timed:
    """All ten thousand, published while they are consumed."""
    await desk.open(*range(1, KEYS + 1))
    timed = Timed(desk, monkeypatch)
    consumer = Consumer("notebooks", broker, VOCABULARY, timed, lot)
    running = asyncio.create_task(consumer.run())
    sent = ten_thousand()
    for start in range(0, len(sent), KEYS):
        await broker.publish(sent[start : start + KEYS])
    waiting = sum(len(behind(notebook)) for notebook in POISONED)
    async with asyncio.timeout(120):
        while len(timed.delays) + await lot.count() < KEYS * EACH:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    consumer.stop()
    await running
    assert await lot.count() == waiting
    return timed


async def test_poison_stops_its_own_keys_and_delays_nobody_else(
    desk: Desk, timed: Timed, lot: ParkingLot, tell: Callable[[str], None]
) -> None:
    longest, pause = max(timed.delays.values()), max(timed.pauses)
    tell(
        f"poison in {KEYS * EACH:,}: applied {longest:.2f} s after its poll at most, longest pause {pause:.2f} s"
    )
    assert longest < MOST_SECONDS
    assert pause < MOST_SECONDS
    for notebook in range(1, KEYS + 1):
        assert await desk.lines(notebook) == lines(notebook, POISONED.get(notebook, EACH + 1) - 1)
    parked = await lot.list()
    for notebook in POISONED:
        assert [each.message.value for each in parked if each.message.key == str(notebook)] == behind(
            notebook
        )


async def test_once_its_cause_is_gone_all_of_it_goes_through_in_order_and_once(
    desk: Desk, broker: LocalBroker, timed: Timed, lot: ParkingLot, monkeypatch: pytest.MonkeyPatch
) -> None:
    this = Consumer("notebooks", broker, VOCABULARY, timed, lot)
    parked = await lot.list()
    for notebook in POISONED:
        through, stuck = await this.redrive(str(notebook))
        assert (through, stuck is None) == (0, False)
    monkeypatch.setattr(notebooks, "BUG", "mended")
    mended = Consumer("notebooks", broker, NextRelease({ELSEWHERE: (Written,)}), timed, lot)
    for notebook in POISONED:
        assert await mended.redrive(str(notebook)) == (len(behind(notebook)), None)
        assert await desk.lines(notebook) == lines(notebook)
    assert await lot.list() == []
    await nothing_changes_when_redriven_again(desk, mended, lot, [each.message for each in parked])


async def nothing_changes_when_redriven_again(
    desk: Desk, consumer: Consumer, lot: ParkingLot, messages: Sequence[Delivered]
) -> None:
    """Neither with nothing parked nor with all of it parked once more."""
    before = await desk.everything()
    for notebook in POISONED:
        assert await consumer.redrive(str(notebook)) == (0, None)
    for each in messages:
        await lot.park(each, "parked once more", 1)
    for notebook in POISONED:
        assert await consumer.redrive(str(notebook)) == (len(behind(notebook)), None)
    assert await desk.everything() == before
