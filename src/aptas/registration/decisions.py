"""What is decided about a claim: every wish of this room, answered with facts or a Rejection. Pure."""

from aptas.kernel.laws import first_breach
from aptas.kernel.messages import NOTHING, Command, Decision, Facts, Rejection
from aptas.registration import commands as wish
from aptas.registration import events as fact
from aptas.registration import rules
from aptas.registration.cancellations import (
    ask_again,
    locked,
    request_cancellation,
    settle,
)
from aptas.registration.model import Claim, State


def register(_state: State, command: wish.RegisterDefect) -> Decision:
    """A claim that stands in the catalogue is taken as it is."""
    return first_breach(
        rules.a_defect_type_stands_in_the_catalogue(command.defect_type),
        rules.a_location_stands_in_the_catalogue(command.location),
        rules.a_kind_stands_in_the_catalogue(command.kind),
        rules.a_quantity_is_at_least_one(command.qty),
    ) or (
        fact.DefectRegistered(
            defect_id=command.defect_id,
            receipt_no=command.receipt_no,
            defect_type=command.defect_type,
            location=command.location,
            kind=command.kind,
            description=command.description,
            qty=command.qty,
            address=command.address,
            phone_number=command.phone_masked,
            defect_image=command.defect_image,
            defect_video=command.defect_video,
            defectregistration_dt=command.at,
        ),
    )


def why_not_confirm(claim: Claim) -> Rejection | None:
    """The first law that keeps this repair from being signed off."""
    return first_breach(
        locked(claim),
        rules.a_cancelled_claim_stays_cancelled(claim),
        rules.only_a_completed_repair_is_confirmed(claim),
    )


def why_not_reopen(claim: Claim) -> Rejection | None:
    """The first law that keeps this claim from another attempt."""
    return first_breach(
        locked(claim),
        rules.a_cancelled_claim_stays_cancelled(claim),
        rules.only_a_finished_claim_is_reopened(claim),
    )


def confirm(state: State, command: wish.ConfirmRepair) -> Decision:
    """The resident's signature under a completed repair."""
    if state is None:
        return rules.UNKNOWN
    return why_not_confirm(state) or (
        fact.RepairConfirmed(defect_id=state.defect_id, attempt=state.attempt, assignment=state.assignment),
    )


def reopen(state: State, command: wish.ReopenDefect) -> Decision:
    """The next attempt; everything but the description of the defect begins anew."""
    if state is None:
        return rules.UNKNOWN
    return first_breach(why_not_reopen(state), rules.a_reason_is_given(command.reason)) or (
        fact.DefectReopened(
            defect_id=state.defect_id,
            attempt=state.attempt + 1,
            receipt_no=state.receipt_no,
            defect_type=state.defect_type,
            location=state.location,
            kind=state.kind,
            description=state.description,
            qty=state.qty,
            address=state.address,
            phone_number=state.phone_number,
            defect_image=state.defect_image,
            defect_video=state.defect_video,
            defectregistration_dt=command.at,
            reason=command.reason.strip(),
        ),
    )


def reveal_phone_number(state: State, command: wish.RevealPhoneNumber) -> Decision:
    """A look at the full number leaves a record."""
    if state is None:
        return rules.UNKNOWN
    return rules.a_reason_is_given(command.reason) or (
        fact.PhoneNumberRevealed(
            defect_id=state.defect_id, attempt=state.attempt, reason=command.reason.strip()
        ),
    )


def note(state: State, command: wish.Note) -> Decision:
    """What another room decided, by the rows of the wall; no row, no change."""
    if state is None or state.attempt != command.attempt or state.status == "CANCELLED":
        return NOTHING
    if isinstance(command, wish.NoteWithdrawal | wish.NoteRefusal):
        return settle(state, command)
    n, current = command.assignment, command.assignment == state.assignment
    match command, state.underlying:
        case wish.NoteApproval(), "RECEIVED" if n > state.assignment:
            return _moved(state, command, "ASSIGNED", assignment=n)
        case wish.NoteRejection(), "RECEIVED":
            return _moved(state, command, "REJECTED", assignment=state.assignment)
        case wish.NoteDeparture(), "ASSIGNED" if current:
            return _moved(state, command, "ASSIGNED", assignment=n, departed=True)
        case wish.NoteFailedVisit(), "ASSIGNED" if current:
            return _moved(state, command, "ASSIGNED", assignment=n)
        case wish.NoteCompletion(), "ASSIGNED" if current:
            return _moved(state, command, "COMPLETED", assignment=n, departed=True)
        case wish.NoteDecline(), "ASSIGNED" if current:
            return _moved(state, command, "RECEIVED", assignment=n)
        case _:
            return NOTHING


def _moved(
    claim: Claim, command: wish.Note, status: str, *, assignment: int, departed: bool = False
) -> Facts:
    return (
        fact.ClaimMoved(
            defect_id=claim.defect_id,
            attempt=claim.attempt,
            assignment=assignment,
            status=status,
            departed=departed,
            reason=command.reason,
            because=type(command).__name__,
        ),
    )


def decide(state: State, command: Command) -> Decision:
    """Every wish of this room, to the function that answers it."""
    match command:
        case wish.RegisterDefect():
            return register(state, command)
        case wish.RequestCancellation():
            return request_cancellation(state, command)
        case wish.AskAgain():
            return ask_again(state, command)
        case wish.ConfirmRepair():
            return confirm(state, command)
        case wish.ReopenDefect():
            return reopen(state, command)
        case wish.RevealPhoneNumber():
            return reveal_phone_number(state, command)
        case wish.Note():
            return note(state, command)
    raise TypeError(f"registration has no answer to {type(command).__name__}")
