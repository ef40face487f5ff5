"""Each planted bug is caught, and by the promise that is meant to catch it."""

from collections.abc import Callable

import pytest

from aptas.kernel.messages import APTAS, COMPENSATION, Id

from . import planted, wall
from .explore import Explorer
from .moments import Scope
from .switchboards import HOUSE, House
from .world import Pipes, World

DEFECT = Id(7)
ONE_ATTEMPT = Scope(name="one attempt", attempts=1, asked=1)
TWO_ATTEMPTS = Scope(name="two attempts, each question asked twice", assignments=1)
GIVEN_TWICE = Scope(
    name="one message given twice, no inbox", attempts=1, assignments=1, asked=1, twice=True, inbox=False
)


def nothing_planted() -> House:
    """The rooms as they are: what is missing is the inbox."""
    return HOUSE


@pytest.mark.parametrize(
    ("plant", "scope", "promise"),
    [
        (planted.silent_tombstone, ONE_ATTEMPT, "every_saga_settles"),
        (planted.no_tombstone, ONE_ATTEMPT, "rooms_agree"),
        (planted.one_work_order_per_attempt, ONE_ATTEMPT, "rooms_agree"),
        (planted.refusal_restores_a_saved_copy, ONE_ATTEMPT, "rooms_agree"),
        (planted.cancellation_as_a_state, ONE_ATTEMPT, "rooms_agree"),
        (planted.no_attempt_check, TWO_ATTEMPTS, "rooms_agree"),
        (planted.lower_attempt_moves_the_row, TWO_ATTEMPTS, "mypage_agrees"),
        (planted.one_reason_for_two_topics, ONE_ATTEMPT, "mypage_agrees"),
        (nothing_planted, GIVEN_TWICE, "rooms_agree"),
    ],
    ids=lambda value: getattr(value, "__name__", getattr(value, "name", value)),
)
def test_the_exhaustive_search_catches_a_planted_bug(
    plant: Callable[[], House], scope: Scope, promise: str
) -> None:
    found = Explorer(scope, plant()).explore()
    assert found.broken is not None, f"survived {found.states} states"
    assert found.broken.promise == promise, found.trace


def on_the_way(house: House = HOUSE, pipes: Pipes | None = None) -> World:
    """A contractor set out; nobody else has heard of it."""
    world = World(house, pipes)
    for name in ("RegisterDefect", "ApproveDefect", "ProposeVisit", "AcceptVisit"):
        assert isinstance(world.wish(name, DEFECT), tuple)
        world.settle()
    world.wish("Depart", DEFECT)
    return world


def refused_before_departure_is_heard(pipes: Pipes) -> World:
    """The refusal overtakes the departure on the other topic."""
    world = on_the_way(pipes=pipes)
    world.wish("RequestCancellation", DEFECT)
    while world.waiting("registration", COMPENSATION, DEFECT) < 2:
        world.take(
            next(step for step in world.in_flight() if step[1] != "registration" or step[0] == "relay")
        )
    while world.waiting("registration", COMPENSATION, DEFECT):
        world.deliver("registration", COMPENSATION, DEFECT)
    world.settle()
    return world


def test_a_sequence_per_source_loses_what_the_other_topic_overtook() -> None:
    wall.holds_at_rest(refused_before_departure_is_heard(Pipes()))
    with pytest.raises(wall.Broken) as caught:
        wall.holds_at_rest(refused_before_departure_is_heard(planted.ONE_SEQUENCE_PER_SOURCE))
    assert caught.value.promise == "rooms_agree"


def test_nothing_remembered_makes_a_redelivery_change_something() -> None:
    wall.holds_at_rest(refused_before_departure_is_heard(Pipes()))
    with pytest.raises(wall.Broken) as caught:
        wall.holds_at_rest(refused_before_departure_is_heard(planted.REMEMBERS_NOTHING))
    assert caught.value.promise == "redelivery_changes_nothing"


def an_old_decline_comes_again(house: House) -> World:
    """Declined, handed on; then the decline of the first work order once more, past an inbox that forgot."""
    world = World(house, planted.REMEMBERS_NOTHING)
    for name in ("RegisterDefect", "ApproveDefect", "DeclineWorkOrder", "ApproveDefect"):
        assert isinstance(world.wish(name, DEFECT), tuple)
        world.settle()
    for offset, news in enumerate(world.logs[APTAS, DEFECT]):
        if type(news.fact).__name__ == "WorkOrderDeclined":
            world.redeliver("management", APTAS, DEFECT, offset)
    world.settle()
    return world


def test_a_decline_of_an_older_work_order_is_told_by_its_assignment() -> None:
    """The second line of defence: with the inbox, the order of the topic keeps an old decline away too."""
    held = ("registration", "management", "contractor", "mypage")
    wall.of_every_defect(an_old_decline_comes_again(HOUSE), wall.rooms_agree, *held)
    careless = an_old_decline_comes_again(planted.work_order_without_assignment())
    with pytest.raises(wall.Broken) as caught:
        wall.of_every_defect(careless, wall.rooms_agree, *held)
    assert caught.value.promise == "rooms_agree"
