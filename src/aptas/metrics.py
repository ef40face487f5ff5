"""What is measured, by name. Prometheus reads it at /metrics (docs/operate.md says what each is for)."""

import os
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

HTTP_SECONDS = Histogram(
    "aptas_http_request_duration_seconds",
    "Time to answer, by route",
    ("context", "method", "route", "status"),
    buckets=_FAST,
)
BATCH_SIZE = Histogram(
    "aptas_dispatcher_batch_size",
    "Commands decided in one transaction",
    ("context",),
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
)
REJECTIONS = Counter("aptas_rejections_total", "Commands refused, by law", ("context", "law"))
DUPLICATES = Counter("aptas_inbox_duplicates_total", "Facts that had been seen before", ("context",))
CONSUMED = Counter("aptas_consumed_messages_total", "Messages taken from the bus", ("context", "topic"))
PUBLISHED = Counter("aptas_published_events_total", "Events acknowledged by the broker", ("context",))
_LAST: Final = "livemostrecent"
"""Every worker of a process measures the same table: the last word counts."""
OUTBOX_PENDING = Gauge(
    "aptas_outbox_pending", "Events not yet acknowledged by the broker", ("context",), multiprocess_mode=_LAST
)
OUTBOX_OLDEST = Gauge(
    "aptas_outbox_oldest_seconds", "Age of the oldest pending event", ("context",), multiprocess_mode=_LAST
)
PARKED = Gauge(
    "aptas_parked_messages",
    "Messages set aside until somebody redrives them",
    ("context",),
    multiprocess_mode=_LAST,
)
PARKED_KEYS = Gauge(
    "aptas_parked_keys", "Defects whose messages are set aside", ("context",), multiprocess_mode=_LAST
)
LAG = Gauge(
    "aptas_consumer_lag_messages",
    "Messages behind the end of what this process reads",
    ("context",),
    multiprocess_mode="livesum",
)
FACTS = Counter(
    "aptas_facts_total", "What happened and is durable, by its name on the wall", ("context", "type")
)
CANCELLATIONS_OPEN = Gauge(
    "aptas_cancellations_open", "Cancellations that wait for an answer", ("context",), multiprocess_mode=_LAST
)
CANCELLATION_OLDEST = Gauge(
    "aptas_cancellation_oldest_seconds",
    "How long the oldest of them has waited",
    ("context",),
    multiprocess_mode=_LAST,
)
CASES = Gauge("aptas_cases", "Unfinished cases", ("trade", "status"), multiprocess_mode=_LAST)
OVERDUE = Gauge(
    "aptas_cases_overdue",
    "Unfinished cases whose day of the statute is over",
    ("trade",),
    multiprocess_mode=_LAST,
)
REPAIR_DAYS = Histogram(
    "aptas_repair_days",
    "From the claim to the repair",
    ("trade",),
    buckets=(1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 180),
)
PROJECTION_DELAY = Histogram(
    "aptas_projection_delay_seconds", "From the fact to the page that shows it", buckets=_FAST
)

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
"""Where the workers of one process leave their counts for each other; prometheus_client's own name."""


def metrics_page() -> bytes:
    """All metrics of this process, and of the workers beside it, in Prometheus' text format."""
    from prometheus_client import generate_latest

    return generate_latest(_of_all_workers() if MULTIPROCESS in os.environ else REGISTRY)


def _of_all_workers() -> CollectorRegistry:
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
