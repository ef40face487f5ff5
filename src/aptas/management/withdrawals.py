"""How a cancellation passes through the office: asked by registration, it asks the contractor. Pure.

Whoever is asked answers once, and repeats the same answer when asked again.
"""

from dataclasses import replace

from aptas.kernel.messages import NOTHING, Decision, Facts, Id
from aptas.management import commands as wish
from aptas.management import events as fact
from aptas.management.model import Case, State

TOO_LATE = {
    "CLOSED": "이미 보수가 완료되어 취소할 수 없습니다. / "
    "The repair is already complete, so it cannot be cancelled.",
    "REJECTED": "이미 반려된 하자라 취소할 것이 없습니다. 반려 사유를 확인해 주세요. / "
    "This defect was already rejected, so there is nothing to cancel. Its reason is shown.",
}


def answer_cancellation(defect_id: Id, case: Case) -> Facts:
    """The resident wants to call it off: answer if the office can, else ask the contractor, once."""
    match case.cancellation, case.underlying:
        case ("done", _) | (None, "OPEN"):
            return (_withdrawn(defect_id, case),)
        case None, "APPROVED":
            return (_requested(defect_id, case),)
        case "asked", _:
            return NOTHING
        case _:
            return (_refused(defect_id, case),)


def ask_contractor_again(state: State, command: wish.AskContractorAgain) -> Decision:
    """The same question once more, unless it has been answered meanwhile."""
    case = state.of(command.attempt) if state else None
    if case is None or case.status != "WITHDRAWING":
        return NOTHING
    return (_requested(command.defect_id, case),)


def _withdrawn(defect_id: Id, case: Case) -> fact.DefectWithdrawn:
    return fact.DefectWithdrawn(defect_id=defect_id, attempt=case.attempt, assignment=case.assignment)


def _requested(defect_id: Id, case: Case) -> fact.CancellationRequested:
    assert case.contractor_id is not None, "what was approved was handed to somebody"
    return fact.CancellationRequested(
        defect_id=defect_id,
        attempt=case.attempt,
        assignment=case.assignment,
        contractor_id=case.contractor_id,
        asked=case.asked + 1,
    )


def _refused(defect_id: Id, case: Case) -> fact.CancellationRefused:
    return fact.CancellationRefused(
        defect_id=defect_id,
        attempt=case.attempt,
        assignment=case.assignment,
        reason=case.refusal or TOO_LATE.get(case.underlying, ""),
    )


def note(state: State, command: wish.Note) -> Decision:
    """What another room decided, by the rows of the wall; no row, no change."""
    case = state.of(command.attempt) if state else None
    if case is None:
        return NOTHING
    if isinstance(command, wish.NoteCancellation):
        return answer_cancellation(command.defect_id, case)
    if command.assignment != case.assignment:
        return NOTHING
    settled = _settle(case, _as_it_stands(case, command), command)
    return (settled,) if settled else NOTHING


def _settle(case: Case, now: fact.CaseSettled, command: wish.Note) -> fact.CaseSettled | None:
    match command, case.status:
        case wish.NoteWorkOrderCancelled(), "WITHDRAWING":
            return replace(now, cancellation="done")
        case wish.NoteContractorRefusal(), "WITHDRAWING":
            return replace(now, cancellation="refused", refusal=command.reason)
        case wish.NoteDecline(), "APPROVED" | "WITHDRAWING" if case.underlying == "APPROVED":
            return replace(now, status="OPEN", declined=True, reason=command.reason)
        case wish.NoteCompletion(), "APPROVED":
            return replace(now, status="CLOSED")
        case wish.NoteCompletion(), "WITHDRAWING":
            return replace(now, status="CLOSED", cancellation="refused", refusal=TOO_LATE["CLOSED"])
    return None


def _as_it_stands(case: Case, command: wish.Note) -> fact.CaseSettled:
    return fact.CaseSettled(
        defect_id=command.defect_id,
        attempt=case.attempt,
        assignment=case.assignment,
        status=case.underlying,
        cancellation=case.cancellation,
        declined=case.declined,
        reason=case.reason,
        refusal=case.refusal,
        because=type(command).__name__,
    )
