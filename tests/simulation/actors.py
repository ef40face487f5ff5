"""Who takes turns: one relay or consumer of one replica, held up between two of its own steps when chance says so."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from aptas.messaging.broker import BrokerAway
from aptas.storage.engine import StorageAway

AWAY = (BrokerAway, StorageAway)


class Actor:
    """At most one turn under way. A turn that is held up goes on with the next call of `turn`: meanwhile others
    may take over its lease, which makes it a zombie."""

    def __init__(
        self, name: str, begin: Callable[[], Awaitable[Any]], recover: Callable[[], Awaitable[None]]
    ):
        self.name = name
        self._begin = begin
        self._recover = recover
        self._task: asyncio.Task[Any] | None = None
        self._gate: asyncio.Future[None] | None = None
        self._halted: asyncio.Future[None] | None = None
        self._where = ""

    @property
    def is_held(self) -> bool:
        """Its turn was held up and has not gone on yet."""
        return self._gate is not None

    async def turn(self) -> str:
        """Begin, or go on; how it ended: what it returned, where it was held up, or what was away."""
        self._halted = asyncio.get_running_loop().create_future()
        if self._gate is not None:
            gate, self._gate = self._gate, None
            gate.set_result(None)
        else:
            self._task = asyncio.create_task(self._work())
        assert self._task is not None
        await asyncio.wait({self._task, self._halted}, return_when=asyncio.FIRST_COMPLETED)
        if not self._task.done():
            return f"held {self._where}"
        task, self._task = self._task, None
        return str(task.result())

    async def _work(self) -> str:
        try:
            return str(await self._begin())
        except AWAY as problem:
            await self._recover()
            return f"{type(problem).__name__}: {problem}"

    async def hold(self, where: str) -> None:
        """Stand still here until the next turn."""
        assert self._halted is not None
        self._where, self._gate = where, asyncio.get_running_loop().create_future()
        self._halted.set_result(None)
        await self._gate

    async def die(self) -> None:
        """Whatever it was about to do is not done."""
        self._gate = None
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            await asyncio.wait({task})


class Faults:
    """What goes wrong, by one seeded source of chance. `acting`: whose turn it is."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.are_on = True
        self.is_broker_away = False
        self.acting: Actor | None = None
        self.sick: dict[tuple[str, str], int] = {}
        self.counted: dict[str, int] = {}

    def happens(self, what: str, share: float) -> bool:
        """True in this share of the cases, and counted."""
        if not self.are_on or self.chance.random() >= share:
            return False
        self.count(what)
        return True

    def count(self, what: str) -> None:
        """One more of these."""
        self.counted[what] = self.counted.get(what, 0) + 1

    async def may_hold(self, where: str) -> None:
        """The process is stopped here for a while: by its host, by a collection of garbage."""
        if self.acting is not None and self.happens(f"held {where}", 0.08):
            await self.acting.hold(where)

    def stop(self) -> None:
        """From now on nothing goes wrong."""
        self.are_on = self.is_broker_away = False
        self.sick.clear()

    def is_sick(self, context: str, event_id: str) -> bool:
        """This message cannot be handled there for a few attempts: enough to be parked, or not quite."""
        place = context, event_id
        if place not in self.sick:
            self.sick[place] = self.chance.randint(1, 9) if self.happens("cannot be handled", 0.015) else 0
        self.sick[place] -= 1
        return self.are_on and self.sick[place] >= 0
