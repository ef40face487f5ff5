"""One holder at a time, and a fence that only grows."""

import asyncio

import pytest

from aptas.messaging.leases import Lease
from tests.messaging.clocks import Hands
from tests.messaging.desks import Desk
from tests.messaging.notebooks import ledger


@pytest.fixture
def clock() -> Hands:
    return Hands()


def lease(desk: Desk, clock: Hands, owner: str) -> Lease:
    return Lease(desk.database, ledger.leases, "relay", owner, clock, seconds=10)


async def test_only_one_holds_it(desk: Desk, clock: Hands) -> None:
    one, other = lease(desk, clock, "one"), lease(desk, clock, "other")
    assert await one.hold()
    assert not await other.hold()
    assert await one.hold()


async def test_of_many_that_ask_at_once_one_gets_it(desk: Desk, clock: Hands) -> None:
    asking = [lease(desk, clock, f"owner {number}") for number in range(8)]
    assert sum(await asyncio.gather(*(each.hold() for each in asking))) == 1


async def test_it_is_kept_by_asking_again(desk: Desk, clock: Hands) -> None:
    one, other = lease(desk, clock, "one"), lease(desk, clock, "other")
    for _ in range(20):
        assert await one.hold()
        assert not await other.hold()
        clock.go(6)
    assert one.fence == 1


async def test_when_it_runs_out_the_next_one_takes_it_with_a_higher_fence(desk: Desk, clock: Hands) -> None:
    one, other = lease(desk, clock, "one"), lease(desk, clock, "other")
    assert await one.hold()
    clock.go(10)
    assert await other.hold()
    assert other.fence > one.fence
    assert not await one.hold()


async def test_whoever_believes_in_it_still_holds_it(desk: Desk, clock: Hands) -> None:
    """`hold` answers from memory for a while: never longer than nobody else can have it."""
    one, other = lease(desk, clock, "one"), lease(desk, clock, "other")
    for step in range(200):
        holders = [each for each in (one, other) if await each.hold()]
        assert len(holders) <= 1
        clock.go(0.7 if step % 30 else 12)


async def test_released_it_is_free_at_once(desk: Desk, clock: Hands) -> None:
    one, other = lease(desk, clock, "one"), lease(desk, clock, "other")
    await one.hold()
    await one.release()
    assert await other.hold()
    assert other.fence > one.fence


async def test_an_old_holder_cannot_release_its_heirs(desk: Desk, clock: Hands) -> None:
    one, other, third = (lease(desk, clock, name) for name in ("one", "other", "third"))
    await one.hold()
    clock.go(10)
    await other.hold()
    await one.release()
    assert not await third.hold()
