"""What a running aptas says of itself: logs, and whether its loops make progress."""

import logging
import sys
import time
from typing import Any

import structlog

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
