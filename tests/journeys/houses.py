"""`aptas` as a process of its own: started on free ports, asked from outside, ended by its pid."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import httpx

from tests.engines import addresses

BIN = Path(sys.executable).parent
SOURCES = Path(__file__).parents[2] / "src"
PATIENCE = 120.0
"""Seconds: on a machine that does much else a start may take half a minute."""
SERVICES = ("registration", "management", "contractor", "mypage")


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on just now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def environment(data: Path, ports: dict[str, int] | None = None) -> dict[str, str]:
    """What every command of these tests runs with: this source, this data, no colours."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("APTAS_")}
    told |= addresses(data)
    told |= {"PYTHONPATH": str(SOURCES), "APTAS_DATA": str(data), "NO_COLOR": "1", "COLUMNS": "200"}
    told["APTAS_LEAVE_SECONDS"] = "0.05"  # nobody in front of it has to learn that it goes
    told["PATH"] = f"{BIN}{os.pathsep}{told['PATH']}"
    if ports:
        told["APTAS_PORTS"] = ",".join(f"{name}={port}" for name, port in ports.items())
    return told


def aptas(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One command of the command line, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "aptas", *arguments],
        env=environment(data) | more,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def told(data: Path, *arguments: str) -> list[Any]:
    """What a command says with --json: a value a line."""
    done = aptas(data, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def topic(data: Path, name: str) -> list[dict[str, Any]]:
    """All messages of a topic, as `aptas events tail` shows them."""
    done = aptas(data, "events", "tail", "--topic", name, "--from-beginning", "--no-follow")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@dataclass(kw_only=True)
class House:
    """A running `aptas up`."""

    data: Path
    port: int
    ports: dict[str, int]
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        """The entry."""
        return self.at("entry")

    def at(self, name: str) -> str:
        """A service's own port, when the house runs with `services`; the entry's by that name."""
        return f"http://localhost:{self.port if name == 'entry' else self.ports[name]}"

    def client(self) -> httpx.Client:
        """Asks the entry."""
        return httpx.Client(base_url=self.url, timeout=30)

    def stop(self) -> str:
        """SIGTERM to this process, and to no other; what it said on standard error."""
        self.process.terminate()
        try:
            return self.process.communicate(timeout=20)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@contextlib.contextmanager
def running(data: Path, *, services: bool = False, demo: bool = True, **more: str) -> Iterator[House]:
    """`aptas up` until the block ends. With `services` the four ports besides the entry's; `more` settings."""
    port, *others = free_ports(5 if services else 1)
    ports = dict(zip(SERVICES, others, strict=False)) if services else {}
    command = [sys.executable, "-m", "aptas", "up", "--port", str(port), "--data", str(data)]
    command += ["--demo"] if demo else []
    command += [] if services else ["--no-service-ports"]
    house = House(
        data=data,
        port=port,
        ports=ports,
        process=subprocess.Popen(
            command,
            env=environment(data, ports) | more,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ),
    )
    try:
        _wait_for(house)
        yield house
    finally:
        if house.process.poll() is None:
            house.stop()


def _wait_for(house: House, seconds: float = PATIENCE) -> None:
    """Until it announces itself: everything is seeded by then."""
    assert house.process.stderr is not None
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        line = house.process.stderr.readline()
        if "Ctrl+C" in line:
            return
        assert line or house.process.poll() is None, "aptas up ended before it began"
    raise AssertionError("aptas up did not announce itself")


def started(data: Path, *command: str, **more: str) -> subprocess.Popen[bytes]:
    """A command that does not end by itself; whoever starts it ends it, by its pid."""
    whole = [sys.executable, "-m", "aptas", *command, "--data", str(data)]
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(whole, env=environment(data) | more, stdout=nowhere, stderr=nowhere)


@contextlib.contextmanager
def served(data: Path, name: str, port: int, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`aptas serve` of one service, or of the pages, until the block ends; ready to be asked."""
    process = started(data, "serve", name, "--port", str(port), **more)
    try:
        is_ready(port)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def is_ready(port: int, seconds: float = 30) -> None:
    """Wait until whoever listens there takes requests."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"http://localhost:{port}/health/ready").status_code == 200:
                return
        assert time.monotonic() < deadline, f"nothing on {port}"
        time.sleep(0.05)


class ByRoom(httpx.HTTPTransport):
    """Sends each request to the port of the room that its path names."""

    rooms: ClassVar[dict[str, str]] = {
        "defectRegistrations": "registration",
        "defectTypes": "registration",
        "defectManagements": "management",
        "defectContractors": "contractor",
        "contractorCompanies": "contractor",
        "mypages": "mypage",
    }

    def __init__(self, ports: dict[str, int]) -> None:
        super().__init__()
        self.ports = ports

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx asks it."""
        port = self.ports[self.rooms[request.url.path.split("/")[1]]]
        request.url = request.url.copy_with(port=port)
        request.headers["host"] = f"localhost:{port}"
        return super().handle_request(request)
