"""What `make bench-distributed` measures, and what its report says."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from aptas.messaging.kafka_topics import PARTITIONS
from benchmarks.distributed.kafka import version_of_kafka
from benchmarks.distributed.lines import LINES, SPIKE_GROUP, SPIKE_ORM, WANTED
from benchmarks.distributed.scenarios import SCENARIOS
from benchmarks.distributed.sides import SIDES
from benchmarks.distributed.workshop import MEASURED, OTHERS, Workshop, durable_commit_ms, open_workshop
from benchmarks.results import Results
from benchmarks.sides import OURS, THEIRS
from benchmarks.suite import Suite

NOT_MEASURED = (
    "A network: clients and servers share the machine and the loopback device.",
    "More than one process of a service, MySQL, Envoy in front, TLS, sign-in.",
    "Hours of load, a database larger than memory, a cold page cache, a disk with a slow fsync.",
)
_DRIVERS = ("asyncpg", "psycopg", "confluent-kafka")


def _facts(shop: Workshop, _directory: Path) -> dict[str, str]:
    with shop.connected(shop.new_database()) as connection:
        asked = ("server_version", "fsync", "synchronous_commit", "shared_buffers", "wal_sync_method")
        said = {name: connection.execute(f"SHOW {name}").fetchone() for name in asked}
    return {
        "postgresql": ", ".join(f"{name} {value[0]}" for name, value in said.items() if value),
        "one durable commit": f"{durable_commit_ms(shop):.2f} ms (median of 300, one row each, psycopg)",
        "drivers": ", ".join(f"{name} {version(name)}" for name in _DRIVERS),
        "kafka": f"{version_of_kafka()}, one node, its own controller, topics of {PARTITIONS} partitions",
        "cores": _cores(),
        "cases in the tables of 5": " · ".join(f"{rows:,}" for rows in shop.sizes),
    }


def _cores() -> str:
    if not MEASURED:
        return "one, shared by all"
    others = ", ".join(map(str, OTHERS))
    return f"{MEASURED[0]} for the one process that is measured; {others} for PostgreSQL, Kafka and the load"


def _remarks(results: Results) -> Sequence[str]:
    group, orm = results.of(OURS, "1.spike"), results.of(THEIRS, "1.spike")
    if group is None or orm is None:
        return []
    proportion = group / SPIKE_GROUP
    return [
        f"The spike's group commit gives {group:,.0f}/s here ({proportion:.0%} of {SPIKE_GROUP:,}), its ORM session "
        f"{orm:,.0f}/s ({orm / SPIKE_ORM:.0%} of {SPIKE_ORM}). {WANTED:,} registrations a second were wanted of a "
        f"machine that gives {SPIKE_GROUP:,}: in proportion {WANTED * proportion:,.0f}/s here.",
    ]


DISTRIBUTED = Suite(
    name="bench-distributed",
    title="a process each on PostgreSQL and Kafka",
    sides=SIDES,
    scenarios=SCENARIOS,
    lines=LINES,
    workshop=open_workshop,
    facts=_facts,
    not_measured=NOT_MEASURED,
    remarks=_remarks,
)
