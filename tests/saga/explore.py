"""Every reachable state of a small house, breadth first.

Rooms are pure, so each (state, message) is decided once and remembered; a global state is a tuple of small
numbers. What is left out, and why that loses nothing:
- relays publish at once: rooms speak to each other by the topics only, so a fact published late is a fact
  decided late;
- a message given twice (`twice`): its original was applied, or stands parked before it, so that the inbox drops it
  by its sequence. The inbox is that rule here, not its code; without it (`inbox`) one sees what would happen;
- times, sequences, event ids and mypage's timeline: no decision reads them. The clock stands still.
mypage reads either at once, or (`mypage_lags`) at its own pace, each topic by itself.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from aptas.kernel.messages import TOPICS, Heard, Id, Rejection

from . import wall
from .moments import GIVEN, Found, Moment, Numbered, Numbers, Scope
from .switchboards import GALLERY, HOUSE, House
from .wishes import MORNING, WISHES
from .world import CONSUMERS

ROOM_INDEX = {name: place for place, name in enumerate(CONSUMERS)}
PAGE = ROOM_INDEX[GALLERY]
OUTCOMES = {"cancelled": 1, "refused": 2, "completed": 4}


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
        self.came_from: dict[Moment, tuple[Moment, str] | None] = {}
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

    def defect_of(self, fact: int) -> int:
        """Which of the scope's defects it is about."""
        return self.defects.index(self.facts.things[fact].defect_id)

    def _hear(self, moment: Moment, consumer: int, fact: int) -> Moment:
        defect = self.defect_of(fact)
        answer = self._react(consumer, moment.cells[defect * 4 + consumer], fact)
        return self._say(moment, defect, consumer, *answer)

    def steps(self, moment: Moment) -> Iterator[tuple[str, Moment]]:
        """All that could happen next."""
        outstanding = sum(map(len, moment.queues)) + sum(map(len, moment.lots))
        yield from self._deliveries(moment)
        yield from self._redrives(moment)
        if moment.spare not in (None, GIVEN):
            yield self._again(moment)
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
            lot = consumer * self.scope.defects + self.defect_of(fact)
            told = f"{CONSUMERS[consumer]} hears {self._name(fact)}"
            for how, after in self._delivered(rest, consumer, lot, fact):
                yield told + how, after
                if self.scope.twice and moment.spare is None:
                    yield f"{told}{how} (kept)", after._replace(spare=(consumer, fact))

    def _delivered(self, moment: Moment, consumer: int, lot: int, fact: int) -> Iterator[tuple[str, Moment]]:
        if moment.lots[lot]:
            yield " (waits)", self._parked(moment, lot, fact)
            return
        yield "", self._hear(moment, consumer, fact)
        if moment.parkings:
            yield " (parked)", self._parked(moment, lot, fact)._replace(parkings=moment.parkings - 1)

    def _again(self, moment: Moment) -> tuple[str, Moment]:
        """The copy comes: behind what is parked of its key, or to where its original was applied."""
        assert moment.spare is not None
        consumer, fact = moment.spare
        lot = consumer * self.scope.defects + self.defect_of(fact)
        told, given = f"{CONSUMERS[consumer]} again {self._name(fact)}", moment._replace(spare=GIVEN)
        if moment.lots[lot]:
            return f"{told} (waits)", self._parked(given, lot, ~fact)
        return told, self._copied(given, consumer, fact)

    def _copied(self, moment: Moment, consumer: int, fact: int) -> Moment:
        return moment if self.scope.inbox else self._hear(moment, consumer, fact)

    def _parked(self, moment: Moment, lot: int, fact: int) -> Moment:
        kept = (*moment.lots[:lot], (*moment.lots[lot], fact), *moment.lots[lot + 1 :])
        return moment._replace(lots=kept)

    def _redrives(self, moment: Moment) -> Iterator[tuple[str, Moment]]:
        for lot, kept in enumerate(moment.lots):
            if kept:
                lots = (*moment.lots[:lot], kept[1:], *moment.lots[lot + 1 :])
                consumer, fact = lot // self.scope.defects, kept[0]
                told = f"{CONSUMERS[consumer]} is redriven {self._name(max(fact, ~fact))}"
                rest = moment._replace(lots=lots)
                again = fact < 0
                yield told, self._copied(rest, consumer, ~fact) if again else self._hear(rest, consumer, fact)

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
        came_from = self.came_from = {first: None}
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
