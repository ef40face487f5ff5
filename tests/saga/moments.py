"""What an exploration moves among: its scope, global states as small numbers, and what it came to."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from . import wall
from .wishes import WISHES

Numbers = tuple[int, ...]
GIVEN = (-1, -1)
"""The one message that comes twice has come twice."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is let happen.

    `in_flight`: people wish only while fewer deliveries than this are outstanding. `twice`: one delivery,
    whichever, comes once more at any later time; without the `inbox` it is handled once more.
    """

    name: str
    defects: int = 1
    attempts: int = 2
    assignments: int = 2
    asked: int = 2
    in_flight: int = 8
    wishes: tuple[str, ...] = tuple(
        name for name in WISHES if name not in ("RegisterDefect", "IdentifyDefect")
    )
    mypage_lags: bool = False
    parkings: int = 0
    twice: bool = False
    inbox: bool = True
    most_states: int = 10_000_000


class Moment(NamedTuple):
    """A global state: cells[defect * 4 + room], queues[consumer * 2 + topic] of facts, outcomes by attempt.

    lots[consumer * defects + defect]; a copy stands there as ~fact. spare: what is to come once more, or GIVEN.
    """

    cells: Numbers
    queues: tuple[Numbers, ...]
    lots: tuple[Numbers, ...]
    outcomes: Numbers
    parkings: int = 0
    spare: tuple[int, int] | None = None


class Numbered:
    """Things by small numbers, the same number for what is equal."""

    def __init__(self) -> None:
        self.things: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def __call__(self, thing: Any) -> int:
        number = self._numbers.setdefault(thing, len(self.things))
        if number == len(self.things):
            self.things.append(thing)
        return number


@dataclass(frozen=True, kw_only=True)
class Found:
    """What an exploration came to. `trace`: the shortest way to what was broken, if something was."""

    states: int
    steps: int
    at_rest: int
    complete: bool
    broken: wall.Broken | None = None
    trace: tuple[str, ...] = ()
