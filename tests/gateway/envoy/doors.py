"""Envoy as a process of its own: started on free ports, asked from outside, ended by its pid."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from aptas.commands.gateway import FILE, command_of, find_envoy, text_of
from aptas.gateway import GatewayRefused
from aptas.gateway.entry import Entry, Limits
from aptas.settings import HOST, PROCESSES
from tests.journeys.houses import free_ports
from tests.journeys.resources import until

Opens = Callable[..., "Door"]
"""An entry to these services, with these limits."""


def envoy_or_skip() -> str:
    """The program; a test that needs it is skipped where it is not installed, and says so."""
    try:
        return find_envoy()
    except GatewayRefused:
        pytest.skip("Envoy is not installed: make .venv/gateway")


def door_to(ports: Sequence[int], limits: Limits) -> Entry:
    """An entry on free ports; whoever listens on `ports` are the replicas of every service."""
    port, admin_port = free_ports(2)
    replicas = {name: [(HOST, each) for each in ports] for name in PROCESSES}
    return Entry(replicas=replicas, port=port, admin_port=admin_port, limits=limits)


@dataclass(kw_only=True)
class Door:
    """A running entry."""

    port: int
    admin_port: int
    log: Path

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.port}"

    def client(self) -> httpx.Client:
        """Asks it."""
        return httpx.Client(base_url=self.url, timeout=30)

    def lines(self, count: int) -> list[dict[str, Any]]:
        """Its log, once it has that many lines: they are written within a second."""

        def written() -> dict[str, Any] | None:
            lines = self.log.read_text(encoding="utf-8").splitlines()
            return {"lines": lines} if len(lines) >= count else None

        return [json.loads(line) for line in until(written)["lines"]]

    def counted(self, name: str, **labels: str) -> float:
        """A statistic, summed over what is labelled so."""
        told = httpx.get(f"http://localhost:{self.admin_port}/stats/prometheus").text
        found = re.findall(rf"^{name}{{(.*)}} (\S+)$", told, re.MULTILINE)
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        return sum(float(value) for said, value in found if all(each in said for each in wanted))


@contextmanager
def opened(envoy: str, folder: Path, entry: Entry) -> Iterator[Door]:
    """Envoy until the block ends, run as `aptas gateway run` runs it."""
    file = folder / FILE
    file.write_text(text_of(entry), encoding="utf-8")
    log = folder / "access.log"
    with log.open("w") as lines, (folder / "envoy.log").open("w") as said:
        process = subprocess.Popen(command_of(envoy, file), stdout=lines, stderr=said)
    door = Door(port=entry.port, admin_port=entry.admin_port, log=log)
    try:
        is_open(door, process)
        yield door
    finally:
        process.terminate()
        process.wait(timeout=20)


def is_open(door: Door, process: "subprocess.Popen[Any]") -> None:
    """Wait until it takes requests."""

    def ready() -> dict[str, Any] | None:
        assert process.poll() is None, "Envoy ended before it began"
        try:
            answer = httpx.get(f"http://localhost:{door.admin_port}/ready")
        except httpx.TransportError:
            return None
        return {"is": 1} if answer.status_code == 200 else None

    until(ready, seconds=30)
