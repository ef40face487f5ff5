"""What the scenarios work with: a PostgreSQL of their own, and which cores belong to whom."""

import os
import time
from argparse import Namespace
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from tools.servers import Server as Postgresql
from tools.servers import start_postgresql

from benchmarks.servers import Server, kept_to
from benchmarks.sides import Side

_CORES = sorted(os.sched_getaffinity(0))
MEASURED = _CORES[:1] if len(_CORES) > 1 else []
"""The core of the process that is measured; none of its own where there is only one."""
OTHERS = _CORES[1:]


@dataclass
class Workshop:
    """`directory`: for data and logs. `seconds`: how long each load lasts."""

    directory: Path
    seconds: float
    postgresql: Postgresql
    _made: list[str] = field(default_factory=list)

    @property
    def standing(self) -> Collection[int]:
        """The servers that serve all scenarios."""
        return [self.postgresql.pid]

    def new_database(self) -> str:
        """The address of an empty one."""
        name = f"bench{len(self._made) + 1}"
        self._made.append(name)
        with self.connected("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.postgresql.url(name)

    def connected(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        """Each statement a transaction of its own. `database`: a name, or an address of `new_database`."""
        address = database if ":" in database else self.postgresql.url(database)
        return psycopg.connect(address, autocommit=True)

    def serve(self, side: Side, what: str, database: str) -> Server:
        """One process of this side, on the core that is measured."""
        data = self.directory / f"{side.name}-{what}-{len(self._made)}"
        data.mkdir(exist_ok=True)
        return Server(side.commands[what], data, {"database": database}, MEASURED)


@contextmanager
def open_workshop(given: Namespace, directory: Path) -> Iterator[Workshop]:
    """Servers started, and ended."""
    with kept_to(OTHERS):
        postgresql = start_postgresql(is_durable=True, inside=directory.parent)
        try:
            yield Workshop(directory, given.seconds, postgresql)
        finally:
            postgresql.stop()


def durable_commit_ms(shop: Workshop) -> float:
    """Median of 300 one-row commits on PostgreSQL as both sides use it."""
    times = []
    with shop.connected(shop.new_database()) as connection:
        connection.execute("CREATE TABLE rows (id SERIAL PRIMARY KEY, body TEXT)")
        for _ in range(300):
            began = time.perf_counter()
            connection.execute("INSERT INTO rows (body) VALUES ('x')")
            times.append(time.perf_counter() - began)
    return sorted(times)[150] * 1000
