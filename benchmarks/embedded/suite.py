"""What `make bench` measures, and what its report says."""

import sqlite3
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.embedded.lines import LINES
from benchmarks.embedded.scenarios import EVENTS, RATE, SCENARIOS, Workshop
from benchmarks.embedded.sides import SIDES
from benchmarks.results import Results
from benchmarks.sides import THEIRS
from benchmarks.suite import Suite

NOT_MEASURED = (
    "A network: client and server share the machine, its two cores and the loopback device.",
    "More than one process a side, other databases, Kafka (see bench-distributed), TLS, sign-in.",
    "Hours of load, a database larger than memory, a cold page cache, a disk with a slow fsync.",
    "The pages for people, photos, cancellations and visits under load.",
    "What neighbours cost: the share of the machine that others took stands with every round.",
)


@contextmanager
def _workshop(given: Namespace, directory: Path) -> Iterator[Workshop]:
    yield Workshop(directory, given.seconds, given.events or EVENTS)


def _facts(_shop: Workshop, directory: Path) -> dict[str, str]:
    return {
        "sqlite": f"{sqlite3.sqlite_version}, WAL, synchronous=FULL, busy_timeout=10000",
        "one durable commit": f"{durable_commit_ms(directory):.2f} ms (median of 300, one row each)",
    }


def durable_commit_ms(directory: Path) -> float:
    """Median of 300 one-row commits on SQLite as both sides use it (WAL, synchronous=FULL)."""
    path = directory / "commit.db"
    times = []
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, body TEXT)")
    for _ in range(300):
        began = time.perf_counter()
        connection.execute("INSERT INTO rows (body) VALUES ('x')")
        times.append(time.perf_counter() - began)
    connection.close()
    return sorted(times)[150] * 1000


def _remarks(results: Results) -> Sequence[str]:
    theirs = results.of(THEIRS, "3.rate")
    if theirs is None or theirs >= RATE or (THEIRS, "4.p99") not in results.numbers:
        return []
    return [
        f"The conventional side carries fewer than {RATE} registrations a second through (line 3), so its times in 4",
        "are those of a queue that grows while the load lasts.",
    ]


EMBEDDED = Suite(
    name="bench",
    title="one process on SQLite",
    sides=SIDES,
    scenarios=SCENARIOS,
    lines=LINES,
    workshop=_workshop,
    facts=_facts,
    not_measured=NOT_MEASURED,
    remarks=_remarks,
    once={"6"},
    measured_with={"7": "3"},
)
