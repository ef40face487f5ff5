"""A cluster of its own for a test: private Kafka and PostgreSQL, on free ports, with data in a scratch folder."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from aptas.bootstrap import House, build_house
from aptas.environment import read_settings
from tests.contracts.disks import Disk
from tests.distributed.carried import CarriedByKafka
from tests.journeys.houses import free_ports
from tests.simulation.archive import Carried
from tools.distributed.cluster import PAGES, SERVICES, Cluster
from tools.distributed.processes import Process
from tools.kafka.node import Node
from tools.servers import Server, end, start_again, start_postgresql

REPLICAS = 2
TOLD = {"APTAS_LEASE_SECONDS": "2", "APTAS_LEAVE_SECONDS": "1.5"}


class Town:
    """Implements kills.clients.Door: requests go to the gateway, and it lives as long as the test."""

    exit_code: int | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kafka = Node(free_ports(1)[0], folder / "kafka")
        self.postgresql: Server | None = None
        self.cluster: Cluster | None = None

    @property
    def url(self) -> str:
        """The single entry."""
        return self.at_work.url

    @property
    def at_work(self) -> Cluster:
        """Once it has begun."""
        assert self.cluster is not None
        return self.cluster

    def begin(self) -> None:
        """Servers, then the cluster."""
        self.kafka.start()
        self.postgresql = start_postgresql(is_durable=False)
        asyncio.run(self._make_database(self.postgresql))
        ports = free_ports(REPLICAS * (len(SERVICES) + 1) + 2)
        self.cluster = Cluster(
            folder=self.folder,
            database=self.postgresql.url("aptas?schema={context}"),
            kafka=self.kafka.address,
            ports={name: [ports.pop() for _ in range(REPLICAS)] for name in (*SERVICES, PAGES)},
            entry=ports.pop(),
            admin=ports.pop(),
            more=TOLD,
        )
        self.cluster.begin()

    async def _make_database(self, server: Server) -> None:
        """On a small disk of its own, which can be filled up; the server's own log stays on the large one."""
        self.disk = Disk(Path(server.folder) / "small", size="1g")
        self.disk.mount()
        connection = await asyncpg.connect(server.url("postgres"))
        await connection.execute(f"CREATE TABLESPACE small LOCATION '{server.folder}/small'")
        await connection.execute("CREATE DATABASE aptas TABLESPACE small")
        await connection.close()

    def end(self) -> None:
        """All of it."""
        if self.cluster is not None:
            self.cluster.end()
        if self.postgresql is not None:
            end(self.postgresql.pid)
            self.disk.unmount()
            self.postgresql.stop()
        self.kafka.stop()

    def replica(self, name: str) -> Process:
        """Such as `management-2`."""
        return self.at_work.process(name)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[tuple[House, Carried]]:
        """What was written, for the history checker."""
        house = await build_house(read_settings(self.at_work.environment))
        try:
            yield house, CarriedByKafka(self.kafka.address)
        finally:
            await house.close()

    @asynccontextmanager
    async def without_kafka(self) -> AsyncIterator[None]:
        """It is stopped, and comes back on the same port with the same data."""
        await asyncio.to_thread(self.kafka.stop)
        yield
        await asyncio.to_thread(self.kafka.start)

    @asynccontextmanager
    async def without_postgresql(self) -> AsyncIterator[None]:
        """It ends in the middle of what it does (SIGQUIT), and comes back by recovery."""
        assert self.postgresql is not None
        self.postgresql.break_off()
        yield
        self.postgresql = await asyncio.to_thread(start_again, self.postgresql)
