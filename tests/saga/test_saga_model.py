"""Whatever people wish for and however the pipes misbehave, the house keeps its promises (Hypothesis).

APTAS_SAGA_EXAMPLES=2000 (then 100 steps each) for the long run; 200 of 60 steps otherwise.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aptas.kernel.messages import TOPICS, Id, Rejection

from . import wall
from .wishes import WISHES
from .world import CONSUMERS, Pipes, World

EXAMPLES = int(os.environ.get("APTAS_SAGA_EXAMPLES", "200"))
STEPS = 60 if EXAMPLES <= 200 else 100
MOST_DEFECTS = 2
WHICH = st.integers(0, MOST_DEFECTS - 1)
ONWARD = ("CompleteRepair", "Depart", "AcceptVisit", "ProposeVisit", "ApproveDefect")
"""An ordinary repair, the last step first."""
ANY_WISH = [*ONWARD, *(name for name in WISHES if name not in ("RegisterDefect", *ONWARD))]


class TheHouse(RuleBasedStateMachine):
    """Two defects at most, every fault of the pipes, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(pipes=Pipes(by_wire=True))
        self.checked = -1

    def defect(self, which: int) -> Id:
        return self.world.defects[which % len(self.world.defects)]

    @initialize(defects=st.integers(1, MOST_DEFECTS))
    def residents_register(self, defects: int) -> None:
        for which in range(defects):
            assert not isinstance(self.world.wish("RegisterDefect", Id(7 + which)), Rejection)

    def wishes(self, name: str, which: int) -> bool:
        """Whether it was granted; refused, it changed nothing."""
        before = dict(self.world.desks)
        refused = isinstance(self.world.wish(name, self.defect(which)), Rejection)
        assert not refused or self.world.desks == before
        return not refused

    @rule(turns=st.lists(st.tuples(WHICH, st.integers(0, 127)), min_size=8, max_size=30))
    def life_goes_on(self, turns: list[tuple[int, int]]) -> None:
        """People wish, relays and consumers carry, each step chosen freely: topics overtake each other."""
        for which, turn in turns:
            possible = list(self.world.in_flight())
            if possible and turn % 2:
                self.world.take(possible[turn // 2 % len(possible)])
            else:
                self.wishes(ANY_WISH[turn // 2 % len(ANY_WISH)], which)
            self.promises_hold_at_every_moment()

    @rule(which=WHICH, steps=st.integers(1, 8))
    def a_repair_goes_on(self, which: int, steps: int) -> None:
        """The next steps of an ordinary repair, with no delay between office and contractor."""
        for _ in range(steps):
            if not any(self.wishes(name, which) for name in ONWARD):
                self.a_room_catches_up("management")
                self.a_room_catches_up("contractor")

    @rule(consumer=st.sampled_from(CONSUMERS))
    def a_room_catches_up(self, consumer: str) -> None:
        """All of the outboxes is published, and one consumer reads all of it while the others lag."""
        while steps := [step for step in self.world.in_flight() if step[0] == "relay"]:
            self.world.take(steps[0])
        while steps := [step for step in self.world.in_flight() if step[:2] == ("deliver", consumer)]:
            self.world.take(steps[0])

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
