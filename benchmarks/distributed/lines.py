"""The lines of the table, and their targets."""

from collections.abc import Iterator

from benchmarks.lines import Line

SPIKE_GROUP, SPIKE_ORM, WANTED = 6_900, 620, 4_000
"""What the spike measured, registrations a second, and what is wanted of a machine that gives as much."""

_QUERIES = {
    "one": "GET /defectManagements/{id}, any of all cases",
    "home": "GET /defectManagements?q=…, all 20 of any home, by its address",
    "page": "GET /defectManagements?sort=defectId,desc, the office's first page with its total",
    "open": "… its OPEN ones alone",
    "overdue": "… its overdue ones alone",
}


def _growing() -> Iterator[Line]:
    for name, what in _QUERIES.items():
        yield Line(key=f"5.{name}-0", what=f"{what}: p99 in 10 thousand", unit="ms", is_ours_alone=True)
        yield Line(key=f"5.{name}-1", what="… p99 in 1 million", unit="ms", is_ours_alone=True)
        yield Line(key=f"5.{name}-2", what="… p99 in 5 million", unit="ms", is_ours_alone=True)
        yield Line(
            key=f"5.{name}-flat", what="… the slower of these two", unit="×", target=1.5, is_ours_alone=True
        )
    yield Line(key="5.errors", what="… errors, of all", unit="", target=0, is_ours_alone=True)


LINES = (
    Line(
        key="1.spike",
        what="the spike's own service, a bare row and its outbox row (then 6,900/s and 620/s)",
        unit="/s",
    ),
    Line(
        key="1.rate",
        what="POST /defectRegistrations, registration alone on one core, 64 connections",
        unit="/s",
        target=6,
        is_more_better=True,
        is_ratio=True,
    ),
    Line(
        key="1.durable",
        what=f"… durable registrations, where the spike's service gives {SPIKE_GROUP:,}/s",
        unit="/s",
        target=WANTED,
        is_more_better=True,
        is_ours_alone=True,
    ),
    Line(key="1.share", what="… of what the spike's gives in the same round", unit="", is_ours_alone=True),
    Line(key="1.p50", what="… median", unit="ms"),
    Line(key="1.p99", what="… p99", unit="ms", target=0.25, is_ratio=True),
    Line(key="1.errors", what="… errors", unit="", target=0),
    Line(
        key="2.rate",
        what="an outbox in PostgreSQL, relayed into Kafka",
        unit="events/s",
        target=20_000,
        is_more_better=True,
    ),
    Line(key="2.left", what="… still waiting, not in the topic, or there twice", unit="", target=0),
    Line(
        key="3.cases",
        what="management: DefectRegistered from Kafka, a case opened in PostgreSQL",
        unit="/s",
        target=5_000,
        is_more_better=True,
    ),
    Line(
        key="3.pages",
        what="mypage: DefectRegistered from Kafka, a page written in PostgreSQL",
        unit="/s",
        target=5_000,
        is_more_better=True,
    ),
    Line(key="3.wrong", what="… rows, events and changes missing, or there twice", unit="", target=0),
    Line(key="4.p50", what="registered → visible over Kafka at 500/s, a process each, median", unit="ms"),
    Line(key="4.p99", what="… p99", unit="ms", target=500),
    Line(key="4.unseen", what="… errors, or never seen", unit="", target=0),
    *_growing(),
)
