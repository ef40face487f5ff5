"""The history checker: what was answered, against what the files of the house hold."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from aptas.bootstrap import House, build_house
from aptas.settings import Settings
from aptas.storage.opening import open_database
from tests.saga.wall import Broken
from tests.simulation import promises
from tests.simulation.archive import Archive, Carried, CarriedInFile, is_at_rest, read_archive

from .clients import Residents

SOON = 30.0
"""Seconds within which a house at peace has carried everything."""


Opened = Callable[[], AbstractAsyncContextManager[tuple[House, Carried]]]
"""What was written, opened for reading, with nothing running on it here."""


@asynccontextmanager
async def opened(data: Path) -> AsyncIterator[tuple[House, Carried]]:
    """The files of a house that is one process."""
    broker = open_database(f"sqlite:///{data / 'broker.db'}")
    house = await build_house(Settings(data=data))
    try:
        yield house, CarriedInFile(broker)
    finally:
        await house.close()
        await broker.close()


async def after_a_kill(opened: Opened, residents: Residents) -> None:
    """Nothing that was answered is missing, nothing is doubled, inverted or torn, at whatever moment it died."""
    async with opened() as (house, carried):
        archive = await read_archive(house, carried)
    promises.holds_at_every_moment(archive)
    answered_exists(archive, residents)
    effects = _effects(archive)
    if effects["DefectRegistered"] > len(residents.errands):
        raise Broken("effects_are_accepted_commands", f"{effects}, {len(residents.errands)} keys")


async def comes_to_rest(opened: Opened, soon: float = SOON) -> None:
    """While a house runs on these files: wait until everything is carried."""
    async with opened() as (house, carried):
        try:
            async with asyncio.timeout(soon):
                while not await is_at_rest(house, carried):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise Broken("every_saga_settles", f"not within {soon} s") from None


async def at_rest(opened: Opened, residents: Residents) -> int:
    """After the last answer, with the house stopped: all promises. How many events there are."""
    async with opened() as (house, carried):
        archive = await read_archive(house, carried)
        promises.holds_at_rest(archive)
        answered_exists(archive, residents)
        effects_are_errands(archive, residents)
        await promises.reservations_are_visits(house, archive)
        await promises.mypage_is_a_fold_of_the_log(house, house.broker)
    return sum(len(events) for events in archive.events.values())


def answered_exists(archive: Archive, residents: Residents) -> None:
    """Acknowledged, so it is there."""
    claims = archive.states["registration", "claims"]
    for errand in residents.errands:
        if errand.defect_id is None:
            continue
        stored = claims.get(int(errand.defect_id))
        if stored is None:
            raise Broken("what_was_answered_exists", f"{errand.key} {errand.defect_id}")
        assert stored.state is not None
        if errand.is_cancelled and stored.state.cancellation is None:
            raise Broken("what_was_answered_exists", f"the cancellation of {errand.key}")


def effects_are_errands(archive: Archive, residents: Residents) -> None:
    """As many registrations and cancellations as keys, a case and a page for each."""
    if still_open := [errand.key for errand in residents.errands if errand.is_open]:
        raise Broken("everybody_is_answered", str(still_open))
    cancelled = sum(errand.is_cancelled for errand in residents.errands)
    effects = _effects(archive)
    if (effects["DefectRegistered"], effects["DefectCancelled"]) != (len(residents.errands), cancelled):
        raise Broken("effects_are_accepted_commands", f"{effects}, {len(residents.errands)} and {cancelled}")
    ids = {int(errand.defect_id or 0) for errand in residents.errands}
    for held in (
        archive.states["registration", "claims"],
        archive.states["management", "cases"],
        archive.pages,
    ):
        if set(held) != ids:
            raise Broken("management_has_a_case_for_each", str(ids ^ set(held)))


def _effects(archive: Archive) -> Counter[str]:
    return Counter(event.type for event in archive.events["registration"])
