"""Replicas killed at a named point and at random, under load, on Kafka and PostgreSQL: no answer is lost, no effect
is doubled, nothing is inverted."""

import asyncio
from collections import Counter
from random import Random

from tests.kills.clients import Residents
from tests.kills.process import POINTS
from tools.distributed.cluster import SERVICES

from .conftest import Tell, keeps_every_promise, told
from .load import under_load
from .town import Town

PASSES = {
    "inside-a-batch": ("registration", "management"),
    "after-commit-before-answer": ("registration", "management"),
    "before-send": ("registration", "management"),
    "after-send-before-mark": ("registration", "management"),
    "after-database-before-offset": ("management", "mypage"),
}
"""Whose replicas pass a named point under this load."""
LATEST_PASS = 12
PATIENCE = 60
RANDOM_KILLS = 12


class Killer:
    """Kills replicas, by their process ids, and starts them again."""

    def __init__(self, town: Town, chance: Random) -> None:
        self.died: Counter[str] = Counter()
        self._town = town
        self._chance = chance

    async def at_point(self, point: str) -> None:
        """Both replicas of a service are to die there, whichever comes by (only one of them sends, for one)."""
        service = self._chance.choice(PASSES[point])
        both = [self._town.replica(f"{service}-{number}") for number in (1, 2)]
        for each in both:
            await asyncio.to_thread(each.terminate)
            each.start(APTAS_KILL_AT=f"{point}:{self._chance.randint(1, LATEST_PASS)}")
        async with asyncio.timeout(PATIENCE):
            while all(each.exit_code is None for each in both):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        for each in both:
            if each.exit_code is None:
                await asyncio.to_thread(each.kill)
            assert each.exit_code == -9, each.last_words()
            self.died[point] += 1
            each.start()
        for each in both:
            await asyncio.to_thread(each.wait_until_ready)

    async def at_random(self) -> None:
        """One replica of any service, at any moment."""
        process = self._town.replica(f"{self._chance.choice(SERVICES)}-{self._chance.choice((1, 2))}")
        await asyncio.sleep(self._chance.uniform(0, 1.5))
        await asyncio.to_thread(process.kill)
        self.died["at random"] += 1
        process.start()
        await asyncio.to_thread(process.wait_until_ready)


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
    tell(f"killed at random {killer.died['at random']} times: {told(residents, events)}")
