"""The brokers and databases that the behaviour suites are run on. Another one is added here, and nowhere else."""

import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from pathlib import Path
from typing import Protocol

from aptas.kernel.clock import system_clock
from aptas.messaging.broker import Broker
from aptas.messaging.kafka import KafkaBroker
from aptas.messaging.kafka_clients import Clients
from aptas.messaging.local import LocalBroker
from aptas.storage import sqlite
from aptas.storage.opening import open_database
from tests.contracts.databases import (
    MariadbOnSmallDisk,
    MariadbStorage,
    PostgresqlOnSmallDisk,
    PostgresqlStorage,
)
from tests.contracts.kafka_proxy import HOST, KafkaProxy
from tests.kafka_server import delete_topics, kafka
from tools.kafka.node import free_port

IMPATIENT_MS = 400


class Brokers(Protocol):
    """One broker, reached over as many connections as a test likes."""

    takeover_seconds: float
    """A member that shows no sign of life is replaced after this long, at the latest."""

    async def connect(self) -> Broker:
        """A connection such as another process has."""

    async def unreachable(self) -> Broker:
        """A connection to where no broker answers."""

    def away(self) -> AbstractAsyncContextManager[None]:
        """While this lasts nothing can be written."""

    async def close(self) -> None:
        """Let go of all connections."""


class Storage(Protocol):
    """One database, empty at first."""

    url: str

    async def open(self) -> None:
        """Make it."""

    async def close(self) -> None:
        """Throw it away."""

    def away(self) -> AbstractAsyncContextManager[None]:
        """While this lasts nothing can be written."""


class SmallStorage(Storage, Protocol):
    """One that can fill up."""

    def nearly_full(self, pages: int) -> AbstractContextManager[None]:
        """Connections opened while this lasts find room for no more than `pages` pages."""


class LocalBrokers:
    """The embedded broker: a file that several connections share."""

    takeover_seconds = 0.4

    def __init__(self, folder: Path) -> None:
        self._file = folder / "broker.db"
        self._open: list[LocalBroker] = []

    async def connect(self) -> Broker:
        broker = await self._at(self._file)
        await broker.create()
        return broker

    async def unreachable(self) -> Broker:
        return await self._at(self._file.parent / "nowhere" / "broker.db")

    async def _at(self, file: Path) -> LocalBroker:
        owner = f"process-{len(self._open)}"
        broker = LocalBroker(open_database(f"sqlite:///{file}"), owner, system_clock, lease_seconds=0.3)
        self._open.append(broker)
        return broker

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        with locked(self._file):
            yield

    async def close(self) -> None:
        for broker in self._open:
            await broker.close()


class KafkaBrokers:
    """A Kafka, shared with other tests: topics and groups have names of their own, and it is reached over a proxy."""

    takeover_seconds = 3.0

    def __init__(self, _folder: Path) -> None:
        self._kafka = kafka()
        self._proxy = KafkaProxy(self._kafka)
        self._prefix = f"test-{secrets.token_hex(6)}-"
        self._open: list[KafkaBroker] = []

    async def connect(self) -> Broker:
        if not self._open:
            await self._proxy.listen()
        return self._at(self._proxy.address)

    async def unreachable(self) -> Broker:
        return self._at(f"{HOST}:{free_port()}")

    def _at(self, servers: str) -> KafkaBroker:
        clients = Clients(
            servers=servers,
            prefix=self._prefix,
            patience=2,
            session_seconds=2,
            round_seconds=2,
        )
        self._open.append(KafkaBroker(clients))
        return self._open[-1]

    def away(self) -> AbstractAsyncContextManager[None]:
        return self._proxy.away()

    async def close(self) -> None:
        for broker in self._open:
            await broker.close()
        await self._proxy.cut()
        delete_topics(self._kafka, self._prefix)


class SqliteStorage:
    """A database in a file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "room.db"
        self.url = f"sqlite:///{self._file}"

    async def open(self) -> None:
        """Whoever connects makes the file."""

    async def close(self) -> None:
        """The folder is thrown away."""

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        with locked(self._file):
            yield

    @contextmanager
    def nearly_full(self, pages: int) -> Iterator[None]:
        kept = sqlite._PRAGMAS
        sqlite._PRAGMAS = (*kept, f"PRAGMA max_page_count={pages}")
        try:
            yield
        finally:
            sqlite._PRAGMAS = kept


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody else holds SQLite's write lock and does not let go."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


BROKERS: dict[str, Callable[[Path], Brokers]] = {"local": LocalBrokers, "kafka": KafkaBrokers}
STORAGES: dict[str, Callable[[Path], Storage]] = {
    "sqlite": SqliteStorage,
    "postgresql": lambda _folder: PostgresqlStorage(),
    "mariadb": lambda _folder: MariadbStorage(),
}
SMALL_STORAGES: dict[str, Callable[[Path], SmallStorage]] = {
    "sqlite": SqliteStorage,
    "postgresql": lambda _folder: PostgresqlOnSmallDisk(),
    "mariadb": lambda _folder: MariadbOnSmallDisk(),
}
