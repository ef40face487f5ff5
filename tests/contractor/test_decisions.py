"""The two tables of the wall, row by row, and every row that is not there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from aptas.contractor import decisions, rules
from aptas.contractor import events as fact
from aptas.contractor.decisions import UNKNOWN, decide
from aptas.contractor.model import WorkOrders
from aptas.kernel.clock import KST
from aptas.kernel.messages import APTAS, COMPENSATION, NOTHING, Command, DefectFact, Fact, Id, Rejection
from tests.contractor.orders import (
    ACCEPT,
    COMPLETE,
    CONTRACTOR,
    COUNTER,
    DECLINE,
    DEFECT,
    DEPART,
    FAIL,
    FIRST,
    NOW,
    PROPOSE,
    SECOND,
    STATES,
    a_cancellation,
    after,
    an_offer,
    facts_of,
    in_state,
    slot,
)

BEFORE_DEPARTURE = ("OFFERED", "PROPOSED", "COUNTERED", "SCHEDULED")
ROWS: tuple[tuple[Command, tuple[str, ...], str, type[Fact]], ...] = (
    (PROPOSE, BEFORE_DEPARTURE, "PROPOSED", fact.VisitProposed),
    (COUNTER, ("PROPOSED", "SCHEDULED"), "COUNTERED", fact.VisitCounterProposed),
    (ACCEPT, ("PROPOSED",), "SCHEDULED", fact.VisitScheduled),
    (DEPART, ("SCHEDULED",), "DEPARTED", fact.ContractorDeparted),
    (FAIL, ("DEPARTED",), "OFFERED", fact.VisitFailed),
    (COMPLETE, ("DEPARTED",), "COMPLETED", fact.DefectCompleted),
    (DECLINE, BEFORE_DEPARTURE, "DECLINED", fact.WorkOrderDeclined),
)
OWN_LAW = {
    PROPOSE: "a_visit_is_proposed_before_departure",
    COUNTER: "a_counter_proposal_answers_a_proposal",
    ACCEPT: "only_a_proposal_of_the_contractor_is_accepted",
    DEPART: "only_a_scheduled_visit_is_departed_for",
    FAIL: "only_a_departed_visit_fails",
    COMPLETE: "only_a_departed_repair_is_completed",
    DECLINE: "a_work_order_is_declined_before_departure",
}
FINAL_LAW = {
    "CANCELLED": "a_cancelled_work_order_stays_cancelled",
    "COMPLETED": "a_completed_work_order_stays_completed",
    "DECLINED": "a_declined_work_order_stays_declined",
}
WHY_NOT: dict[Command, Callable[[WorkOrders], Rejection | None]] = {
    PROPOSE: decisions.why_not_propose_visit,
    COUNTER: decisions.why_not_counter_propose_visit,
    ACCEPT: decisions.why_not_accept_visit,
    DEPART: decisions.why_not_depart,
    FAIL: decisions.why_not_report_failed_visit,
    COMPLETE: decisions.why_not_complete,
    DECLINE: decisions.why_not_decline,
}
GRANTED = [(row[0], status, row[2], row[3]) for row in ROWS for status in row[1]]
REFUSED = [(row[0], status) for row in ROWS for status in STATES if status not in row[1]]


def _word(value: object) -> str:
    return value if isinstance(value, str) else getattr(value, "__name__", type(value).__name__)


@pytest.mark.parametrize(("command", "status", "then", "kind"), GRANTED, ids=_word)
def test_a_row_of_the_wall_is_granted(command: Command, status: str, then: str, kind: type[Fact]) -> None:
    orders = in_state(status)
    facts = facts_of(orders, command)
    assert [type(happened) for happened in facts] == [kind]
    assert isinstance(facts[0], DefectFact)
    assert (facts[0].defect_id, facts[0].attempt, facts[0].assignment) == (DEFECT, 1, 1)
    assert facts[0].topic == APTAS
    assert after(orders, command).latest.status == then
    assert WHY_NOT[command](orders) is None


@pytest.mark.parametrize(("command", "status"), REFUSED, ids=_word)
def test_what_has_no_row_is_refused_by_its_law(command: Command, status: str) -> None:
    orders = in_state(status)
    refusal = decide(orders, command)
    assert isinstance(refusal, Rejection)
    assert refusal.kind == "forbidden"
    assert refusal.law == FINAL_LAW.get(status, OWN_LAW[command])
    assert WHY_NOT[command](orders) == refusal


@pytest.mark.parametrize("command", OWN_LAW, ids=_word)
def test_a_wish_about_no_work_order_is_unknown(command: Command) -> None:
    assert decide(None, command) is UNKNOWN
    assert UNKNOWN.kind == "missing"


def test_a_hand_over_becomes_a_work_order_that_knows_what_the_office_said() -> None:
    orders = after(None, an_offer())
    offer, order = an_offer(), orders.latest
    assert (orders.defect_id, order.number, order.status) == (DEFECT, (1, 1), "OFFERED")
    for field in ("contractor_id", "contractor_name", "defect_type", "trade", "urgency", "address"):
        assert getattr(order, field) == getattr(offer, field)
    for field in ("description", "location", "kind", "qty", "due_date"):
        assert getattr(order, field) == getattr(offer, field)
    assert facts_of(None, offer)[0].topic is None


@pytest.mark.parametrize("status", STATES)
def test_a_hand_over_said_twice_changes_nothing(status: str) -> None:
    assert decide(in_state(status), an_offer()) == NOTHING


@pytest.mark.parametrize("status", [*BEFORE_DEPARTURE, "DECLINED", "CANCELLED"])
def test_a_cancellation_before_departure_is_granted_every_time(status: str) -> None:
    orders = in_state(status)
    answer = facts_of(orders, a_cancellation())
    assert answer == (
        fact.WorkOrderCancelled(defect_id=DEFECT, attempt=1, assignment=1, contractor_id=CONTRACTOR),
    )
    assert answer[0].topic == COMPENSATION
    cancelled = after(orders, a_cancellation())
    assert (cancelled.latest.status, cancelled.latest.visit, cancelled.latest.slots) == (
        "CANCELLED",
        None,
        (),
    )
    assert not cancelled.latest.tombstone
    assert facts_of(cancelled, a_cancellation()) == answer


@pytest.mark.parametrize("status", ["DEPARTED", "COMPLETED"])
def test_a_departed_repair_cannot_be_cancelled(status: str) -> None:
    orders = in_state(status)
    (answer,) = facts_of(orders, a_cancellation())
    assert isinstance(answer, fact.CancellationRefused)
    assert answer.topic == COMPENSATION
    breach = rules.a_departed_repair_cannot_be_cancelled(orders.latest)
    assert breach is not None
    assert answer.reason == f"{breach.ko} / {breach.en}"
    remembered = after(orders, a_cancellation())
    assert remembered.latest == replace(orders.latest, refused=True)
    assert facts_of(remembered, a_cancellation()) == (answer,)


@pytest.mark.parametrize(
    "later",
    [
        (FAIL,),
        (FAIL, PROPOSE),
        (FAIL, PROPOSE, COUNTER),
        (FAIL, PROPOSE, ACCEPT),
        (FAIL, DECLINE),
        (COMPLETE,),
    ],
    ids=lambda commands: "-".join(map(_word, commands)),
)
def test_a_refusal_is_repeated_wherever_the_repair_has_got_to(later: tuple[Command, ...]) -> None:
    departed = in_state("DEPARTED")
    answer = facts_of(departed, a_cancellation())
    orders = after(departed, a_cancellation(), *later)
    assert facts_of(orders, a_cancellation()) == answer
    assert after(orders, a_cancellation()) == orders


def test_a_cancellation_of_an_unknown_work_order_is_granted_at_once_and_leaves_a_tombstone() -> None:
    (answer,) = facts_of(None, a_cancellation())
    assert answer == fact.WorkOrderCancelled(
        defect_id=DEFECT, attempt=1, assignment=1, contractor_id=CONTRACTOR
    )
    orders = after(None, a_cancellation())
    assert (orders.latest.tombstone, orders.latest.status) == (True, "CANCELLED")
    assert facts_of(orders, a_cancellation()) == (answer,)


def test_a_tombstone_keeps_a_late_hand_over_from_beginning() -> None:
    assert decide(after(None, a_cancellation()), an_offer()) == NOTHING


@pytest.mark.parametrize("command", OWN_LAW, ids=_word)
def test_nothing_is_done_to_a_tombstone(command: Command) -> None:
    refusal = decide(after(None, a_cancellation()), command)
    assert isinstance(refusal, Rejection)
    assert refusal.law == "a_cancelled_work_order_stays_cancelled"


def test_wishes_are_about_the_latest_work_order_and_answers_about_the_one_named() -> None:
    orders = after(None, an_offer(), DECLINE, an_offer(1, 2, Id(43)), PROPOSE)
    assert [order.status for order in orders.orders] == ["DECLINED", "PROPOSED"]
    (answer,) = facts_of(orders, a_cancellation(1, 1))
    assert isinstance(answer, fact.WorkOrderCancelled)
    assert (answer.assignment, answer.contractor_id) == (1, CONTRACTOR)
    assert [order.status for order in after(orders, a_cancellation(1, 1)).orders] == ["CANCELLED", "PROPOSED"]


def test_a_higher_attempt_comes_after_every_assignment_of_a_lower_one() -> None:
    orders = after(None, an_offer(2, 1), an_offer(1, 3), an_offer(1, 2))
    assert [order.number for order in orders.orders] == [(1, 2), (1, 3), (2, 1)]
    assert after(orders, PROPOSE).latest.number == (2, 1)


def test_the_visit_agreed_is_the_slot_that_begins_at_the_accepted_start() -> None:
    (scheduled,) = facts_of(in_state("PROPOSED"), ACCEPT)
    assert isinstance(scheduled, fact.VisitScheduled)
    assert scheduled.visit == SECOND


def test_a_start_is_the_same_moment_whatever_its_offset() -> None:
    (scheduled,) = facts_of(in_state("PROPOSED"), replace(ACCEPT, start=FIRST.start.astimezone(KST)))
    assert isinstance(scheduled, fact.VisitScheduled)
    assert scheduled.visit == FIRST


def test_an_accepted_visit_was_proposed() -> None:
    refusal = decide(in_state("PROPOSED"), replace(ACCEPT, start=slot(30).start))
    assert isinstance(refusal, Rejection)
    assert refusal.law == "an_accepted_visit_was_proposed"


def test_a_proposal_that_has_expired_is_not_accepted() -> None:
    refusal = decide(in_state("PROPOSED"), replace(ACCEPT, at=SECOND.start))
    assert isinstance(refusal, Rejection)
    assert refusal.law == "a_visit_lies_in_the_future"


BAD_SLOTS: dict[str, list[tuple[fact.Slot, ...]]] = {
    "a_proposal_holds_one_to_three_slots": [(), (slot(1), slot(2), slot(3), slot(4))],
    "a_slot_ends_after_it_starts": [(slot(1, 0),), (slot(1), slot(2, -30))],
    "a_visit_lies_in_the_future": [(slot(0),), (slot(1), slot(-1))],
    "a_visit_lasts_at_most_twelve_hours": [(slot(1, 12 * 60 + 1),)],
    "slots_of_one_proposal_do_not_repeat": [(FIRST, FIRST), (slot(5, 30), slot(5, 60))],
}


@pytest.mark.parametrize("command", [PROPOSE, COUNTER], ids=_word)
@pytest.mark.parametrize(
    ("law", "slots"), [(law, case) for law, cases in BAD_SLOTS.items() for case in cases]
)
def test_times_that_break_a_law_are_not_proposed(
    command: Command, law: str, slots: tuple[fact.Slot, ...]
) -> None:
    refusal = decide(in_state("PROPOSED"), replace(command, slots=slots))  # type: ignore[call-arg]
    assert isinstance(refusal, Rejection)
    assert (refusal.law, refusal.kind) == (law, "invalid")


def test_three_slots_of_twelve_hours_from_the_next_moment_on_are_fine() -> None:
    start = NOW + timedelta(microseconds=1)
    slots = tuple(
        fact.Slot(start=start + timedelta(days=day), end=start + timedelta(days=day, hours=12))
        for day in range(3)
    )
    orders = after(in_state("OFFERED"), replace(PROPOSE, slots=slots))
    assert orders.latest.slots == slots


@pytest.mark.parametrize(("status", "command"), [("DEPARTED", FAIL), ("OFFERED", DECLINE)], ids=_word)
def test_a_reason_is_given(status: str, command: Command) -> None:
    refusal = decide(in_state(status), replace(command, reason="  "))  # type: ignore[call-arg]
    assert isinstance(refusal, Rejection)
    assert (refusal.law, refusal.kind) == ("a_reason_is_given", "invalid")


def test_what_people_write_is_kept_without_the_blanks_around_it() -> None:
    assert after(in_state("DEPARTED"), FAIL).latest.reason == "부재중"
    assert after(in_state("DEPARTED"), COMPLETE).latest.note == "배관 교체"
    assert after(in_state("OFFERED"), DECLINE).latest.reason == "자재 없음"
    assert after(in_state("DEPARTED"), replace(COMPLETE, note=" ")).latest.note is None


def test_a_completion_carries_the_moment_it_was_reported() -> None:
    (done,) = facts_of(in_state("DEPARTED"), COMPLETE)
    assert isinstance(done, fact.DefectCompleted)
    assert done.defect_dt == NOW


def test_a_wish_of_another_room_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="no answer to Command"):
        decide(in_state("OFFERED"), Command(at=NOW))
