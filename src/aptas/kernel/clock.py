"""Time as an argument: rooms are told what time it is, they never look."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], datetime]

KST = timezone(timedelta(hours=9), "KST")
"""Korea has had no daylight saving since 1988: a fixed offset needs no time zone database."""


def system_clock() -> datetime:
    """Now, in UTC, to the millisecond, as the wire carries it."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def korean_date(moment: datetime) -> date:
    """The calendar day a moment falls on in Korea: the statute counts calendar days."""
    return moment.astimezone(KST).date()


def korean_minute(moment: datetime) -> str:
    """`2026-03-10 10:00`: the moment in Korea's time, to be read in either language."""
    return f"{moment.astimezone(KST):%Y-%m-%d %H:%M}"


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return int(moment.timestamp() * 1000 + 0.5)


def from_ms(ms: int) -> datetime:
    """The moment `ms` milliseconds after 1970, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)
