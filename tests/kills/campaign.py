"""Kills in a row on one set of files: load, death, a look at the files, and now and then peace and every promise."""

import asyncio
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from . import history
from .clients import Residents
from .process import House, running

ERRANDS = 40
"""New ones a life: enough to pass every point many times."""
LATEST_PASS = 12


@dataclass
class Campaign:
    """`died`: how often at each point; `dead_at_birth`: before it took requests."""

    data: Path
    seed: int
    died: dict[str, int] = field(default_factory=dict)
    dead_at_birth: int = 0
    restarts: int = 0
    events: int = 0

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.residents = Residents(self.chance)
        self.files = partial(history.opened, self.data)

    async def kill_at(self, point: str) -> None:
        """One life that ends at the n-th pass of a named point, n chosen by chance."""
        place = f"{point}:{self.chance.randint(1, LATEST_PASS)}"
        self.residents.think_of(ERRANDS)
        async with running(self.data, kill_at=place) as house:
            await self._live(house)
            while house.exit_code is None:
                self.residents.think_of(ERRANDS)
                await self._live(house)
            self._note(point, await house.ended())
        await history.after_a_kill(self.files, self.residents)

    async def kill_at_random(self) -> None:
        """One life under load that ends some milliseconds after it took the first request, or while it starts."""
        self.residents.think_of(ERRANDS)
        is_early = self.chance.random() < 0.1
        seconds = self.chance.uniform(0.2, 1.2) if is_early else self.chance.uniform(0.0, 0.5)
        async with running(self.data) as house:
            if is_early:
                await asyncio.sleep(seconds)
            elif await house.is_ready():
                loading = asyncio.create_task(self._live(house))
                await asyncio.sleep(seconds)
                house.kill()
                await loading
            house.kill()
            self._note("at random", await house.ended())
        await history.after_a_kill(self.files, self.residents)

    async def _live(self, house: House) -> None:
        if await house.is_ready():
            await self.residents.go(house)
        else:
            self.dead_at_birth += 1

    def _note(self, point: str, exit_code: int) -> None:
        assert exit_code == -9, f"{point}: ended by itself with {exit_code}"
        self.died[point] = self.died.get(point, 0) + 1

    async def have_peace(self) -> None:
        """A life without a kill: everybody is answered, everything is carried, SIGTERM; then every promise."""
        self.restarts += 1
        async with running(self.data) as house:
            assert await house.is_ready(), house.told()
            while any(errand.is_open for errand in self.residents.errands):
                await self.residents.go(house)
            await history.comes_to_rest(self.files)
            house.terminate()
            assert await house.ended() == 0, house.told()
        self.events = await history.at_rest(self.files, self.residents)
