"""What can be seen of a running aptas: metrics, logs, and whether its loops make progress."""

import logging
import os
import sys
import time
from typing import Any, Final

import structlog
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
PROJECTION_DELAY = Histogram(
    "aptas_projection_delay_seconds", "From the fact to the page that shows it", buckets=_FAST
)

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
"""Where the workers of one process leave their counts for each other; prometheus_client's own name."""
log = structlog.get_logger("aptas")


_LINE: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
)
_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)


def configure_logs() -> None:
    """JSON lines on standard error: time, level, event, and what is named. No personal data is ever passed.

    What libraries say by way of `logging` comes in the same form, from warnings on.
    """
    structlog.configure(
        processors=[*_LINE, _JSON],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    others = logging.StreamHandler(sys.stderr)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=[remove, _JSON], foreign_pre_chain=_LINE)
    )
    logging.basicConfig(level=logging.WARNING, handlers=[others], force=True)
    logging.getLogger("asyncmy").setLevel(logging.ERROR)  # it passes on the server's notes as warnings


class Seldom:
    """A warning that would come with every request is said once in a while, with how often it was meant."""

    def __init__(self, event: str, seconds: float = 10) -> None:
        self._event = event
        self._seconds = seconds
        self._times = 0
        self._next = 0.0

    def say(self, **named: Any) -> None:
        """Say it, unless it was just said."""
        self._times += 1
        if time.monotonic() >= self._next:
            log.warning(self._event, times=self._times, **named)
            self._times, self._next = 0, time.monotonic() + self._seconds


class Progress:
    """A loop's heartbeat: liveness is progress, not an open port and not a database that is up."""

    def __init__(self, name: str, allowed_seconds: float = 30) -> None:
        self.name = name
        self._allowed = allowed_seconds
        self._last = time.monotonic()

    def made(self) -> None:
        """The loop came round."""
        self._last = time.monotonic()

    @property
    def is_stalled(self) -> bool:
        """It has not come round for longer than it may."""
        return time.monotonic() - self._last > self._allowed


def metrics_page() -> bytes:
    """All metrics of this process, and of the workers beside it, in Prometheus' text format."""
    from prometheus_client import generate_latest

    return generate_latest(_of_all_workers() if MULTIPROCESS in os.environ else REGISTRY)


def _of_all_workers() -> CollectorRegistry:
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
