"""A house at work: loops started and supervised, servers opened, everything drained in order on SIGTERM."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from aptas.bootstrap import House
from aptas.housekeeping import keep_house
from aptas.observability import log
from aptas.serving import Server, drain, server_for

Loop = Callable[[], Awaitable[None]]


class Loops:
    """The loops of a house, in the order in which they are drained."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Dispatchers, relays, consumers, housekeeping."""
        for context in self._house.contexts.values():
            for kind, part in (
                ("dispatcher", context.dispatcher),
                ("relay", context.relay),
                ("consumer", context.consumer),
            ):
                if part is not None:
                    self._begin(f"{context.name} {kind}", part.run)
        self._begin("housekeeping", lambda: keep_house(self._house))

    def _begin(self, name: str, loop: Loop) -> None:
        self._tasks[name] = asyncio.create_task(_supervised(name, loop), name=name)

    async def stop(self) -> None:
        """Consumers finish their batch and leave their group; then dispatchers; then what is pending is sent."""
        self._tasks.pop("housekeeping").cancel()
        contexts = list(self._house.contexts.values())
        for kind in ("consumer", "dispatcher", "relay"):
            parts = [(each.name, getattr(each, kind)) for each in contexts if getattr(each, kind) is not None]
            for name, part in parts:
                if kind == "relay":
                    with contextlib.suppress(Exception):
                        await asyncio.wait_for(part.publish_pending(), timeout=3)
                part.stop()
                await asyncio.wait([self._tasks[f"{name} {kind}"]], timeout=5)
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


async def run_house(
    house: House, listening: Sequence[tuple[socket.socket, Any]], when_ready: Callable[[], Awaitable[None]]
) -> None:
    """Serve until SIGTERM or SIGINT, then drain: readiness off, HTTP, batches, offsets, leases."""

    async def leave() -> None:
        house.is_draining = True
        await asyncio.sleep(house.settings.leave_seconds)
        for context in house.contexts.values():
            context.live.close()

    loops = Loops(house)
    loops.start()
    await serve_until_told(listening, house.settings.hosts, when_ready, leave)
    await loops.stop()
    await house.close()


async def serve_until_told(
    listening: Sequence[tuple[socket.socket, Any]],
    hosts: Collection[str],
    when_ready: Callable[[], Awaitable[None]],
    leave: Callable[[], Awaitable[None]],
) -> None:
    """Answer HTTP until SIGTERM or SIGINT. `leave` comes first: it makes it known, while requests are answered still.

    Whoever sends requests here learns by it to send them elsewhere; without it some would find a closed door."""
    stop = asyncio.Event()
    running = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(each, stop.set)
    servers = [server_for(app, hosts) for _, app in listening]
    serving = [
        asyncio.create_task(_serve(server, listener))
        for server, (listener, _) in zip(servers, listening, strict=True)
    ]
    await when_ready()
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([stopping, *serving], return_when=asyncio.FIRST_COMPLETED)
    await leave()
    await drain(servers, serving)


async def _serve(server: Server, listener: socket.socket) -> None:
    await server.serve(sockets=[listener])
