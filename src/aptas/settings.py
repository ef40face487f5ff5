"""What may be set, in one frozen object (aptas.environment reads it)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
HOSTS = frozenset({"localhost", HOST, "[::1]"})
"""Until people are known, everything listens on this machine only, unless APTAS_LISTEN says otherwise."""

PORTS = {"registration": 8082, "management": 8083, "contractor": 8084, "mypage": 8085}
PAGES = "pages"
PROCESSES = PORTS | {PAGES: 8086}
"""What `aptas serve` serves: each service, and the pages, which are a client of theirs."""

ENTRY_PORT = 8088
CONTEXT = "{context}"
"""Where the context's name stands in APTAS_DATABASE_URL: each has a database, or a schema, of its own."""
ADMIN_PORT = 9901
Address = tuple[str, int]
"""A host (its name, or its number) and a port."""


class SettingRefused(Exception):
    """A setting cannot be used; the message names it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`data`: where SQLite files live. `ask_again_seconds`: how long a cancellation may go unanswered.
    `lease_seconds`: after a crash, how long the next process waits before it publishes and consumes.
    `leave_seconds`: how long a process that is to end says so and answers still, until nobody sends it requests.
    `listen`: the address, in numbers, at which ports are opened. `hosts`: the names under which HTTP is answered.
    `kafka`: the bootstrap servers of a Kafka; empty: the embedded broker. `kafka_options`: more of librdkafka's
    properties, such as credentials. `replicas`: where the entry finds each service, when that is not its port on this
    machine. `requests_per_second`: how many the entry lets through."""

    data: Path = Path(".aptas")
    entry_url: str = f"http://localhost:{ENTRY_PORT}"
    ask_again_seconds: float = 600
    keep_keys_seconds: float = 24 * 3600
    lease_seconds: float = 10
    leave_seconds: float = 1.5
    listen: str = HOST
    hosts: Collection[str] = HOSTS
    databases: str = ""
    database_urls: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=lambda: dict(PROCESSES))
    replicas: Mapping[str, Sequence[Address]] = field(default_factory=dict)
    requests_per_second: int = 5000
    kafka: str = ""
    kafka_options: Mapping[str, str] = field(default_factory=dict, repr=False)

    def prepare_data(self) -> None:
        """Make the data directory; SettingRefused when it cannot be had."""
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)  # telephone numbers are in there
        except OSError as problem:
            raise SettingRefused(
                f"{self.data}: 데이터 폴더로 쓸 수 없습니다({problem.strerror}). --data 로 다른 곳을 주세요. / "
                "cannot be used as data directory; give another with --data."
            ) from problem

    def database_url(self, context: str) -> str:
        """APTAS_DATABASE_URL_<CONTEXT>, APTAS_DATABASE_URL for this context, or a SQLite file in the data directory."""
        every = self.databases or f"sqlite:///{self.data / CONTEXT}.db"
        return self.database_urls.get(context) or every.replace(CONTEXT, context)

    def database_setting(self, context: str) -> str:
        """The name of the variable that says where this context's database is."""
        return (
            f"APTAS_DATABASE_URL_{context.upper()}" if context in self.database_urls else "APTAS_DATABASE_URL"
        )

    def replicas_of(self, name: str) -> Sequence[Address]:
        """Every address at which a service is found: those of APTAS_REPLICAS, or its port on this machine."""
        return self.replicas.get(name) or [(HOST, self.ports[name])]
