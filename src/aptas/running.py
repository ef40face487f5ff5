"""A house at work: loops started and supervised, servers opened, everything drained in order on SIGTERM."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar

from aptas.bootstrap import House, ServerAway
from aptas.edge.doorstep import Doorstep
from aptas.housekeeping import keep_house
from aptas.observability import log
from aptas.serving import Server, drain, server_for
from aptas.settings import Settings

T = TypeVar("T")
Loop = Callable[[], Awaitable[None]]
SWITCH_INTERVAL = 0.0005
"""Database threads wait for the interpreter lock at most this long (seconds; the default is ten times that)."""


class Loops:
    """The loops of a house, in the order in which they are drained."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Dispatchers, relays, consumers, housekeeping."""
        for context in self.house.contexts.values():
            for kind, part in (
                ("dispatcher", context.dispatcher),
                ("relay", context.relay),
                ("consumer", context.consumer),
            ):
                if part is not None:
                    self._begin(f"{context.name} {kind}", part.run)
        self._begin("housekeeping", lambda: keep_house(self.house))

    def _begin(self, name: str, loop: Loop) -> None:
        self._tasks[name] = asyncio.create_task(_supervised(name, loop), name=name)

    async def stop(self) -> None:
        """Consumers finish their batch and leave their group; then dispatchers; then what is pending is sent."""
        self._tasks.pop("housekeeping").cancel()
        contexts = list(self.house.contexts.values())
        for kind in ("consumer", "dispatcher", "relay"):
            parts = [(each.name, getattr(each, kind)) for each in contexts if getattr(each, kind) is not None]
            for name, part in parts:
                if kind == "relay":
                    with contextlib.suppress(Exception):
                        await asyncio.wait_for(part.publish_pending(), timeout=3)
                part.stop()
                await asyncio.wait([self._tasks[f"{name} {kind}"]], timeout=5)
        for context in contexts:
            if context.keeping is not None:
                await context.keeping.release()
        for task in self._tasks.values():
            task.cancel()


async def _supervised(name: str, loop: Loop) -> None:
    """A loop that fails is started again; liveness tells when that does not help."""
    pause = 0.5
    while True:
        try:
            await loop()
            return
        except asyncio.CancelledError:
            raise
        except Exception as problem:
            log.error("loop_failed", loop=name, exc_info=problem, again_in_seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30)


Door = tuple[socket.socket, Callable[[House], Any]]
"""A listening socket, and what is served there once there is a house."""
Leave = Callable[[], Awaitable[None]]
"""Makes it known that this process is to end, while requests are answered still."""


async def run_house(
    settings: Settings,
    build: Callable[[], Awaitable[House]],
    doors: Sequence[Door],
    when_ready: Callable[[House], Awaitable[None]],
) -> None:
    """Serve until SIGTERM or SIGINT, then drain: readiness off, HTTP, batches, offsets, leases.

    The ports are open from the first moment; while a database server is away they say so.
    """
    at_work: list[Loops] = []

    async def begin(steps: Sequence[Doorstep]) -> Leave:
        house = await _standing(build, steps)
        for step, (_, app_of) in zip(steps, doors, strict=True):
            step.open(app_of(house))
        settle()
        at_work.append(Loops(house))
        at_work[0].start()
        await when_ready(house)
        return partial(_leave, house)

    try:
        await serve_until_told([listener for listener, _ in doors], settings.hosts, begin)
    finally:
        for loops in at_work:
            await loops.stop()
            await loops.house.close()


async def _leave(house: House) -> None:
    house.is_draining = True
    await asyncio.sleep(house.settings.leave_seconds)
    for context in house.contexts.values():
        context.live.close()


async def serve_until_told(
    listeners: Sequence[socket.socket],
    hosts: Collection[str],
    begin: Callable[[Sequence[Doorstep]], Coroutine[Any, Any, Leave]],
) -> None:
    """Answer HTTP until SIGTERM or SIGINT. `begin` puts applications behind the doorsteps, and says how to leave.

    Whoever sends requests here learns by that to send them elsewhere; without it some would find a closed door."""
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    steps = [Doorstep() for _ in listeners]
    servers = [server_for(step, hosts) for step in steps]
    serving = [
        asyncio.create_task(_serve(server, listener))
        for server, listener in zip(servers, listeners, strict=True)
    ]
    ends: list[asyncio.Task[Any]] = [asyncio.create_task(stop.wait()), *serving]
    try:
        leave = await _unless(ends, begin(steps))
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if leave is not None:
            await leave()
    finally:
        await drain(servers, serving)


async def _unless(ends: Sequence["asyncio.Task[Any]"], work: Coroutine[Any, Any, T]) -> T | None:
    """What the work returns, or None when one of `ends` is over before."""
    working = asyncio.create_task(work)
    await asyncio.wait([working, *ends], return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        return working.result()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    return None


async def _standing(build: Callable[[], Awaitable[House]], steps: Sequence[Doorstep]) -> House:
    """A server that is away is waited for; a file that cannot be used will not be another one soon."""
    pause = 0.5
    while True:
        try:
            return await build()
        except ServerAway as away:
            for step in steps:
                step.missing = [str(away)]
            log.warning("database_awaited", problem=str(away), again_in_seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 10)


def settle() -> None:
    """Before serving. Whatever is loaded by now stays: a full collection that went through it would hold up
    everybody for a tenth of a second, again and again."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def _serve(server: Server, listener: socket.socket) -> None:
    await server.serve(sockets=[listener])
