"""One town for all tests of a worker: it is what is hurt that is put right again, by each test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from random import Random

import pytest

from tests.kills import history
from tests.kills.clients import Residents
from tests.simulation import promises
from tests.simulation.archive import read_archive
from tools.kafka.jars import KafkaRefused
from tools.servers import NotHere

from .town import Town

REST_SECONDS = 120.0
Tell = Callable[[str], None]


@pytest.fixture
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    town = Town(tmp_path_factory.mktemp("town"))
    try:
        await asyncio.to_thread(town.begin)
        yield town
    except (KafkaRefused, NotHere) as missing:
        pytest.skip(str(missing))
    finally:
        await asyncio.to_thread(town.end)


@pytest.fixture
def residents() -> Residents:
    return Residents(Random(11), is_patient=True)


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
