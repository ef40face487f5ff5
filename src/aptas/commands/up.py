"""`aptas up` and `aptas serve`: listening, seeded, saying where."""

import sys
from functools import partial
from pathlib import Path
from typing import Any

from aptas.bootstrap import House, build_house
from aptas.running import Door, run_house
from aptas.serving import inherited_or_taken, take_port
from aptas.settings import HOST, PORTS, Settings

ALONGSIDE = {"management": ("management", "homes")}
"""Homes has no port: its outbox is emptied by the office's process, whose data it is."""


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def whence(settings: Settings) -> str:
    """From where the ports can be reached, in words."""
    if settings.listen == HOST:
        return f"{HOST} 에서만 / on this machine only"
    return f"{settings.listen}: 믿는 망에서만 / on networks that you trust only"


async def run_up(settings: Settings, port: int, service_ports: bool, demo: bool, homes: Path | None) -> None:
    """Everything in this process: the entry on `port`, each room on its own port besides."""
    from aptas.seeding import record_homes, seed_demo
    from aptas.web.pages import pages_for

    ports = {"entry": port} | ({name: settings.ports[name] for name in PORTS} if service_ports else {})
    sockets = {name: take_port(number, settings.listen) for name, number in ports.items()}

    def entry(house: House) -> Any:
        inner = house.app("inner", tuple(PORTS), entry_url=None)
        return house.app("entry", tuple(PORTS), entry_url=None, more=pages_for(inner))

    async def when_ready(house: House) -> None:
        if homes is not None:
            await record_homes(house, homes)
        if demo:
            await seed_demo(house)
        _announce(settings, port, service_ports)

    doors: list[Door] = [(sockets.pop("entry"), entry)]
    doors += [(listener, partial(_room_app, name)) for name, listener in sockets.items()]
    await run_house(settings, partial(build_house, settings), doors, when_ready)


async def run_serve(settings: Settings, context: str, port: int) -> None:
    """One context alone, on its port."""
    listener = inherited_or_taken(port, settings.listen)

    async def when_ready(_house: House) -> None:
        say(f"{context}: http://localhost:{port}/schema  ({whence(settings)})")

    build = partial(build_house, settings, ALONGSIDE.get(context, (context,)))
    await run_house(settings, build, [(listener, partial(_room_app, context))], when_ready)


def _room_app(name: str, house: House) -> Any:
    return house.app(name, (name,), entry_url=house.settings.entry_url)


def _announce(settings: Settings, port: int, service_ports: bool) -> None:
    say(f"aptas: http://localhost:{port}  (입주민 · 관리사무소 · 시공사 / resident · office · contractor)")
    say(f"       API 시험 / try the API: http://localhost:{port}/schema")
    if service_ports:
        say("       " + "  ".join(f"{name} {settings.ports[name]}" for name in PORTS))
    say(f"       {whence(settings)}: 아직 로그인이 없습니다. / Nobody signs in yet.")
    say("       끝내기 / stop: Ctrl+C")
