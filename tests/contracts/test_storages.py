"""The write path on every database: what was answered is durable, what was refused left no trace."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from aptas.messaging import batch
from aptas.messaging.asks import BehindFailed, Done
from aptas.messaging.dispatcher import Contested, Dispatcher, Overloaded
from aptas.storage import beside
from aptas.storage.engine import StorageAway
from tests.contracts.backends import SmallStorage, Storage
from tests.messaging.desks import Desk, desk_at, law_of, working
from tests.messaging.notebooks import (
    BUG,
    NOON,
    ROOM,
    Notebook,
    ledger,
    looking,
    new_event_id,
    notebooks,
    opening,
    titles,
    with_key,
    writing,
)


@pytest.fixture
async def desk(storage: Storage) -> AsyncIterator[Desk]:
    async with desk_at(storage.url) as desk:
        yield desk


class Unplugged(Exception):
    pass


async def test_many_at_once_share_few_transactions(desk: Desk) -> None:
    before = desk.database.transactions
    answers = await desk.ask_together([opening(number) for number in range(1, 301)])
    assert all(isinstance(each, Done) for each in answers)
    assert desk.database.transactions - before <= 3
    assert len(await desk.events()) == 300


async def test_each_caller_gets_its_own_answer(desk: Desk) -> None:
    answers = await desk.ask_together([opening(number) for number in range(1, 51)])
    assert [each.state.notebook_id for each in answers] == list(range(1, 51))
    assert [each.event_id for each in answers] == [row.event_id for row in await desk.events()]


async def test_a_refused_command_does_not_fail_its_neighbours(desk: Desk) -> None:
    await desk.open(1)
    answers = await desk.ask_together([writing(1, "a"), writing(1, ""), writing(2, "b"), writing(1, "c")])
    assert [law_of(answers[1]), law_of(answers[2])] == [
        "a_line_says_something",
        "nobody_writes_into_an_unknown_notebook",
    ]
    assert await desk.lines(1) == ("a", "c")


async def test_a_decision_that_breaks_does_not_fail_its_neighbours(desk: Desk) -> None:
    await desk.open(1)
    answers = await desk.ask_together([writing(1, "a"), writing(1, BUG), writing(1, "b")])
    assert isinstance(answers[1], ZeroDivisionError)
    assert await desk.lines(1) == ("a", "b")


async def test_a_title_in_use_is_refused_by_law_and_only_for_whom_it_is(desk: Desk) -> None:
    await desk.ask(opening(1, "diary"))
    asks = [opening(2, "garden"), opening(3, "diary"), writing(1, "a"), opening(4, "garden"), opening(5)]
    answers = await desk.ask_together(asks)
    assert [isinstance(each, Done) for each in answers] == [True, False, True, False, True]
    assert {law_of(answers[1]), law_of(answers[3])} == {"no_two_notebooks_share_a_title"}
    assert {row.title for row in await desk.rows(select(titles))} == {"diary", "garden", "title 5"}
    assert await desk.notebook(3) is None
    assert await desk.counts() == await desk.totals() == {"short": 3}


async def test_a_repetition_changes_nothing(desk: Desk) -> None:
    await desk.open(1)
    for _ in range(3):
        (answer,) = await desk.hear([writing(1, "a", sequence=5)])
        assert isinstance(answer, Done)
    assert await desk.lines(1) == ("a",)


async def test_repetitions_within_one_batch_change_nothing(desk: Desk) -> None:
    await desk.open(1)
    await desk.hear([writing(1, "a", sequence=1), writing(1, "b", sequence=2), writing(1, "a", sequence=1)])
    assert await desk.lines(1) == ("a", "b")


async def test_what_was_seen_is_told_apart_by_source_and_topic(desk: Desk) -> None:
    await desk.open(1, 2)
    channels = ("one/aptas", "one/compensation-events", "other/aptas")
    for channel in channels:
        await desk.hear([writing(1, channel, sequence=1, channel=channel)])
    await desk.hear([writing(2, "another notebook", sequence=1, channel="one/aptas")])
    assert await desk.lines(1) == channels
    assert await desk.lines(2) == ("another notebook",)


async def test_what_was_seen_is_still_known_after_a_restart(desk: Desk) -> None:
    await desk.open(1)
    await desk.hear([writing(1, "a", sequence=1)])
    restarted = Dispatcher(ROOM, desk.database, lambda: NOON, new_event_id)
    async with working(restarted):
        await restarted.ask_all([writing(1, "a", sequence=1)])
    assert await desk.lines(1) == ("a",)


async def test_a_refused_fact_is_not_remembered_as_seen_and_holds_back_its_own_notebook_only(
    desk: Desk,
) -> None:
    await desk.open(1, 2)
    heard = [writing(1, "", sequence=1), writing(1, "b", sequence=2), writing(2, "c", sequence=1)]
    answers = await desk.hear(heard)
    assert law_of(answers[0]) == "a_line_says_something"
    assert isinstance(answers[1], BehindFailed)
    assert await desk.lines(1) == ()
    assert await desk.lines(2) == ("c",)
    await desk.hear([writing(1, "a", sequence=1), writing(1, "b", sequence=2)])
    assert await desk.lines(1) == ("a", "b")


async def test_order_is_kept_within_a_notebook(desk: Desk) -> None:
    await desk.open(1, 2, 3)
    lines = [(1 + number % 3, f"{number}") for number in range(120)]
    await desk.ask_together([writing(notebook, line) for notebook, line in lines])
    for notebook in (1, 2, 3):
        mine = [line for which, line in lines if which == notebook]
        assert list(await desk.lines(notebook)) == mine
        events = [row for row in await desk.events() if row.aggregate_id == notebook]
        assert [row.sequence for row in events] == list(range(1, 42))


async def test_a_key_replays_the_first_answer(desk: Desk) -> None:
    await desk.open(1)
    first = await desk.ask(with_key(writing(1, "a"), "key"))
    await desk.ask(writing(1, "b"))
    again = await desk.ask(with_key(writing(1, "a"), "key"))
    assert (again.is_replay, again.event_id, again.state) == (True, first.event_id, first.state)
    assert await desk.lines(1) == ("a", "b")


async def test_a_key_with_another_body_is_refused(desk: Desk) -> None:
    await desk.open(1)
    await desk.ask(with_key(writing(1, "a"), "key"))
    (answer,) = await desk.ask_together([with_key(writing(1, "b"), "key", "another body")])
    assert law_of(answer) == "a_key_belongs_to_one_request"
    assert await desk.lines(1) == ("a",)


async def test_one_key_twice_in_a_batch_is_one_effect(desk: Desk) -> None:
    await desk.open(1)
    first, second, other = await desk.ask_together(
        [
            with_key(writing(1, "a"), "key"),
            with_key(writing(1, "a"), "key"),
            with_key(writing(1, "b"), "key", "another body"),
        ]
    )
    assert second.is_replay
    assert (second.event_id, second.state) == (first.event_id, first.state)
    assert law_of(other) == "a_key_belongs_to_one_request"
    assert await desk.lines(1) == ("a",)


async def test_a_refusal_does_not_use_up_its_key(desk: Desk) -> None:
    (refused,) = await desk.ask_together([with_key(writing(1, "a"), "key")])
    assert law_of(refused) == "nobody_writes_into_an_unknown_notebook"
    await desk.open(1)
    assert not (await desk.ask(with_key(writing(1, "a"), "key"))).is_replay


async def test_counters_say_what_counting_says(desk: Desk) -> None:
    await desk.ask_together([opening(number) for number in range(1, 11)])
    await desk.ask_together([writing(1 + number % 4, "x") for number in range(12)])
    await desk.ask_together([opening(1), writing(99, "x"), opening(11, "title 3"), writing(5, "")])
    assert await desk.counts() == await desk.totals() == {"long": 4, "short": 6}


async def test_no_two_events_have_one_place(desk: Desk) -> None:
    await desk.open(1)
    (row,) = [dict(each._mapping) for each in await desk.events()]
    copy = row | {"event_id": "another", "position": row["position"] + 1}
    with pytest.raises(IntegrityError):
        await desk.database.write(lambda connection: connection.execute(insert(ledger.events), [copy]))


async def test_a_state_that_somebody_else_moved_on_is_contested_not_overwritten(desk: Desk) -> None:
    """A state behind its events: the sequence it would give is taken, and the database says so."""
    await desk.open(1)
    await desk.ask(writing(1, "a"))
    await desk.database.write(lambda connection: connection.execute(update(notebooks).values(version=1)))
    before = await desk.everything()
    stale, other = await desk.ask_together([writing(1, "b"), opening(2)])
    assert isinstance(stale, Contested)
    assert isinstance(other, Done)
    assert (await desk.everything())["events"][: len(before["events"])] == before["events"]
    assert await desk.lines(1) == ("a",)


async def test_state_events_keys_and_counters_are_written_together_or_not_at_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.open(1)
    before = await desk.everything()

    def unplugged(*_: object) -> None:
        raise Unplugged

    with monkeypatch.context() as patch:
        patch.setattr(batch, "add_to_counters", unplugged)  # the last statement of a transaction
        answers = await desk.ask_together([with_key(writing(1, "a"), "key"), opening(2)])
        (heard,) = await desk.hear([writing(1, "b", sequence=1)])
    assert [type(each) for each in (*answers, heard)] == [Unplugged] * 3
    assert await desk.everything() == before
    assert not (await desk.ask(with_key(writing(1, "a"), "key"))).is_replay
    await desk.hear([writing(1, "b", sequence=1)])
    assert await desk.lines(1) == ("a", "b")


async def test_when_one_of_a_batch_cannot_be_written_the_others_are(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.open(1, 2)
    write = beside.write_beside

    def picky(connection: Any, changes: Any) -> None:
        if any(row["title"] == "poison" for change in changes for row in change.insert):
            raise Unplugged
        write(connection, changes)

    monkeypatch.setattr(batch, "write_beside", picky)
    asks = [writing(1, "a"), opening(3, "poison"), writing(1, "b"), opening(4, "fine"), writing(2, "c")]
    answers = await desk.ask_together(asks)
    assert [type(each) for each in answers] == [Done, Unplugged, Done, Done, Done]
    assert (await desk.lines(1), await desk.lines(2)) == (("a", "b"), ("c",))
    assert await desk.notebook(3) is None


async def test_http_goes_before_the_bus(storage: Storage) -> None:
    async with desk_at(storage.url) as desk:
        await desk.open(1)
        waiting = Dispatcher(ROOM, desk.database, lambda: NOON, new_event_id)
        bus = asyncio.create_task(waiting.ask_all([writing(1, "bus", sequence=1)]))
        await asyncio.sleep(0)
        http = asyncio.create_task(waiting.ask(writing(1, "http")))
        await asyncio.sleep(0)
        async with working(waiting):
            await asyncio.gather(bus, http)
        assert await desk.lines(1) == ("http", "bus")


async def test_the_bus_is_not_starved_by_http(desk: Desk) -> None:
    await desk.open(1, 2)

    async def insist() -> None:
        for _ in range(50):
            await desk.ask(looking(1))

    insisting = asyncio.gather(*(insist() for _ in range(20)))
    await asyncio.wait_for(desk.hear([writing(2, "bus", sequence=1)]), timeout=10)
    assert await desk.lines(2) == ("bus",)
    await insisting


async def test_what_is_too_much_to_wait_is_turned_away_unwritten(storage: Storage) -> None:
    async with desk_at(storage.url) as desk:
        small = Dispatcher(ROOM, desk.database, lambda: NOON, new_event_id, depth=3)
        asking = [asyncio.create_task(small.ask(opening(number))) for number in range(1, 6)]
        await asyncio.sleep(0)
        async with working(small):
            answers = await asyncio.gather(*asking, return_exceptions=True)
        assert [type(each) for each in answers] == [Done] * 3 + [Overloaded] * 2
        assert len(await desk.events()) == 3


async def test_a_caller_that_hangs_up_does_not_disturb_the_others(desk: Desk) -> None:
    asking = [asyncio.create_task(desk.ask(opening(number))) for number in range(1, 4)]
    await asyncio.sleep(0)
    asking[1].cancel()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(each) for each in answers] == [Done, asyncio.CancelledError, Done]


async def test_stopping_finishes_what_is_waiting(storage: Storage) -> None:
    async with desk_at(storage.url) as desk:
        second = Dispatcher(ROOM, desk.database, lambda: NOON, new_event_id)
        asking = [asyncio.create_task(second.ask(opening(number))) for number in range(1, 4)]
        await asyncio.sleep(0)
        second.stop()
        await second.run()
        assert [type(each) for each in await asyncio.gather(*asking)] == [Done] * 3


async def test_nothing_is_acknowledged_while_the_database_is_away(desk: Desk, storage: Storage) -> None:
    await desk.open(1)
    before = await desk.everything()
    async with storage.away():
        answers = await desk.ask_together([writing(1, "a"), opening(2)])
        heard = await desk.hear([writing(1, "b", sequence=1)])
    assert [type(each) for each in (*answers, *heard)] == [StorageAway] * 3
    assert await desk.everything() == before
    await desk.hear([writing(1, "b", sequence=1)])
    assert await desk.lines(1) == ("b",)


async def test_when_the_disk_is_full_what_was_acknowledged_is_there_and_nothing_else(
    small_storage: SmallStorage,
) -> None:
    async with desk_at(small_storage.url) as desk:
        await desk.open(1, 2)
    with small_storage.nearly_full(pages=120):
        async with desk_at(small_storage.url) as desk:
            answers: Mapping[str, Any] = {}
            for _ in range(40):
                asks = {secrets.token_hex(1000): 1 + number % 2 for number in range(5)}
                said = await desk.ask_together([writing(which, line) for line, which in asks.items()])
                answers = {**answers, **dict(zip(asks, said, strict=True))}
            kinds = Counter(type(each) for each in answers.values())
            assert kinds.keys() == {Done, StorageAway}
            written = {*await desk.lines(1), *await desk.lines(2)}
            assert written == {line for line, answer in answers.items() if isinstance(answer, Done)}
            assert len(await desk.events()) == 2 + kinds[Done]
    async with desk_at(small_storage.url) as desk:
        assert isinstance(await desk.ask(writing(1, "room again")), Done)


async def test_reading_what_was_written_gives_the_state_itself(desk: Desk) -> None:
    done = await desk.ask(opening(2**63 - 1, "가장 큰 번호 🗒"))
    assert await desk.notebook(2**63 - 1) == done.state
    assert isinstance(done.state, Notebook)
