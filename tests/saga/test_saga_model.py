"""Whatever people wish for and however the pipes misbehave, the house keeps its promises (Hypothesis).

APTAS_SAGA_EXAMPLES=2000 (then 100 steps each) for the long run; 200 of 60 steps otherwise.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from aptas.kernel.messages import TOPICS, Id, Rejection

from . import wall
from .wishes import WISHES
from .world import CONSUMERS, Pipes, World

EXAMPLES = int(os.environ.get("APTAS_SAGA_EXAMPLES", "200"))
STEPS = 60 if EXAMPLES <= 200 else 100
MOST_DEFECTS = 2
WHICH = st.integers(0, MOST_DEFECTS - 1)
LATER_WISHES = [name for name in WISHES if name != "RegisterDefect"]
ROOM_OF_WORK = [
    *("ProposeVisit", "AcceptVisit", "Depart", "CompleteRepair", "ApproveDefect", "RequestCancellation")
]
"""Drawn twice as often: without them few repairs get far."""


class TheHouse(RuleBasedStateMachine):
    """Two defects at most, every fault of the pipes, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(pipes=Pipes(by_wire=True))
        self.checked = -1

    def defect(self, which: int) -> Id:
        return self.world.defects[which % len(self.world.defects)]

    @precondition(lambda self: len(self.world.defects) < MOST_DEFECTS)
    @rule()
    def somebody_registers(self) -> None:
        answer = self.world.wish("RegisterDefect", Id(7 + len(self.world.defects)))
        assert not isinstance(answer, Rejection)

    @precondition(lambda self: self.world.defects)
    @rule(name=st.sampled_from([*LATER_WISHES, *ROOM_OF_WORK]), which=WHICH)
    def somebody_wishes(self, name: str, which: int) -> None:
        before = dict(self.world.desks)
        if isinstance(self.world.wish(name, self.defect(which)), Rejection):
            assert self.world.desks == before

    @precondition(lambda self: self.world.defects)
    @rule(which=WHICH)
    def a_repair_goes_on(self, which: int) -> None:
        """The next step of an ordinary repair, whatever that is."""
        for name in ("CompleteRepair", "Depart", "AcceptVisit", "ProposeVisit", "ApproveDefect"):
            if not isinstance(self.world.wish(name, self.defect(which)), Rejection):
                return

    @precondition(lambda self: any(self.world.in_flight()))
    @rule(data=st.data(), steps=st.integers(1, 6))
    def the_pipes_carry(self, data: st.DataObject, steps: int) -> None:
        """A few steps of relays and consumers, each chosen freely: topics overtake each other."""
        for _ in range(steps):
            if possible := list(self.world.in_flight()):
                self.world.take(possible[data.draw(st.integers(0, len(possible) - 1))])

    @precondition(lambda self: any(self.world.outbox.values()))
    @rule(which=st.integers(0, 5))
    def a_relay_dies_before_marking(self, which: int) -> None:
        places = [place for place, kept in self.world.outbox.items() if kept]
        self.world.relay(*places[which % len(places)], dies_before_marking=True)

    @precondition(lambda self: any(self.world.offsets.values()))
    @rule(which=st.integers(0, 15), back=st.integers(0, 30))
    def an_older_message_comes_again(self, which: int, back: int) -> None:
        places = [place for place, offset in self.world.offsets.items() if offset]
        consumer, topic, defect = places[which % len(places)]
        before = dict(self.world.desks)
        offset = self.world.offsets[consumer, topic, defect]
        self.world.redeliver(consumer, topic, defect, back % offset)
        assert self.world.desks == before

    @rule(consumer=st.sampled_from(CONSUMERS))
    def a_consumer_is_wound_back(self, consumer: str) -> None:
        self.world.rewind(consumer)

    @precondition(lambda self: self.world.defects)
    @rule(consumer=st.sampled_from(CONSUMERS), topic=st.sampled_from(TOPICS), which=WHICH)
    def a_message_is_parked(self, consumer: str, topic: str, which: int) -> None:
        defect = self.defect(which)
        if self.world.waiting(consumer, topic, defect) > 0:
            self.world.deliver(consumer, topic, defect, fails=True)

    @rule()
    def the_faults_stop_for_a_while(self) -> None:
        self.world.settle()
        wall.holds_at_rest(self.world)

    @invariant()
    def promises_hold_at_every_moment(self) -> None:
        spoken = sum(map(len, self.world.said.values()))
        if spoken != self.checked:
            self.checked = spoken
            wall.holds_at_every_moment(self.world)

    def teardown(self) -> None:
        """The faults stop, then both rooms ask again about whatever is still open, until all is quiet."""
        self.world.settle()
        wall.holds_at_rest(self.world)
        for defect in self.world.defects:
            asked_again = [self.world.wish(name, defect) for name in ("AskAgain", "AskContractorAgain")]
            assert asked_again == [(), ()], "nothing is left unanswered"


TestTheHouse = TheHouse.TestCase
TestTheHouse.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=EXAMPLES <= 200,
    suppress_health_check=list(HealthCheck),
)
