"""The gallery's half of the write path, and the gallery built anew while it is being changed."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest
from sqlalchemy import Connection, func, select

from aptas.kernel.messages import APTAS, TOPICS, DefectFact, Heard, Id
from aptas.messaging import projector as projector_module
from aptas.messaging.asks import BehindFailed
from aptas.messaging.consumer import Consumer
from aptas.messaging.envelope import Delivered, Message, Vocabulary
from aptas.messaging.local import LocalBroker
from aptas.messaging.parking import ParkingLot
from aptas.messaging.projector import Gallery, Projector
from aptas.mypage.rebuild import OvertakenRebuild, Rebuild, RedrivenMeanwhile
from aptas.mypage.room import ROOM
from aptas.mypage.tables import changes, ledger, mypage_states, mypages
from aptas.storage.engine import Database, StorageAway, rows_of, scalars_of
from aptas.storage.migrate import upgrade
from aptas.storage.opening import open_database
from tests.contracts.backends import locked
from tests.messaging.notebooks import NOON
from tests.messaging.topics import message_of
from tests.mypage import stories as tell

WORDS = Vocabulary(
    {
        source: [kind for kind in ROOM.projections if kind.__module__.split(".")[1] == source]
        for source in ("registration", "management", "contractor")
    }
)
STORY = (
    tell.registered(),
    tell.identified(),
    tell.approved(),
    tell.proposed(),
    tell.countered(),
    tell.scheduled(),
    tell.cancelled(n=1),
    tell.passed_on(),
    tell.contractor_refused(),
)
"""What happens to each defect here, in the order of time."""


def about(defect: int, fact: DefectFact) -> DefectFact:
    return replace(fact, defect_id=Id(defect))


def source_of(fact: DefectFact) -> str:
    return type(fact).__module__.split(".")[1]


def story_of(defect: int, facts: Sequence[DefectFact] = STORY) -> list[Message]:
    """As the rooms publish it: numbered by each source."""
    numbers: dict[str, int] = {}
    sent = []
    for minute, fact in enumerate(facts):
        source, at = source_of(fact), NOON + timedelta(minutes=minute)
        numbers[source] = numbers.get(source, 0) + 1
        sent.append(message_of(about(defect, fact), numbers[source], source=source, at=at))
    return sent


def news_of(defect: int, sequence: int, fact: DefectFact) -> Heard[DefectFact]:
    return Heard(
        fact=about(defect, fact),
        source=source_of(fact),
        topic=fact.topic or "",
        sequence=sequence,
        event_id=f"{source_of(fact)}-{defect}-{sequence}",
        at=NOON,
    )


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'mypage.db'}")
    await upgrade(database, "mypage", ledger.metadata)
    yield database
    await database.close()


def consumer_of(database: Database, broker: LocalBroker, gallery: Gallery = ROOM) -> Consumer:
    lot = ParkingLot(database, ledger.parked, lambda: NOON)
    return Consumer("mypage", broker, WORDS, Projector(gallery, database, lambda: NOON), lot)


async def consume(database: Database, broker: LocalBroker) -> None:
    consumer, member = consumer_of(database, broker), broker.subscribe("mypage", TOPICS)
    while batch := await member.poll(50, wait=0):
        await consumer.handle(batch)
        await member.commit(batch)
    await member.close()


async def hung_in(database: Database) -> list[dict[str, Any]]:
    """Rows by id, with what is JSON in them read."""
    rows = await database.read(rows_of(select(mypages).order_by(mypages.c.id)))
    return [
        {**row._mapping, "seen": msgspec.json.decode(row.seen), "body": mypage_states.decode(row.body)}
        for row in rows
    ]


async def totals_of(database: Database) -> dict[str, int]:
    counters = ledger.counters
    rows = await database.read(rows_of(select(counters.c.bucket, counters.c.total)))
    return {row.bucket: row.total for row in rows if row.total}


async def counts_of(database: Database) -> dict[str, int]:
    count = func.count().label("total")
    rows = await database.read(rows_of(select(mypages.c.status, count).group_by(mypages.c.status)))
    return {row.status: row.total for row in rows}


async def told(database: Database) -> list[str]:
    return list(await database.read(scalars_of(select(changes.c.event_id))))


async def test_a_story_becomes_a_row_its_counter_and_its_changes(
    database: Database, broker: LocalBroker
) -> None:
    await broker.publish(story_of(7) + story_of(8, STORY[:4]))
    await consume(database, broker)
    assert await counts_of(database) == await totals_of(database) == {"SCHEDULED": 1, "SCHEDULING": 1}
    assert len(await told(database)) == len(STORY) + 4


async def test_what_comes_again_is_told_to_nobody(database: Database, broker: LocalBroker) -> None:
    await broker.publish(story_of(7))
    await consume(database, broker)
    before = await hung_in(database), await told(database)
    member = broker.subscribe("mypage", TOPICS)
    await member.rewind()
    await member.close()
    await consume(database, broker)
    assert (await hung_in(database), await told(database)) == before


async def test_rows_changes_and_counters_are_written_together_or_not_at_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    projector = Projector(ROOM, database, lambda: NOON)

    def unplugged(*_: object) -> None:
        raise RuntimeError("unplugged")

    with monkeypatch.context() as patch:
        patch.setattr(projector_module, "add_to_counters", unplugged)
        (problem,) = await projector.apply([(news_of(7, 1, tell.registered()), "")])
    assert isinstance(problem, RuntimeError)
    assert (await hung_in(database), await told(database), await totals_of(database)) == ([], [], {})
    assert await projector.apply([(news_of(7, 1, tell.registered()), "")]) == [None]
    assert await counts_of(database) == await totals_of(database) == {"RECEIVED": 1}


@pytest.mark.parametrize("broken", ["projection", "telling"])
async def test_a_fact_that_cannot_be_hung_holds_back_its_own_row_only(
    database: Database, broken: str
) -> None:
    def fail(*_: object) -> Any:
        raise ZeroDivisionError

    def tell_or_fail(row: Any, heard: Heard[Any]) -> str:
        return fail() if type(heard.fact) is type(tell.identified()) else ROOM.tell(row, heard)

    if broken == "telling":
        gallery = replace(ROOM, tell=tell_or_fail)
    else:
        gallery = replace(ROOM, projections={**ROOM.projections, type(tell.identified()): fail})
    heard = [
        news_of(7, 1, tell.registered()),
        news_of(7, 1, tell.identified()),
        news_of(8, 1, tell.registered()),
        news_of(7, 2, tell.approved()),
        news_of(8, 1, tell.approved()),
    ]
    problems = await Projector(gallery, database, lambda: NOON).apply([(each, "") for each in heard])
    assert [type(each) for each in problems] == [
        type(None),
        ZeroDivisionError,
        type(None),
        BehindFailed,
        type(None),
    ]
    assert await counts_of(database) == await totals_of(database) == {"RECEIVED": 1, "ASSIGNED": 1}


async def test_nothing_is_said_to_be_applied_while_the_database_is_away(
    database: Database, tmp_path: Path
) -> None:
    projector = Projector(ROOM, database, lambda: NOON)
    with locked(tmp_path / "mypage.db"), pytest.raises(StorageAway):
        await projector.apply([(news_of(7, 1, tell.registered()), "")])
    assert await hung_in(database) == []


async def test_built_anew_it_is_what_it_was_and_nobody_is_told_again(
    database: Database, broker: LocalBroker
) -> None:
    sent = [story_of(defect, STORY[: 1 + defect % len(STORY)]) for defect in range(1, 40)]
    await broker.publish([message for story in sent for message in story])
    await consume(database, broker)
    before = await hung_in(database), await totals_of(database), await told(database)
    read = await Rebuild(ROOM, database, broker, WORDS).run(lambda _: None)
    assert read == sum(len(story) for story in sent)
    assert (await hung_in(database), await totals_of(database), await told(database)) == before


def ruin(connection: Connection) -> None:
    connection.execute(mypages.delete().where(mypages.c.id % 2 == 0))
    connection.execute(mypages.update().values(status="CONFIRMED"))
    connection.execute(ledger.counters.update().values(total=99))


async def test_a_ruined_gallery_is_mended_by_building_it_anew(
    database: Database, broker: LocalBroker
) -> None:
    await broker.publish([message for defect in range(1, 20) for message in story_of(defect)])
    await consume(database, broker)
    before = await hung_in(database)
    await database.write(ruin)
    await Rebuild(ROOM, database, broker, WORDS).run(lambda _: None)
    assert await hung_in(database) == before
    assert await totals_of(database) == await counts_of(database)


async def test_built_anew_while_the_consumer_goes_on_nothing_is_lost_or_doubled(
    database: Database, broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aptas.mypage.rebuild.PIECE", 7)
    dice = random.Random(5)
    waiting = {defect: story_of(defect) for defect in range(1, 41)}
    total = len(waiting) * len(STORY)
    consumer = consumer_of(database, broker)
    running = asyncio.create_task(consumer.run())

    async def publish(count: int) -> None:
        for _ in range(count):
            defect = dice.choice([each for each in waiting if waiting[each]])
            await broker.publish([waiting[defect].pop(0)])

    await publish(total // 3)
    publishing = asyncio.create_task(publish(total - total // 3))
    for _ in range(3):
        await Rebuild(ROOM, database, broker, WORDS).run(lambda _: None)
        await asyncio.sleep(0.05)
    await publishing
    async with asyncio.timeout(30):
        while [row["version"] for row in await hung_in(database)] != [len(STORY)] * 40:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert await totals_of(database) == {"SCHEDULED": 40}
    consumer.stop()
    await running
    live = await hung_in(database)
    assert await counts_of(database) == {"SCHEDULED": 40}
    ids = await told(database)
    assert len(ids) == len(set(ids)), "somebody was told twice"
    await Rebuild(ROOM, database, broker, WORDS).run(lambda _: None)
    assert await hung_in(database) == live


def nonsense_about(defect: int) -> Message:
    return Message(topic=APTAS, key=str(defect), headers={"type": "DefectApproved"}, value=b"{ no JSON")


async def rebuilt(database: Database, broker: LocalBroker, gallery: Gallery = ROOM) -> list[dict[str, Any]]:
    await Rebuild(gallery, database, broker, WORDS).run(lambda _: None)
    assert await counts_of(database) == await totals_of(database)
    return await hung_in(database)


def lot_of(database: Database) -> ParkingLot:
    return ParkingLot(database, ledger.parked, lambda: NOON)


async def drop_oldest(database: Database) -> None:
    await lot_of(database).drop((await lot_of(database).list())[0])


@pytest.fixture
async def with_nonsense(database: Database, broker: LocalBroker) -> None:
    """In the middle of the story of 7; 8 goes on undisturbed."""
    await broker.publish([*story_of(7)[:4], nonsense_about(7), *story_of(7)[4:], *story_of(8)])
    await consume(database, broker)


@pytest.mark.usefixtures("with_nonsense")
async def test_built_anew_after_a_drop_it_has_what_the_drop_let_through(
    database: Database, broker: LocalBroker
) -> None:
    await drop_oldest(database)
    _, stuck = await consumer_of(database, broker).redrive("7")
    assert stuck is None
    before = await hung_in(database)
    assert await counts_of(database) == {"SCHEDULED": 2}
    assert await rebuilt(database, broker) == before


@pytest.mark.usefixtures("with_nonsense")
@pytest.mark.parametrize("dropped", [False, True])
async def test_built_anew_it_leaves_what_is_parked_to_be_redriven(
    database: Database, broker: LocalBroker, dropped: bool
) -> None:
    """Before anything was dropped, and when what waited behind it has not been redriven yet."""
    if dropped:
        await drop_oldest(database)
    before = await hung_in(database)
    assert await rebuilt(database, broker) == before
    if not dropped:
        await drop_oldest(database)
    await consumer_of(database, broker).redrive("7")
    assert await counts_of(database) == {"SCHEDULED": 2}
    assert await lot_of(database).count() == 0


@pytest.mark.usefixtures("with_nonsense")
async def test_built_anew_after_a_group_was_wound_back_it_has_what_was_handled_before_the_parked_one(
    database: Database, broker: LocalBroker
) -> None:
    before = await hung_in(database)
    member = broker.subscribe("mypage", TOPICS)
    await member.rewind()
    await member.close()
    await consume(database, broker)
    assert await hung_in(database) == before == await rebuilt(database, broker)
    await drop_oldest(database)
    await consumer_of(database, broker).redrive("7")
    assert await counts_of(database) == {"SCHEDULED": 2}


async def test_a_projection_that_fails_on_what_is_neither_dropped_nor_parked_stops_the_rebuild(
    database: Database, broker: LocalBroker
) -> None:
    def fail(*_: object) -> Any:
        raise ZeroDivisionError

    broken = replace(ROOM, projections={**ROOM.projections, type(tell.approved()): fail})
    await broker.publish([*story_of(7), *story_of(8)])
    await consume(database, broker)
    before = await hung_in(database)
    with pytest.raises(ZeroDivisionError):
        await rebuilt(database, broker, broken)
    assert await hung_in(database) == before
    for defect in (7, 8):
        (bad,) = [each for each in await on_topic(broker, defect) if each.headers["type"] == "DefectApproved"]
        await lot_of(database).park(bad, "fails here", 1)
    await drop_oldest(database)
    seven, eight = await rebuilt(database, broker, broken)
    assert len(seven["body"].timeline) > len(eight["body"].timeline)


async def on_topic(broker: LocalBroker, defect: int) -> list[Delivered]:
    return [each for each in await broker.read(APTAS, 0, 1000) if each.key == str(defect)]


@pytest.mark.usefixtures("with_nonsense")
async def test_what_is_redriven_while_it_is_built_anew_is_not_lost(
    database: Database, broker: LocalBroker
) -> None:
    async def redrive(*_: object) -> None:
        await drop_oldest(database)
        await consumer_of(database, broker).redrive("7")

    rebuild = Rebuild(ROOM, database, broker, WORDS)
    reading = broker.read
    with (
        mock.patch.object(broker, "read", side_effect=after_the_first(reading, redrive)),
        pytest.raises(RedrivenMeanwhile, match="run it again"),
    ):
        await rebuild.run(lambda _: None)
    assert await counts_of(database) == {"SCHEDULED": 2}
    before = await hung_in(database)
    assert await rebuilt(database, broker) == before


def after_the_first(read: Any, then: Any) -> Any:
    """Reads, and lets something happen once behind its back."""
    waiting = [then]

    async def reading(*arguments: Any) -> Any:
        found = await read(*arguments)
        if waiting:
            await waiting.pop()()
        return found

    return reading


async def test_of_two_rebuilds_at_once_the_later_one_is_done_and_the_other_gives_up(
    database: Database, broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They build at the same place: half a table, switched in by the other, would be lost rows for good."""
    monkeypatch.setattr("aptas.mypage.rebuild.PIECE", 3)
    await broker.publish([message for defect in range(1, 9) for message in story_of(defect)])
    await rebuilt(database, broker)
    before = await hung_in(database)
    later: list[asyncio.Task[int]] = []

    def begin_the_other(_read: int) -> None:
        if not later:
            later.append(asyncio.create_task(Rebuild(ROOM, database, broker, WORDS).run(lambda _: None)))

    with pytest.raises(OvertakenRebuild):
        await Rebuild(ROOM, database, broker, WORDS).run(begin_the_other)
    assert await later[0] == 8 * len(STORY)
    assert await hung_in(database) == before
    assert len(before) == 8
