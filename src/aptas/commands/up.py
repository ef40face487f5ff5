"""`aptas up` and `aptas serve`: listening, seeded, saying where."""

import gc
import socket
import sys
from pathlib import Path
from typing import Any

from aptas.bootstrap import House, build_house
from aptas.running import run_house
from aptas.serving import take_port
from aptas.settings import HOST, PORTS, Settings

SWITCH_INTERVAL = 0.0005
"""Database threads wait for the interpreter lock at most this long (seconds; the default is ten times that)."""


def settle() -> None:
    """Before serving. Whatever is loaded by now stays: a full collection that went through it would hold up
    everybody for a tenth of a second, again and again."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


async def run_up(settings: Settings, port: int, service_ports: bool, demo: bool, homes: Path | None) -> None:
    """Everything in this process: the entry on `port`, each room on its own port besides."""
    from aptas.seeding import record_homes, seed_demo
    from aptas.web.pages import pages_for

    ports = {"entry": port} | ({name: settings.ports[name] for name in PORTS} if service_ports else {})
    sockets = {name: take_port(number) for name, number in ports.items()}
    house = await build_house(settings)
    inner = house.app("inner", tuple(PORTS), entry_url=None)
    entry = house.app("entry", tuple(PORTS), entry_url=None, more=pages_for(inner))
    listening: list[tuple[socket.socket, Any]] = [(sockets.pop("entry"), entry)]
    listening += [(listener, _room_app(house, name)) for name, listener in sockets.items()]

    settle()

    async def when_ready() -> None:
        if homes is not None:
            await record_homes(house, homes)
        if demo:
            await seed_demo(house)
        _announce(settings, port, service_ports)

    await run_house(house, listening, when_ready)


async def run_serve(settings: Settings, context: str, port: int) -> None:
    """One context alone, on its port."""
    listener = take_port(port)
    house = await build_house(settings, (context,))
    app = _room_app(house, context)
    settle()

    async def when_ready() -> None:
        say(f"{context}: http://localhost:{port}/schema  ({HOST} 에서만 / on this machine only)")

    await run_house(house, [(listener, app)], when_ready)


def _room_app(house: House, name: str) -> Any:
    return house.app(name, (name,), entry_url=house.settings.entry_url)


def _announce(settings: Settings, port: int, service_ports: bool) -> None:
    say(f"aptas: http://localhost:{port}  (입주민 · 관리사무소 · 시공사 / resident · office · contractor)")
    say(f"       API 시험 / try the API: http://localhost:{port}/schema")
    if service_ports:
        say("       " + "  ".join(f"{name} {settings.ports[name]}" for name in PORTS))
    say(
        f"       {HOST} 에서만 열립니다: 아직 로그인이 없습니다. / Listens on this machine only: nobody signs in yet."
    )
    say("       끝내기 / stop: Ctrl+C")
