"""Kills replicas of a town, by their process ids, and starts them again."""

import asyncio
from collections import Counter
from random import Random

from tools.distributed.cluster import SERVICES

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
AT_RANDOM = "at random"


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
        self.died[AT_RANDOM] += 1
        process.start()
        await asyncio.to_thread(process.wait_until_ready)
