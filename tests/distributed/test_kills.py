"""Replicas killed at a named point and at random, under load, on Kafka and PostgreSQL: no answer is lost, no effect
is doubled, nothing is inverted."""

from random import Random

from tests.kills.clients import Residents
from tests.kills.process import POINTS

from .conftest import Tell
from .killer import AT_RANDOM, PASSES, Killer
from .load import keeps_every_promise, told, under_load
from .town import Town

RANDOM_KILLS = 12


def test_every_point_has_services_that_pass_it() -> None:
    assert set(PASSES) == set(POINTS)


async def test_what_was_answered_survives_kills_at_every_named_point(
    town: Town, residents: Residents, tell: Tell
) -> None:
    killer = Killer(town, Random(3))
    async with under_load(town, residents):
        for point in POINTS:
            await killer.at_point(point)
    events = await keeps_every_promise(town, residents)
    tell(f"killed at {dict(killer.died)}: {told(residents, events)}")


async def test_what_was_answered_survives_kills_at_random(
    town: Town, residents: Residents, tell: Tell
) -> None:
    killer = Killer(town, Random(4))
    async with under_load(town, residents):
        for _ in range(RANDOM_KILLS):
            await killer.at_random()
    events = await keeps_every_promise(town, residents)
    tell(f"killed at random {killer.died[AT_RANDOM]} times: {told(residents, events)}")
