"""Every reachable state of a small house, breadth first.

Rooms are pure, so each (state, message) is decided once and remembered; a global state is a tuple of small
numbers. What is left out, and why that loses nothing:
- relays publish at once: rooms speak to each other by the topics only, so a fact published late is a fact
  decided late;
- a message given twice: the inbox drops it by its sequence, which is to stay where one is. `twice` switches the
  inbox off and hands one message over once more, to show what would happen;
- times, sequences, event ids and mypage's timeline: no decision reads them. The clock stands still.
mypage reads either at once, or (`mypage_lags`) at its own pace, each topic by itself.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from aptas.kernel.messages import TOPICS, Heard, Id, Rejection

from . import wall
from .switchboards import GALLERY, HOUSE, House
from .wishes import MORNING, WISHES
from .world import CONSUMERS

ROOM_INDEX = {name: place for place, name in enumerate(CONSUMERS)}
PAGE = ROOM_INDEX[GALLERY]
OUTCOMES = {"cancelled": 1, "refused": 2, "completed": 4}
Numbers = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is let happen. `in_flight`: people wish only while fewer deliveries than this are outstanding."""

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
    most_states: int = 10_000_000


class Moment(NamedTuple):
    """A global state: cells[defect * 4 + room], queues[consumer * 2 + topic] of facts, outcomes by attempt."""

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


