"""What the scenarios work with: a PostgreSQL of their own, and which cores belong to whom."""

import os
import time
from argparse import Namespace
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.servers import Server, kept_to
from benchmarks.sides import Side
from tools.servers import Server as Postgresql
from tools.servers import start_postgresql

SIZES = (10_000, 1_000_000, 5_000_000)
Connection = psycopg.Connection[tuple[Any, ...]]
_CORES = sorted(os.sched_getaffinity(0))
MEASURED = _CORES[:1] if len(_CORES) > 1 else []
"""The core of the process that is measured; none of its own where there is only one."""
OTHERS = _CORES[1:]


@dataclass
class Workshop:
    """`directory`: for data and logs. `seconds`: how long each load lasts. `sizes`: of the tables that grow."""

    directory: Path
    seconds: float
    sizes: Sequence[int]
    postgresql: Postgresql
    _made: int = 0
    _kept: dict[str, str] = field(default_factory=dict)

    @property
    def standing(self) -> Collection[int]:
        """The servers that serve all scenarios."""
        return [self.postgresql.pid]

    def new_database(self) -> str:
        """The address of an empty one."""
        self._made += 1
        with self.connected(self.postgresql.url("postgres")) as connection:
            connection.execute(f"CREATE DATABASE bench{self._made}")
        return self.postgresql.url(f"bench{self._made}")

    def kept(self, what: str, make: Callable[[], str]) -> str:
        """A database that is made once and read by several."""
        if what not in self._kept:
            self._kept[what] = make()
        return self._kept[what]

    def connected(self, database: str, schema: str = "public") -> Connection:
        """Each statement a transaction of its own."""
        return psycopg.connect(database, autocommit=True, options=f"-c search_path={schema}")

    def serve(self, side: Side, what: str, database: str) -> Server:
        """One process of this side, on the core that is measured."""
        self._made += 1
        data = self.directory / f"{side.name}-{what}-{self._made}"
        data.mkdir()
        return Server(side.commands[what], data, {"database": database}, MEASURED)

    @contextmanager
    def unpinned(self) -> Iterator[None]:
        """Preparation, not measured: connections that PostgreSQL takes now may use every core."""
        os.sched_setaffinity(self.postgresql.pid, _CORES)
        try:
            yield
        finally:
            os.sched_setaffinity(self.postgresql.pid, OTHERS or _CORES)


@contextmanager
def open_workshop(given: Namespace, directory: Path) -> Iterator[Workshop]:
    """Servers started, and ended."""
    with kept_to(OTHERS):
        postgresql = start_postgresql(is_durable=True, inside=directory.parent)
        try:
            yield Workshop(directory, given.seconds, _sizes(given.sizes), postgresql)
        finally:
            postgresql.stop()


def _sizes(said: str | None) -> Sequence[int]:
    return [int(each) for each in said.split(",")] if said else SIZES


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
