"""The processes of a cluster: which there are, what each is told, and in which order they begin and end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.distributed.processes import Process

SERVICES = ("registration", "management", "contractor", "mypage")
PAGES = "pages"


@dataclass(kw_only=True)
class Cluster:
    """`database`: APTAS_DATABASE_URL; `kafka`: APTAS_KAFKA; `ports`: of every replica of each service and of the
    pages; `entry` and `admin`: the gateway's."""

    folder: Path
    database: str
    kafka: str
    ports: Mapping[str, Sequence[int]]
    entry: int
    admin: int
    more: Mapping[str, str] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The single entry."""
        return f"http://localhost:{self.entry}"

    @property
    def environment(self) -> dict[str, str]:
        """What every process of it, and every command beside it, is told."""
        replicas = [f"{name}=127.0.0.1:{port}" for name, ports in self.ports.items() for port in ports]
        return {
            "APTAS_DATA": str(self.folder / "data"),
            "APTAS_DATABASE_URL": self.database,
            "APTAS_KAFKA": self.kafka,
            "APTAS_ENTRY_URL": self.url,
            "APTAS_REPLICAS": ",".join(replicas),
            **self.more,
        }

    def names(self, *services: str) -> list[str]:
        """All replicas of these, such as `mypage-1`; of everything when none is named."""
        return [
            f"{name}-{number}"
            for name in services or (*SERVICES, PAGES)
            for number in range(1, len(self.ports[name]) + 1)
        ]

    def begin(self) -> None:
        """All of them, ready: the services, then the gateway and the pages, which are ready with each other."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for names in (self.names(*SERVICES), ["gateway", *self.names(PAGES)]):
            for name in names:
                self.process(name).start()
            for name in names:
                self.process(name).wait_until_ready()

    def end(self) -> None:
        """In the reverse order, and all of them whatever happens."""
        for name in reversed(self.processes):
            self.processes[name].terminate()

    def process(self, name: str) -> Process:
        """`gateway`, or a service's replica; made when it is first asked for."""
        return self.processes.setdefault(name, self._gateway() if name == "gateway" else self._replica(name))

    def _replica(self, name: str) -> Process:
        service, _, number = name.rpartition("-")
        port = self.ports[service][int(number) - 1]
        return self._process(name, port, "serve", service, "--port", str(port))

    def _gateway(self) -> Process:
        command = ("gateway", "run", "--port", str(self.entry), "--admin-port", str(self.admin))
        return self._process("gateway", self.entry, *command)

    def _process(self, name: str, port: int, *arguments: str) -> Process:
        return Process(
            name=name,
            arguments=arguments,
            port=port,
            log=self.folder / f"{name}.log",
            environment=self.environment,
        )
