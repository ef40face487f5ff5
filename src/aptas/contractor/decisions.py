"""What is decided about a work order: every wish of this room, answered with facts or a Rejection. Pure.

Wishes over HTTP are about the latest work order of the defect; what other rooms say names its own.
"""

from datetime import datetime
from typing import TypedDict

from aptas.contractor import commands as wish
from aptas.contractor import events as fact
from aptas.contractor import rules
from aptas.contractor.events import Slot
from aptas.contractor.model import State, WorkOrder, WorkOrders
from aptas.kernel.laws import first_breach
from aptas.kernel.messages import NOTHING, Command, Decision, Id, Rejection

UNKNOWN = Rejection(
    law="a_work_order_exists", kind="missing", ko="그런 작업이 없습니다.", en="There is no such work order."
)


class _Numbers(TypedDict):
    defect_id: Id
    attempt: int
    assignment: int
    contractor_id: Id


def _numbers(state: WorkOrders, order: WorkOrder) -> _Numbers:
    return {
        "defect_id": state.defect_id,
        "attempt": order.attempt,
        "assignment": order.assignment,
        "contractor_id": order.contractor_id,
    }


def _why_it_is_over(order: WorkOrder) -> Rejection | None:
    return first_breach(
        rules.a_cancelled_work_order_stays_cancelled(order),
        rules.a_completed_work_order_stays_completed(order),
        rules.a_declined_work_order_stays_declined(order),
    )


def why_not_propose_visit(state: WorkOrders) -> Rejection | None:
    """The first law that keeps the contractor from proposing times."""
    order = state.latest
    return _why_it_is_over(order) or rules.a_visit_is_proposed_before_departure(order)


def why_not_counter_propose_visit(state: WorkOrders) -> Rejection | None:
    """The first law that keeps the resident from asking for another time."""
    order = state.latest
    return _why_it_is_over(order) or rules.a_counter_proposal_answers_a_proposal(order)


def why_not_accept_visit(state: WorkOrders) -> Rejection | None:
    """The first law that keeps the resident from accepting a time."""
    order = state.latest
    return _why_it_is_over(order) or rules.only_a_proposal_of_the_contractor_is_accepted(order)


def why_not_depart(state: WorkOrders) -> Rejection | None:
    """The first law that keeps the contractor from setting out."""
    order = state.latest
    return _why_it_is_over(order) or rules.only_a_scheduled_visit_is_departed_for(order)


def why_not_report_failed_visit(state: WorkOrders) -> Rejection | None:
    """The first law that keeps a visit from having failed."""
    order = state.latest
    return _why_it_is_over(order) or rules.only_a_departed_visit_fails(order)


def why_not_complete(state: WorkOrders) -> Rejection | None:
    """The first law that keeps the repair from being done."""
    order = state.latest
    return _why_it_is_over(order) or rules.only_a_departed_repair_is_completed(order)


def why_not_decline(state: WorkOrders) -> Rejection | None:
    """The first law that keeps the contractor from handing it back."""
    order = state.latest
    return _why_it_is_over(order) or rules.a_work_order_is_declined_before_departure(order)


def _why_not_these(slots: tuple[Slot, ...], at: datetime) -> Rejection | None:
    starts = tuple(slot.start for slot in slots)
    return first_breach(
        rules.a_proposal_holds_one_to_three_slots(slots),
        rules.a_slot_ends_after_it_starts(slots),
        rules.a_visit_lies_in_the_future(starts, at),
        rules.a_visit_lies_within_a_year(starts, at),
        rules.a_visit_lasts_at_most_twelve_hours(slots),
        rules.slots_of_one_proposal_do_not_repeat(slots),
    )


def propose_visit(state: WorkOrders, command: wish.ProposeVisit) -> Decision:
    """New times; what was proposed or agreed before is off the table."""
    return first_breach(why_not_propose_visit(state), _why_not_these(command.slots, command.at)) or (
        fact.VisitProposed(**_numbers(state, state.latest), slots=command.slots),
    )


def counter_propose_visit(state: WorkOrders, command: wish.CounterProposeVisit) -> Decision:
    """The resident's times; the contractor answers with a proposal."""
    return first_breach(why_not_counter_propose_visit(state), _why_not_these(command.slots, command.at)) or (
        fact.VisitCounterProposed(**_numbers(state, state.latest), slots=command.slots),
    )


