"""What the scenarios work with: a PostgreSQL of their own, and which cores belong to whom."""

import os
import subprocess
import time
from argparse import Namespace
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.servers import Server, environment, kept_to
from benchmarks.sides import OURS, ROOT, Side, filled_in
from tools.servers import Server as Postgresql
from tools.servers import start_postgresql

SIZES = (10_000, 1_000_000, 5_000_000)
EVENTS, THEIR_SHARE = 200_000, 20
Connection = psycopg.Connection[tuple[Any, ...]]
_CORES = sorted(os.sched_getaffinity(0))
MEASURED = _CORES[:1] if len(_CORES) > 1 else []
"""The core of the process that is measured; none of its own where there is only one."""
OTHERS = _CORES[1:]
EVERY = _CORES


@dataclass
class Workshop:
    """`directory`: for data and logs. `seconds`: how long each load lasts. `sizes`: of the tables that grow."""

    directory: Path
    seconds: float
    sizes: Sequence[int]
    postgresql: Postgresql
    events: int = EVENTS
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

    def new_folder(self, name: str) -> Path:
        """Empty."""
        self._made += 1
        folder = self.directory / f"{name}-{self._made}"
        folder.mkdir()
        return folder

    def events_of(self, side: Side) -> int:
        """How many a side relays and consumes: the other one is asked how fast, and would take too long."""
        return self.events if side.name == OURS else max(1, self.events // THEIR_SHARE)

    def serve(
        self, side: Side, what: str, database: str, kafka: str = "", cores: Collection[int] = MEASURED
    ) -> Server:
        """One process of this side, on the core that is measured. `kafka` empty: the embedded broker."""
        told = {"database": database, "kafka": kafka}
        return Server(side.commands[what], self.new_folder(f"{side.name}-{what}"), told, cores)

    def run(self, side: Side, what: str, database: str, **told: object) -> None:
        """A command of this side that prepares something."""
        data = self.new_folder(f"{side.name}-{what}")
        command = filled_in(side.commands[what], data=data, database=database, kafka="", **told)
        subprocess.run(command, cwd=ROOT, env=environment(), check=True, capture_output=True, timeout=300)

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
            yield Workshop(directory, given.seconds, _sizes(given.sizes), postgresql, given.events or EVENTS)
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
