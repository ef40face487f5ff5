"""Residents, office and contractors: they ask for anything, and ask again with the same key when unanswered."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from aptas.contractor import commands as contractor
from aptas.contractor.events import Slot
from aptas.contractor.room import WORK_ORDERS
from aptas.kernel.messages import Command, Id, Rejection
from aptas.management import commands as management
from aptas.management.room import CASES
from aptas.messaging.asks import Ask, Done, Repeatable
from aptas.messaging.batch import Refusal
from aptas.registration import commands as registration
from aptas.registration.room import CLAIMS
from tests.saga.wishes import WISHES

from .replicas import Replica

COMPANIES = (Id(31), Id(32))
STREAMS = {"registration": CLAIMS, "management": CASES, "contractor": WORK_ORDERS}
ONWARD = ("ConfirmRepair", "CompleteRepair", "Depart", "AcceptVisit", "ProposeVisit", "ApproveDefect")
SIDEWAYS = {"ReportFailedVisit": 0.5, "CounterProposeVisit": 0.1}
"""What fits so seldom that chance alone hardly ever comes upon it, and in what share of the cases it goes first."""
ANY_WISH = [name for name in WISHES if name != "RegisterDefect"]
MOST_DEFECTS = 4


@dataclass
class Wish:
    """One wish of one person, and every time it was put. `event_ids`: how it was granted, each time told."""

    name: str
    context: str
    ask: Ask
    put: "list[asyncio.Task[Done[Any]]]" = field(default_factory=list)
    is_answered: bool = False
    event_ids: list[str | None] = field(default_factory=list)


class People:
    """Everybody. `made`: the facts of granted wishes, by type, counted once for each time they were decided."""

    def __init__(self, chance: Random) -> None:
        self.wishes: list[Wish] = []
        self.defects: list[Id] = []
        self.made: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.asked_of: dict[asyncio.Task[Done[Any]], Replica] = {}
        self._chance = chance

    def open_wishes(self) -> list[Wish]:
        """Those that nobody has answered."""
        return [wish for wish in self.wishes if not wish.is_answered]

    def is_content(self) -> bool:
        """Everybody was answered, and nothing is being decided any more."""
        return not any(wish.put or not wish.is_answered for wish in self.wishes)

    def enrol(self, at: datetime) -> list[Wish]:
        """Two companies take up work."""
        return [
            self._wish(
                "EnrolContractor",
                "contractor",
                contractor.EnrolContractor(
                    at=at, contractor_id=each, name=f"시공사 {each}", trades=("tile", "plumbing")
                ),
            )
            for each in COMPANIES
        ]

    def wish_something(self, at: datetime, state_of: dict[tuple[str, Id], Any]) -> Wish:
        """Any command of the wall about any defect; more often one that carries a repair on."""
        chance = self._chance
        if not self.defects or (len(self.defects) < MOST_DEFECTS and chance.random() < 0.15):
            return self._register(at)
        defect = chance.choice(self.defects)
        names = chance.sample(ANY_WISH, k=4)
        if chance.random() < 0.85:
            aside = [name for name, share in SIDEWAYS.items() if chance.random() < share]
            names = [*aside, *ONWARD, *names]
        built = [self._build(name, defect, at, state_of) for name in names]
        offered = (wish for wish in built if _is_allowed(wish, state_of.get((wish[1], defect))))
        likely = next(offered, built[-1]) if chance.random() < 0.9 else built[-1]
        return self._wish(*likely)

    def _build(
        self, name: str, defect: Id, at: datetime, state_of: dict[tuple[str, Id], Any]
    ) -> tuple[str, str, Command]:
        context, build = WISHES[name]
        return name, context, self._command(name, build, defect, at, state_of.get((context, defect)))

    def _register(self, at: datetime) -> Wish:
        number = len(self.defects) + 1
        defect = Id(1_000_000 + number)
        self.defects.append(defect)
        command = registration.RegisterDefect(
            at=at,
            defect_id=defect,
            receipt_no=f"0000-{number:04}",
            defect_type=self._chance.choice(("toilet-tile", "floor-drain")),
            address="101동 1203호",
        )
        return self._wish("RegisterDefect", "registration", command)

    def _command(self, name: str, build: Any, defect: Id, at: datetime, state: Any) -> Command:
        if name == "ApproveDefect":
            whom = self._chance.choice(COMPANIES)
            seen = management.Candidate(contractor_id=whom, name="", trades=("tile",))
            return management.ApproveDefect(at=at, defect_id=defect, contractor_id=whom, contractor=seen)
        if name in ("ProposeVisit", "CounterProposeVisit"):
            propose = getattr(contractor, name)
            start = (at + timedelta(days=self._chance.randint(1, 3))).replace(
                minute=0, second=0, microsecond=0
            )
            slot = Slot(start=start, end=start + timedelta(hours=1))
            return propose(at=at, defect_id=defect, slots=(slot,))  # type: ignore[no-any-return]
        return build(defect, at, state)  # type: ignore[no-any-return]

    def _wish(self, name: str, context: str, command: Command) -> Wish:
        key = f"key-{len(self.wishes)}"
        ask = Ask(
            command=command,
            traceparent=f"00-{len(self.wishes):032x}-{1:016x}-01",
            repeatable=Repeatable(key=key, fingerprint=key),
        )
        wish = Wish(name=name, context=context, ask=ask)
        self.wishes.append(wish)
        return wish

    def put(self, wish: Wish, replica: Replica) -> None:
        """Ask; the answer comes when the dispatcher takes its turn."""
        task = asyncio.create_task(replica.dispatcher(wish.context).ask(wish.ask))
        self.asked_of[task] = replica
        wish.put.append(task)

    def hear_answers(self, is_lost: Callable[[], bool]) -> list[str]:
        """What has been answered meanwhile; an answer that is lost on the way leaves the person asking."""
        told = []
        for wish in self.wishes:
            for task in [task for task in wish.put if task.done()]:
                wish.put.remove(task)
                if not task.cancelled():
                    told.append(self._hear(wish, task, is_lost()))
        return told

    def _hear(self, wish: Wish, task: "asyncio.Task[Done[Any]]", is_lost: bool) -> str:
        problem = task.exception()
        if problem is None:
            done = task.result()
            wish.event_ids.append(done.event_id)
            self.made.update(type(fact).__name__ for fact in done.facts)
            answer = "replayed" if done.is_replay else "granted"
        elif isinstance(problem, Refusal):
            answer = f"refused by {problem.rejection.law}"
        else:
            answer, is_lost = type(problem).__name__, True
        wish.is_answered = wish.is_answered or not is_lost
        self.answers[answer.partition(" ")[0]] += 1
        return f"{wish.name} {answer}{' (lost)' if is_lost else ''}"


def _is_allowed(wish: tuple[str, str, Command], state: Any) -> bool:
    """Whether the person who looks at this state is offered it."""
    _, context, command = wish
    return state is not None and not isinstance(STREAMS[context].decide(state, command), Rejection)
