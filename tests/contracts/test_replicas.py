"""Several processes of one context on one database server: they do not lose, double or overtake each other's work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.util import await_only

from aptas.kernel.clock import Clock, system_clock
from aptas.messaging import batch
from aptas.messaging.asks import Done
from aptas.messaging.leases import Lease
from aptas.storage.engine import rows_of, scalars_of
from tests.contracts.backends import STORAGES, Storage
from tests.messaging.desks import Desk, desk_at
from tests.messaging.notebooks import ledger, looking, opening, titles, with_key, writing

AN_HOUR = timedelta(hours=1)
LEASE_SECONDS = 1.0


@pytest.fixture(params=[name for name in STORAGES if name != "sqlite"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    found = STORAGES[request.param](tmp_path)
    await found.open()
    yield found
    await found.close()


@pytest.fixture
async def desks(server: Storage) -> AsyncIterator[list[Desk]]:
    """Three replicas at work."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(desk_at(server.url)) for _ in range(3)]


def lease(desk: Desk, owner: str, clock: Clock) -> Lease:
    return Lease(desk.database, ledger.leases, "relay", owner, clock, LEASE_SECONDS)


async def test_what_replicas_write_into_one_notebook_is_all_there_in_one_order(desks: list[Desk]) -> None:
    await desks[0].open(1, 2)
    asked = [
        desk.ask(writing(1 + number % 2, f"{which}:{number}"))
        for number in range(60)
        for which, desk in enumerate(desks)
    ]
    await asyncio.gather(*asked)
    for notebook in (1, 2):
        events = [row for row in await desks[0].events() if row.aggregate_id == notebook]
        assert [row.sequence for row in events] == list(range(1, 92))
        assert len(set(await desks[0].lines(notebook))) == 90
    assert await desks[0].counts() == await desks[0].totals()


async def test_one_key_at_two_replicas_at_once_is_one_effect(desks: list[Desk]) -> None:
    await desks[0].open(1)
    for number in range(20):
        key = f"key {number}"
        said = await asyncio.gather(*(desk.ask(with_key(writing(1, key), key)) for desk in desks))
        assert len({each.event_id for each in said}) == 1
    assert sorted(await desks[0].lines(1)) == sorted(f"key {number}" for number in range(20))


async def test_one_new_notebook_at_two_replicas_at_once_is_opened_once(desks: list[Desk]) -> None:
    for number in range(1, 11):
        said = await asyncio.gather(*(desk.ask_together([opening(number)]) for desk in desks))
        assert sum(isinstance(each[0], Done) for each in said) == 1
    assert len(await desks[0].events()) == 10


async def _all_that_is_seen(desks: list[Desk]) -> tuple[list[int], list[int]]:
    """Positions that somebody who follows them by the last one has seen, and those that there are. One replica is
    held up between its insert and its commit while another one writes and commits."""
    await desks[0].open(1, 2)
    seen = [row.position for row in await desks[0].events()]
    events = ledger.events

    async def look() -> None:
        above = select(events.c.position).where(events.c.position > seen[-1]).order_by(events.c.position)
        seen.extend(await desks[2].database.read(scalars_of(above)))

    slow = desks[0].database.transaction()
    turn = await slow.__aenter__()
    await turn(
        lambda connection: batch.Batch(
            desks[0].dispatcher.room, connection, system_clock(), lambda: "slow"
        ).run([looking(1)])
    )
    quick = asyncio.create_task(desks[1].ask(looking(2)))
    await asyncio.wait([quick], timeout=0.3)
    await look()
    await slow.__aexit__(None, None, None)
    await quick
    await look()
    return seen, [row.position for row in await desks[0].events()]


async def test_who_follows_events_by_position_passes_none_over(desks: list[Desk]) -> None:
    seen, there = await _all_that_is_seen(desks)
    assert seen == there


async def test_planted_positions_that_are_not_in_order_of_commit_are_found(
    desks: list[Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "in_order_of_commit", lambda *_: None)
    seen, there = await _all_that_is_seen(desks)
    assert seen != there


async def test_a_lease_is_told_by_the_databases_clock_whatever_the_replicas_have(desks: list[Desk]) -> None:
    fast = lease(desks[0], "fast", lambda: system_clock() + AN_HOUR)
    slow = lease(desks[1], "slow", lambda: system_clock() - AN_HOUR)
    assert await slow.hold()
    assert not await fast.hold()
    await asyncio.sleep(LEASE_SECONDS * 0.6)
    assert await slow.hold()
    await asyncio.sleep(LEASE_SECONDS * 0.6)
    assert not await fast.hold()


async def test_a_lease_that_a_dead_process_held_is_taken_over_when_it_runs_out(desks: list[Desk]) -> None:
    dead, heir = lease(desks[0], "dead", system_clock), lease(desks[1], "heir", system_clock)
    assert await dead.hold()
    assert not await heir.hold()
    await asyncio.sleep(LEASE_SECONDS * 1.2)
    assert await heir.hold()
    assert heir.fence > dead.fence
    assert not await dead.hold()


async def test_two_that_wait_for_each_other_are_begun_anew(desks: list[Desk]) -> None:
    """The database breaks one of them off; nobody has to hear of it."""
    await desks[0].open(1, 2)
    both_have_one = asyncio.Barrier(2)
    begun: list[int] = []

    async def change_both(which: int, order: tuple[int, int]) -> None:
        def change(connection: Connection) -> None:
            begun.append(which)
            for title in order:
                mine = update(titles).where(titles.c.title == f"title {title}")
                connection.execute(mine.values(notebook_id=which))
                if title == order[0] and len(begun) <= 2:
                    await_only(both_have_one.wait())

        await desks[which].database.write(change)

    async with asyncio.timeout(20):
        await asyncio.gather(change_both(0, (1, 2)), change_both(1, (2, 1)))
    assert len(begun) == 3
    assert [row.notebook_id for row in await desks[0].rows(select(titles))] == [begun[-1]] * 2


async def test_what_the_data_are_to_blame_for_is_not_the_databases_absence(desks: list[Desk]) -> None:
    too_long = [{"title": "x" * 1000, "notebook_id": 1}]
    with pytest.raises(DBAPIError):
        await desks[0].database.write(lambda connection: connection.execute(insert(titles), too_long))
    assert desks[0].database.trouble == ""
    assert await desks[0].database.read(rows_of(select(titles))) == []