class Explorer:
    """One exploration of one house."""

    def __init__(self, scope: Scope, house: House = HOUSE) -> None:
        self.scope, self.house = scope, house
        self.states, self.facts = Numbered(), Numbered()
        self._reactions: dict[tuple[int, int, int], tuple[int, Numbers]] = {}
        self._wished: dict[tuple[str, int, int], tuple[int, Numbers] | None] = {}
        self._listeners: dict[int, Numbers] = {}
        self._fine: set[Numbers] = set()
        self._fine_at_rest: set[Numbers] = set()
        self.defects = [Id(7 + place) for place in range(scope.defects)]
        self.states(None)

    def beginning(self) -> Moment:
        """Every defect registered, nothing delivered."""
        moment = Moment(
            cells=(0,) * 4 * self.scope.defects,
            queues=((),) * 2 * len(CONSUMERS),
            lots=((),) * len(CONSUMERS) * self.scope.defects,
            outcomes=(0,) * self.scope.attempts * self.scope.defects,
            parkings=self.scope.parkings,
        )
        for defect in range(self.scope.defects):
            answer = self._wish("RegisterDefect", defect, 0)
            assert answer is not None
            moment = self._say(moment, defect, 0, *answer)
        return moment

    def _wish(self, name: str, defect: int, state: int) -> tuple[int, Numbers] | None:
        key = name, defect, state
        if key not in self._wished:
            room, build = WISHES[name]
            command = build(self.defects[defect], MORNING, self.states.things[state])
            answer = self.house.ask(room, self.states.things[state], command)
            self._wished[key] = (
                None
                if isinstance(answer, Rejection) or not answer[1]
                else (self.states(answer[0]), tuple(map(self.facts, answer[1])))
            )
        return self._wished[key]

    def _react(self, consumer: int, state: int, fact: int) -> tuple[int, Numbers]:
        key = consumer, state, fact
        if key not in self._reactions:
            it = self.facts.things[fact]
            source = type(it).__module__.split(".")[1]
            news = Heard(fact=it, source=source, topic=it.topic, sequence=1, event_id="", at=MORNING)
            after, said = self.house.hear(CONSUMERS[consumer], self.states.things[state], news)
            if consumer == PAGE:
                after = replace(after, timeline=())
            self._reactions[key] = self.states(after), tuple(map(self.facts, said))
        return self._reactions[key]

    def _listening(self, fact: int) -> Numbers:
        if fact not in self._listeners:
            it = self.facts.things[fact]
            self._listeners[fact] = tuple(
                place for place, name in enumerate(CONSUMERS) if it.topic and self.house.listens(name, it)
            )
        return self._listeners[fact]

    def _say(self, moment: Moment, defect: int, room: int, state: int, said: Numbers) -> Moment:
        """The room's new state, and its facts on the bus."""
        cells, queues, outcomes = list(moment.cells), moment.queues, moment.outcomes
        cells[defect * 4 + room] = state
        for fact in said:
            it = self.facts.things[fact]
            if outcome := wall.outcome_of(it):
                changed, place = list(outcomes), defect * self.scope.attempts + it.attempt - 1
                changed[place] |= OUTCOMES[outcome]
                outcomes = tuple(changed)
            for consumer in self._listening(fact):
                if consumer == PAGE and not self.scope.mypage_lags:
                    cells[defect * 4 + PAGE] = self._react(PAGE, cells[defect * 4 + PAGE], fact)[0]
                    continue
                filled, place = list(queues), consumer * 2 + TOPICS.index(it.topic)
                filled[place] = (*filled[place], fact)
                queues = tuple(filled)
        return moment._replace(cells=tuple(cells), queues=queues, outcomes=outcomes)

    def _defect_of(self, fact: int) -> int:
        return int(self.facts.things[fact].defect_id) - 7

    def _hear(self, moment: Moment, consumer: int, fact: int) -> Moment:
        defect = self._defect_of(fact)
        answer = self._react(consumer, moment.cells[defect * 4 + consumer], fact)
        return self._say(moment, defect, consumer, *answer)

    def steps(self, moment: Moment) -> Iterator[tuple[str, Moment]]:
        """All that could happen next."""
        outstanding = sum(map(len, moment.queues)) + sum(map(len, moment.lots))
        yield from self._deliveries(moment)
        yield from self._redrives(moment)
        if moment.spare and moment.spare[0] >= 0:
            consumer, fact = moment.spare
            yield (
                f"again {CONSUMERS[consumer]} {self._name(fact)}",
                self._hear(moment._replace(spare=(-1, -1)), consumer, fact),
            )
        if outstanding < self.scope.in_flight:
            yield from self._wishes(moment)

    def _name(self, fact: int) -> str:
        it = self.facts.things[fact]
        return f"{type(it).__name__}({it.defect_id}, {it.attempt}, {it.assignment})"

    def _deliveries(self, moment: Moment) -> Iterator[tuple[str, Moment]]:
        for place, queue in enumerate(moment.queues):
            if not queue:
                continue
            consumer, fact = place // 2, queue[0]
            emptied = (*moment.queues[:place], queue[1:], *moment.queues[place + 1 :])
            rest = moment._replace(queues=emptied)
            lot = consumer * self.scope.defects + self._defect_of(fact)
            told = f"{CONSUMERS[consumer]} hears {self._name(fact)}"
            if moment.lots[lot]:
                yield f"{told} (waits)", self._parked(rest, lot, fact)
                continue
            heard = self._hear(rest, consumer, fact)
            yield told, heard
            if self.scope.twice and moment.spare is None:
                yield f"{told} (kept)", heard._replace(spare=(consumer, fact))
            if moment.parkings:
                yield f"{told} (parked)", self._parked(rest, lot, fact)._replace(parkings=moment.parkings - 1)

    def _parked(self, moment: Moment, lot: int, fact: int) -> Moment:
        kept = (*moment.lots[:lot], (*moment.lots[lot], fact), *moment.lots[lot + 1 :])
        return moment._replace(lots=kept)

    def _redrives(self, moment: Moment) -> Iterator[tuple[str, Moment]]:
        for lot, kept in enumerate(moment.lots):
            if kept:
                lots = (*moment.lots[:lot], kept[1:], *moment.lots[lot + 1 :])
                consumer = lot // self.scope.defects
                told = f"{CONSUMERS[consumer]} is redriven {self._name(kept[0])}"
                yield told, self._hear(moment._replace(lots=lots), consumer, kept[0])

    def _wishes(self, moment: Moment) -> Iterator[tuple[str, Moment]]:
        for defect in range(self.scope.defects):
            for name in self.scope.wishes:
                room = ROOM_INDEX[WISHES[name][0]]
                state = moment.cells[defect * 4 + room]
                if self._is_out_of_scope(name, self.states.things[state]):
                    continue
                if answer := self._wish(name, defect, state):
                    yield f"{name} {self.defects[defect]}", self._say(moment, defect, room, *answer)

    def _is_out_of_scope(self, name: str, state: Any) -> bool:
        if state is None:
            return True
        beyond: dict[str, Callable[[], bool]] = {
            "ReopenDefect": lambda: state.attempt >= self.scope.attempts,
            "ApproveDefect": lambda: state.latest.assignment >= self.scope.assignments,
            "AskAgain": lambda: state.asked >= self.scope.asked,
            "AskContractorAgain": lambda: state.latest.asked >= self.scope.asked,
        }
        return name in beyond and beyond[name]()

    def check(self, moment: Moment) -> bool:
        """Raises Broken; whether nothing is in flight."""
        for outcomes in moment.outcomes:
            said = [name for name, bit in OUTCOMES.items() if outcomes & bit]
            if promise := wall.contradiction(said):
                raise wall.Broken(promise, str(said))
        at_rest = not any(moment.queues) and not any(moment.lots)
        for defect in range(self.scope.defects):
            cells = moment.cells[defect * 4 : defect * 4 + 4]
            held = [self.states.things[cell] for cell in cells]
            if cells not in self._fine:
                wall.never_both_cancelled_and_completed(*held[:3])
                self._fine.add(cells)
            if at_rest and cells not in self._fine_at_rest:
                wall.rooms_agree(*held)
                self._fine_at_rest.add(cells)
        return at_rest

    def explore(self) -> Found:
        """Breadth first, until all is seen or something is broken."""
        first = self.beginning()
        came_from: dict[Moment, tuple[Moment, str] | None] = {first: None}
        frontier = deque([first])
        steps = resting = 0
        while frontier:
            moment = frontier.popleft()
            try:
                resting += self.check(moment)
            except wall.Broken as broken:
                trace = self._way_to(moment, came_from)
                return Found(
                    states=len(came_from),
                    steps=steps,
                    at_rest=resting,
                    complete=False,
                    broken=broken,
                    trace=trace,
                )
            if len(came_from) >= self.scope.most_states:
                continue
            for told, after in self.steps(moment):
                steps += 1
                if after not in came_from:
                    came_from[after] = (moment, told)
                    frontier.append(after)
        complete = len(came_from) < self.scope.most_states
        return Found(states=len(came_from), steps=steps, at_rest=resting, complete=complete)

    def _way_to(self, moment: Moment, came_from: dict[Moment, tuple[Moment, str] | None]) -> tuple[str, ...]:
        told: list[str] = []
        while step := came_from[moment]:
            moment, name = step
            told.append(name)
        return tuple(reversed(told))
