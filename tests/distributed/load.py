"""People at the gateway while something is done to what stands behind it, and what must hold afterwards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.kills import history
from tests.kills.clients import Residents
from tests.simulation import promises
from tests.simulation.archive import read_archive

from .town import Town

AT_A_TIME = 20
REST_SECONDS = 120.0


@asynccontextmanager
async def under_load(town: Town, residents: Residents) -> AsyncIterator[None]:
    """Residents register and cancel, again and again, as long as the block lasts; then until all are answered."""
    is_over = asyncio.Event()

    async def go_on() -> None:
        while not is_over.is_set():
            residents.think_of(AT_A_TIME)
            await residents.go(town)

    going = asyncio.create_task(go_on())
    try:
        yield
    finally:
        is_over.set()
        await going


async def keeps_every_promise(town: Town, residents: Residents) -> int:
    """Everybody answered, everything carried, everything stopped: then the whole history. How many events it has."""
    async with asyncio.timeout(120):
        while any(errand.is_open for errand in residents.errands):
            await residents.go(town)
    await history.comes_to_rest(town.opened, REST_SECONDS)
    await asyncio.to_thread(town.at_work.end)
    return await history.at_rest(town.opened, residents)


async def keeps_every_promise_of_strangers(town: Town, registered: int) -> None:
    """The same for people who keep no list of what they asked for: as many claims, cases and pages as they made."""
    await history.comes_to_rest(town.opened, REST_SECONDS)
    await asyncio.to_thread(town.at_work.end)
    async with town.opened() as (house, carried):
        archive = await read_archive(house, carried)
        promises.holds_at_rest(archive)
        await promises.mypage_is_a_fold_of_the_log(house, house.broker)
    kept = (archive.states["registration", "claims"], archive.states["management", "cases"], archive.pages)
    assert [len(each) for each in kept] == [registered] * 3


def told(residents: Residents, events: int) -> str:
    """What the history checker saw: it would have raised otherwise."""
    return f"{residents.answers} answers, {events} events, lost 0, doubled 0, inverted 0"
