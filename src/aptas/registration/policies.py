"""Whenever another room says so: its fact becomes a wish of this room. A policy decides nothing."""

from typing import Any, TypeVar

from aptas.contractor import events as contractor
from aptas.kernel.messages import DefectFact, Heard
from aptas.management import events as management
from aptas.registration import commands as wish

N = TypeVar("N", bound=wish.Note)


def _note(kind: type[N], heard: Heard[DefectFact], reason: str | None = None) -> N:
    fact = heard.fact
    return kind(
        at=heard.at,
        defect_id=fact.defect_id,
        attempt=fact.attempt,
        assignment=fact.assignment,
        reason=reason,
    )


def whenever_defect_approved(heard: Heard[management.DefectApproved]) -> wish.Note:
    """The office found a contractor."""
    return _note(wish.NoteApproval, heard)


def whenever_defect_rejected(heard: Heard[management.DefectRejected]) -> wish.Note:
    """The office refused, and says why."""
    return _note(wish.NoteRejection, heard, heard.fact.reason)


def whenever_contractor_departed(heard: Heard[contractor.ContractorDeparted]) -> wish.Note:
    """On the way."""
    return _note(wish.NoteDeparture, heard)


def whenever_visit_failed(heard: Heard[contractor.VisitFailed]) -> wish.Note:
    """The visit came to nothing: it can be called off again."""
    return _note(wish.NoteFailedVisit, heard, heard.fact.reason)


def whenever_defect_completed(heard: Heard[contractor.DefectCompleted]) -> wish.Note:
    """Repaired."""
    return _note(wish.NoteCompletion, heard)


def whenever_work_order_declined(heard: Heard[contractor.WorkOrderDeclined]) -> wish.Note:
    """Back to the office."""
    return _note(wish.NoteDecline, heard, heard.fact.reason)


def whenever_cancellation_succeeded(heard: Heard[Any]) -> wish.Note:
    """DefectWithdrawn by the office, or WorkOrderCancelled by the contractor."""
    return _note(wish.NoteWithdrawal, heard)


def whenever_cancellation_refused(heard: Heard[Any]) -> wish.Note:
    """By the office or by the contractor; the reason is shown."""
    return _note(wish.NoteRefusal, heard, heard.fact.reason)
