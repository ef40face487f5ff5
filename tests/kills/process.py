"""`python -m aptas up` as a process of its own, to be killed by its id."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

PATIENCE = 30.0
"""Seconds that a start or an end may take."""
POINTS = (
    "inside-a-batch",
    "after-commit-before-answer",
    "before-send",
    "after-send-before-mark",
    "after-database-before-offset",
)
"""See aptas.messaging.faults.at_point."""


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """One life of one process."""

    def __init__(self, data: Path, kill_at: str | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.stderr = data / "stderr.txt"
        data.mkdir(parents=True, exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("APTAS_")}
        environment["PYTHONPATH"] = os.pathsep.join(each for each in sys.path if each)
        environment["APTAS_LEASE_SECONDS"] = "1"
        if kill_at is not None:
            environment["APTAS_KILL_AT"] = kill_at
        command = [sys.executable, "-m", "aptas", "up", "--no-service-ports", "--port", str(self.port)]
        with self.stderr.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "--data", str(data)], env=environment, stderr=log, stdout=subprocess.DEVNULL
            )

    @property
    def exit_code(self) -> int | None:
        """None while it lives; -9 when it was killed."""
        return self._process.poll()

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is closed."""
        self._process.kill()

    def terminate(self) -> None:
        """SIGTERM: drain."""
        self._process.send_signal(signal.SIGTERM)

    async def is_ready(self) -> bool:
        """Wait for it to take requests; False when it was dead before."""
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as client:
            while self.exit_code is None:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return True
                await asyncio.sleep(0.02)
        return False

    async def ended(self) -> int:
        """Its exit code, once it has one."""
        async with asyncio.timeout(PATIENCE):
            while (code := self.exit_code) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        return code

    def told(self) -> str:
        """What it wrote on standard error."""
        return self.stderr.read_text()


@asynccontextmanager
async def running(data: Path, kill_at: str | None = None) -> AsyncIterator[House]:
    """A house that does not outlive the block."""
    house = House(data, kill_at)
    try:
        yield house
    finally:
        if house.exit_code is None:
            house.kill()
        await house.ended()
