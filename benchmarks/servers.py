"""Processes under measurement: started, waited for, looked at, ended by their pid."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

from benchmarks.sides import ROOT, Command, filled_in

HOST = "127.0.0.1"
READY_WITHIN, ENDED_WITHIN = 30.0, 20.0


class BenchmarkFailed(Exception):
    """Something that should have been measured did not run; the message says what it said last."""


def environment() -> dict[str, str]:
    """Ours without settings of aptas, and with this checkout before whatever is installed."""
    paths = [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APTAS_")}
    return kept | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def kept_to(cores: Collection[int]) -> Iterator[None]:
    """What is started inside stays on these cores; on any, if there are none."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Server:
    """`with Server(command, data) as server`: ready inside, gone after. `started_in`: seconds from exec to ready.

    `told`: what else its command is filled in with. `cores`: those it is kept to."""

    def __init__(
        self,
        command: Command,
        data: Path,
        told: Mapping[str, object] = MappingProxyType({}),
        cores: Collection[int] = (),
    ) -> None:
        self.port = free_port()
        self.origin = f"http://{HOST}:{self.port}"
        self.started_in = 0.0
        self._command = filled_in(command, port=self.port, data=data, **told)
        self._log = data.with_name(f"{data.name}.log")
        self._cores = cores

    def __enter__(self) -> "Server":
        began = time.perf_counter()
        with self._log.open("ab") as log, kept_to(self._cores):
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=environment(), stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self._wait(began + READY_WITHIN)
        except BaseException:
            self._stop()
            raise
        self.started_in = time.perf_counter() - began
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _wait(self, until: float) -> None:
        while time.perf_counter() < until:
            if self._process.poll() is not None:
                raise BenchmarkFailed(f"{' '.join(self._command)} ended: {self._last_words()}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self._get("/health/ready")[0] == 200:
                    return
            time.sleep(0.005)
        raise BenchmarkFailed(f"{' '.join(self._command)} was not ready: {self._last_words()}")

    def _stop(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(ENDED_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace")[-600:].strip()

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def total(self, path: str) -> int:
        """`page.totalElements` of a collection."""
        status, body = self._get(path)
        if status != 200:
            raise BenchmarkFailed(f"GET {path} answers {status}: {body[:300]!r}")
        return int(json.loads(body)["page"]["totalElements"])

    def memory_mb(self) -> float:
        """Resident now, in units of 10⁶ bytes."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise BenchmarkFailed("no VmRSS in /proc")


def load(what: str, origin: str, *options: object) -> dict[str, Any]:
    """One run of the load generator, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.load", what, origin, "--json", *map(str, options)]
    return run_json(command)


def run_json(command: list[str], seconds: float = 300) -> dict[str, Any]:
    """What a command printed last, read as JSON."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=seconds, check=False
    )
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise BenchmarkFailed(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-600:]}")
    read: dict[str, Any] = json.loads(lines[-1])
    return read
