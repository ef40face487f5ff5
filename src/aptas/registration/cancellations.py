"""The cancellation: asked for at most once an attempt, repeated until it is answered, and a lock meanwhile. Pure."""

from dataclasses import replace

from aptas.kernel.clock import korean_minute
from aptas.kernel.laws import first_breach
from aptas.kernel.messages import NOTHING, Decision, Facts, Rejection, UnderWay
from aptas.registration import commands as wish
from aptas.registration import events as fact
from aptas.registration import rules
from aptas.registration.model import Claim, State


def locked(claim: Claim) -> Rejection | None:
    """The lock, naming the cancellation that holds it: a second click is told of the first."""
    breach = rules.nothing_is_done_while_a_cancellation_is_under_way(claim)
    if breach is None or claim.asked_at is None:
        return breach
    at, times = korean_minute(claim.asked_at), claim.asked
    return replace(
        breach,
        ko=f"{breach.ko} 마지막으로 요청한 때: {at}(한국 시각), 지금까지 {times}번.",
        en=f"{breach.en} Last asked for at {at} (Korean time), {times} time{'s' if times > 1 else ''} so far.",
        cancellation=UnderWay(asked_at=claim.asked_at, asked=times),
    )


def why_not_cancel(claim: Claim) -> Rejection | None:
    """The first law that keeps this claim from being cancelled."""
    return first_breach(
        locked(claim),
        rules.a_cancelled_claim_stays_cancelled(claim),
        rules.only_an_unfinished_claim_is_cancelled(claim),
        rules.a_departed_repair_cannot_be_cancelled(claim),
        rules.an_attempt_is_cancelled_at_most_once(claim),
    )


def request_cancellation(state: State, command: wish.RequestCancellation) -> Decision:
    """Ask once per attempt; from here on the claim is locked until the answer."""
    if state is None:
        return rules.UNKNOWN
    return why_not_cancel(state) or (_cancelled(state, asked=1),)


def ask_again(state: State, command: wish.AskAgain) -> Decision:
    """The same question once more, unless it has been answered meanwhile."""
    if state is None or state.status != "CANCELLING" or state.attempt != command.attempt:
        return NOTHING
    return (_cancelled(state, asked=state.asked + 1),)


def _cancelled(claim: Claim, asked: int) -> fact.DefectCancelled:
    return fact.DefectCancelled(
        defect_id=claim.defect_id,
        attempt=claim.attempt,
        assignment=claim.assignment,
        defect_type=claim.defect_type,
        asked=asked,
    )


def settle(claim: Claim, command: wish.Note) -> Facts:
    """The answer, whoever gives it; later ones find nothing to settle."""
    if claim.status != "CANCELLING":
        return NOTHING
    return (
        fact.CancellationSettled(
            defect_id=claim.defect_id,
            attempt=claim.attempt,
            assignment=claim.assignment,
            refused=isinstance(command, wish.NoteRefusal),
            reason=command.reason,
        ),
    )
