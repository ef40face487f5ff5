"""The wall's tables and the code are the same: every row is seen to happen, and nothing happens without a row."""

import random
from typing import Any

from aptas.kernel.messages import APTAS, COMPENSATION, DefectFact, Facts, Id, Rejection

from .rows import ROWS, Row, row_of
from .wishes import WISHES
from .world import World

DEFECT = Id(7)
WALKS = 1_500
VISIT = ("Depart", "AcceptVisit", "ProposeVisit", "ApproveDefect")
MOODS: tuple[tuple[str, ...], ...] = (
    (),
    ("ConfirmRepair", "CompleteRepair", *VISIT),
    ("RequestCancellation", "AskAgain", "AskContractorAgain", "ReportFailedVisit", *VISIT),
    ("AskAgain", "AskContractorAgain", "CounterProposeVisit", *VISIT),
)
"""What people are bent on, in any order; all else is chosen freely."""


def is_granted(answer: Facts | Rejection) -> bool:
    """Neither refused nor without effect."""
    return not isinstance(answer, Rejection) and bool(answer)


def watched(seen: set[Row]) -> World:
    """A world with one defect whose every change is put down as a row."""

    def witness(room: str, fact: DefectFact | None, name: str, before: Any, after: Any, said: Facts) -> None:
        if row := row_of(room, fact, name, before, after, said):
            seen.add(row)

    world = World(witness=witness)
    world.wish("RegisterDefect", DEFECT)
    return world


def one_walk(seed: int, seen: set[Row]) -> None:
    """Sixty steps of people in one of four moods."""
    chance = random.Random(seed)
    world = watched(seen)
    bent_on = MOODS[seed % len(MOODS)]
    carries = chance.choice((0.3, 0.5, 0.8))
    for _ in range(60):
        steps = list(world.in_flight())
        if steps and chance.random() < carries:
            world.take(chance.choice(steps))
        elif chance.random() < 0.7:
            any(is_granted(world.wish(name, DEFECT)) for name in chance.sample(bent_on, len(bent_on)))
        else:
            world.wish(chance.choice([name for name in WISHES if name != "RegisterDefect"]), DEFECT)


def carry(world: World, consumer: str, topic: str, messages: int = 1) -> None:
    """Publish what is waiting, then let one consumer have the next messages of one topic, if there are any."""
    for place, kept in world.outbox.items():
        for _ in kept:
            world.relay(*place)
    for _ in range(min(messages, world.waiting(consumer, topic, DEFECT))):
        world.deliver(consumer, topic, DEFECT)


def an_impatient_story(seen: set[Row]) -> None:
    """Asked six times over while the contractor, once on its way, fails, agrees anew and hands it back."""
    world = watched(seen)
    world.settle()
    for name in ("ApproveDefect", "ProposeVisit", "AcceptVisit"):
        world.wish(name, DEFECT)
        world.settle()
    world.wish("Depart", DEFECT)
    world.wish("RequestCancellation", DEFECT)
    carry(world, "management", APTAS, messages=2)
    for _ in range(6):
        world.wish("AskAgain", DEFECT)
        world.wish("AskContractorAgain", DEFECT)
    carry(world, "contractor", COMPENSATION)
    carry(world, "management", COMPENSATION, messages=99)
    steps = ("ReportFailedVisit", "ProposeVisit", "CounterProposeVisit", "ProposeVisit", "AcceptVisit")
    for name in (*steps, "DeclineWorkOrder"):
        world.wish(name, DEFECT)
        carry(world, "contractor", COMPENSATION)
        carry(world, "management", APTAS)
    world.wish("AskAgain", DEFECT)
    carry(world, "management", APTAS, messages=99)
    world.settle()


def test_every_row_of_the_wall_happens_and_nothing_happens_without_one() -> None:
    seen: set[Row] = set()
    an_impatient_story(seen)
    for seed in range(WALKS):
        one_walk(seed, seen)
    assert not ROWS - seen, "rows that no walk came through"
    assert not seen - ROWS, "things that happened without a row"
