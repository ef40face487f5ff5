"""What every law owes the person it stops: its own name, and words in both languages."""

from datetime import timedelta

from aptas.contractor import rules
from aptas.contractor.events import Slot
from aptas.kernel.messages import Id, Rejection
from tests.contractor.orders import FIRST, NOW, in_state, slot

HERE, THERE = (Id(42), 1), (Id(42), 2)


def test_a_technician_is_never_in_two_places() -> None:
    taken = frozenset({HERE})
    assert rules.a_technician_is_never_in_two_places(frozenset({HERE, THERE}), taken) == rules.IN_TWO_PLACES
    assert rules.a_technician_is_never_in_two_places(frozenset({THERE}), taken) is None
    assert rules.IN_TWO_PLACES.law == rules.a_technician_is_never_in_two_places.__name__
    assert rules.IN_TWO_PLACES.kind == "forbidden"


def test_a_proposal_holds_one_to_three_slots() -> None:
    for many in (1, 2, 3):
        assert rules.a_proposal_holds_one_to_three_slots((FIRST,) * many) is None
    for many in (0, 4):
        assert rules.a_proposal_holds_one_to_three_slots((FIRST,) * many)


def test_a_slot_ends_after_it_starts() -> None:
    assert rules.a_slot_ends_after_it_starts((slot(1, 1),)) is None
    assert rules.a_slot_ends_after_it_starts((FIRST, Slot(start=NOW, end=NOW)))


def test_a_visit_lies_in_the_future() -> None:
    assert rules.a_visit_lies_in_the_future((slot(1).start,), NOW) is None
    assert rules.a_visit_lies_in_the_future((slot(1).start, NOW), NOW)


def test_a_visit_lasts_at_most_twelve_hours() -> None:
    assert rules.a_visit_lasts_at_most_twelve_hours((slot(1, 720),)) is None
    assert rules.a_visit_lasts_at_most_twelve_hours((slot(1, 720.1),))


def test_slots_of_one_proposal_do_not_repeat() -> None:
    assert rules.slots_of_one_proposal_do_not_repeat((slot(1), slot(1.5))) is None
    assert rules.slots_of_one_proposal_do_not_repeat((slot(1, 30), slot(1, 60)))


def test_only_a_scheduled_visit_is_departed_for() -> None:
    assert rules.only_a_scheduled_visit_is_departed_for(in_state("SCHEDULED").latest) is None
    assert rules.only_a_scheduled_visit_is_departed_for(in_state("COUNTERED").latest)


def test_every_state_law_advises_in_its_own_words_in_both_languages() -> None:
    order = in_state("COMPLETED").latest
    breaches = [
        rules.a_visit_is_proposed_before_departure(order),
        rules.a_counter_proposal_answers_a_proposal(order),
        rules.only_a_proposal_of_the_contractor_is_accepted(order),
        rules.only_a_scheduled_visit_is_departed_for(order),
        rules.only_a_departed_visit_fails(order),
        rules.only_a_departed_repair_is_completed(order),
        rules.a_work_order_is_declined_before_departure(order),
        rules.a_completed_work_order_stays_completed(order),
        rules.a_cancelled_work_order_stays_cancelled(in_state("CANCELLED").latest),
        rules.a_declined_work_order_stays_declined(in_state("DECLINED").latest),
    ]
    said = [breach for breach in breaches if isinstance(breach, Rejection)]
    assert len({breach.ko for breach in said}) == len({breach.en for breach in said}) == len(breaches)


def test_a_visit_lies_within_a_year() -> None:
    assert rules.a_visit_lies_within_a_year((NOW + timedelta(days=366),), NOW) is None
    assert rules.a_visit_lies_within_a_year((NOW + timedelta(days=366, seconds=1),), NOW)
