"""A whole house in separate processes on one data directory, with several replicas of some, behind one entry."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from aptas.settings import PROCESSES
from tests.gateway.envoy.doors import Door
from tests.journeys.houses import free_ports, is_ready, started


@dataclass(kw_only=True)
class Apart:
    """Its processes by their ports, and its entry."""

    data: Path
    door: Door
    ports: Mapping[str, list[int]]
    leave_seconds: str
    processes: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The entry."""
        return self.door.url

    def client(self) -> httpx.Client:
        """Asks the entry."""
        return self.door.client()

    def start(self, name: str, port: int) -> None:
        """One replica; it is not waited for."""
        told = {"APTAS_ENTRY_URL": self.url, "APTAS_LEAVE_SECONDS": self.leave_seconds}
        self.processes[port] = started(self.data, "serve", name, "--port", str(port), **told)

    def open(self) -> None:
        """The entry: `aptas gateway run`, which becomes Envoy."""
        replicas = ",".join(
            f"{name}=127.0.0.1:{port}" for name, ports in self.ports.items() for port in ports
        )
        ports = ("--port", str(self.door.port), "--admin-port", str(self.door.admin_port))
        process = started(self.data, "gateway", "run", *ports, APTAS_REPLICAS=replicas)
        self.processes[self.door.port] = process

    def end(self, port: int) -> int:
        """SIGTERM to whoever listens there; its exit code."""
        process = self.processes.pop(port)
        process.terminate()
        return process.wait(timeout=30)


@contextmanager
def apart(data: Path, leave_seconds: float = 0.05, **replicas: int) -> Iterator[Apart]:
    """All of PROCESSES until the block ends, one of each unless told how many, and ready."""
    port, admin_port, *others = free_ports(2 + sum(replicas.get(name, 1) for name in PROCESSES))
    ports = {name: [others.pop() for _ in range(replicas.get(name, 1))] for name in PROCESSES}
    door = Door(port=port, admin_port=admin_port, log=data / "access.log")
    house = Apart(data=data, door=door, ports=ports, leave_seconds=str(leave_seconds))
    try:
        for name, each in ports.items():
            for one in each:
                house.start(name, one)
        for each in ports.values():
            for one in each:
                is_ready(one, seconds=60)
        house.open()
        is_ready(port)
        yield house
    finally:
        for process in house.processes.values():
            process.terminate()
        for process in house.processes.values():
            process.wait(timeout=30)
