"""What the rooms say to each other.

A wish (command) is decided upon; the answer is facts or a Rejection, never an exception. A fact that has a
topic travels on the bus; one without is stored and folded in its own room only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, Literal, NewType, TypeVar

APTAS = "aptas"
COMPENSATION = "compensation-events"
TOPICS = (APTAS, COMPENSATION)

Id = NewType("Id", int)
"""A 63-bit time-ordered integer; a decimal string on every wire (JSON numbers end at 2^53)."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A wish. `at` is the moment it is decided for, timezone-aware."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened. `topic` None: nobody else needs to know."""

    topic: ClassVar[str | None] = None
    key: ClassVar[str] = "defect_id"


@dataclass(frozen=True, kw_only=True)
class DefectFact(Fact):
    """A fact about one defect, numbered as the wall numbers it."""

    defect_id: Id
    attempt: int = 1
    assignment: int = 0


F = TypeVar("F", bound=Fact, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Heard(Generic[F]):
    """A fact of another room as it arrived: what a policy or a projection is given."""

    fact: F
    source: str
    topic: str
    sequence: int
    event_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """A cancellation that waits for its answer: when it was last asked for, and how often so far."""

    asked_at: datetime
    asked: int


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """A wish refused: by which law, and what the person may do instead, in both languages.

    `cancellation`: the one that stands in the way.
    """

    law: str
    ko: str
    en: str
    kind: Literal["forbidden", "invalid", "missing"] = "forbidden"
    cancellation: UnderWay | None = None


Facts = tuple[Fact, ...]
Decision = Facts | Rejection
NOTHING: Facts = ()