def accept_visit(state: WorkOrders, command: wish.AcceptVisit) -> Decision:
    """The proposed slot that begins then becomes the visit, unless that moment has passed meanwhile."""
    order = state.latest
    return first_breach(
        why_not_accept_visit(state),
        rules.an_accepted_visit_was_proposed(command.start, order.slots),
        rules.a_visit_lies_in_the_future((command.start,), command.at),
    ) or tuple(
        fact.VisitScheduled(**_numbers(state, order), visit=slot)
        for slot in order.slots
        if slot.start == command.start
    )


def depart(state: WorkOrders, command: wish.Depart) -> Decision:
    """The pivot: from here on the repair is not undone."""
    return why_not_depart(state) or (fact.ContractorDeparted(**_numbers(state, state.latest)),)


def report_failed_visit(state: WorkOrders, command: wish.ReportFailedVisit) -> Decision:
    """Back to agreeing a visit."""
    return first_breach(why_not_report_failed_visit(state), rules.a_reason_is_given(command.reason)) or (
        fact.VisitFailed(**_numbers(state, state.latest), reason=command.reason.strip()),
    )


def complete(state: WorkOrders, command: wish.CompleteRepair) -> Decision:
    """Repaired, with what the contractor has to say about it."""
    note = (command.note or "").strip() or None
    return why_not_complete(state) or (
        fact.DefectCompleted(**_numbers(state, state.latest), note=note, defect_dt=command.at),
    )


def decline(state: WorkOrders, command: wish.DeclineWorkOrder) -> Decision:
    """The office chooses another."""
    return first_breach(why_not_decline(state), rules.a_reason_is_given(command.reason)) or (
        fact.WorkOrderDeclined(**_numbers(state, state.latest), reason=command.reason.strip()),
    )


def offer(state: State, command: wish.OfferWorkOrder) -> Decision:
    """A work order begins once; a tombstone keeps it from beginning at all."""
    if state is not None and state.numbered(command.attempt, command.assignment):
        return NOTHING
    return (
        fact.WorkOrderOffered(
            defect_id=command.defect_id,
            attempt=command.attempt,
            assignment=command.assignment,
            contractor_id=command.contractor_id,
            contractor_name=command.contractor_name,
            defect_type=command.defect_type,
            trade=command.trade,
            urgency=command.urgency,
            address=command.address,
            description=command.description,
            location=command.location,
            kind=command.kind,
            qty=command.qty,
            due_date=command.due_date,
        ),
    )


def answer_cancellation(state: State, command: wish.AnswerCancellation) -> Decision:
    """Always an answer, and always the same one: whoever asks is waiting for it."""
    order = state and state.numbered(command.attempt, command.assignment)
    names: _Numbers = {
        "defect_id": command.defect_id,
        "attempt": command.attempt,
        "assignment": command.assignment,
        "contractor_id": order.contractor_id if order else command.contractor_id,
    }
    breach = order and rules.a_departed_repair_cannot_be_cancelled(order)
    if breach:
        return (fact.CancellationRefused(**names, reason=f"{breach.ko} / {breach.en}"),)
    return (fact.WorkOrderCancelled(**names),)


def decide(state: State, command: Command) -> Decision:
    """Every wish about work orders, to the function that answers it."""
    match command:
        case wish.OfferWorkOrder():
            return offer(state, command)
        case wish.AnswerCancellation():
            return answer_cancellation(state, command)
    return UNKNOWN if state is None else _act(state, command)


def _act(state: WorkOrders, command: Command) -> Decision:
    match command:
        case wish.ProposeVisit():
            return propose_visit(state, command)
        case wish.CounterProposeVisit():
            return counter_propose_visit(state, command)
        case wish.AcceptVisit():
            return accept_visit(state, command)
        case wish.Depart():
            return depart(state, command)
        case wish.ReportFailedVisit():
            return report_failed_visit(state, command)
        case wish.CompleteRepair():
            return complete(state, command)
        case wish.DeclineWorkOrder():
            return decline(state, command)
    raise TypeError(f"the contractor has no answer to {type(command).__name__}")
