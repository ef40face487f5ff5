"""Bugs that hand-written systems have, each planted into a house or its pipes; the tests show who catches it."""

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

from aptas.contractor import commands as contractor_wish
from aptas.contractor import events as contractor
from aptas.kernel.messages import NOTHING, Decision
from aptas.management import commands as management_wish
from aptas.mypage import projections
from aptas.registration import commands as registration_wish
from aptas.registration import events as registration
from aptas.registration.model import Claim

from .switchboards import HOUSE, House
from .world import Pipes

REMEMBERS_NOTHING = Pipes(channel=None)
ONE_SEQUENCE_PER_SOURCE = Pipes(channel=lambda news: news.source)


@dataclass(frozen=True, kw_only=True)
class WorkOrderBuried(contractor.WorkOrderCancelled):
    """A cancellation that stays in the room."""

    topic: ClassVar[str | None] = None


def silent_tombstone() -> House:
    """The contractor buries what it never had, and tells nobody."""

    def decide(state: Any, command: Any) -> Decision:
        is_asked = isinstance(command, contractor_wish.AnswerCancellation)
        if is_asked and not (state and state.numbered(command.attempt, command.assignment)):
            return (
                WorkOrderBuried(
                    defect_id=command.defect_id,
                    attempt=command.attempt,
                    assignment=command.assignment,
                    contractor_id=command.contractor_id,
                ),
            )
        return HOUSE.rooms["contractor"].decide(state, command)

    return HOUSE.with_room("contractor", decide=decide)


def no_tombstone() -> House:
    """The contractor answers for what it never had, and forgets that it did."""
    fold = HOUSE.rooms["contractor"].evolve

    def evolve(state: Any, fact: Any, at: Any) -> Any:
        known = state and state.numbered(fact.attempt, fact.assignment)
        is_unknown_cancelled = isinstance(fact, contractor.WorkOrderCancelled) and not known
        return state if is_unknown_cancelled else fold(state, fact, at)

    return HOUSE.with_room("contractor", evolve=evolve)


def work_order_without_assignment() -> House:
    """Registration and office take any decline for that of the present work order."""
    house = HOUSE
    for room, note in (
        ("registration", registration_wish.NoteDecline),
        ("management", management_wish.NoteDecline),
    ):
        house = house.with_room(room, decide=_taking_any_assignment(room, note))
    return house


def _taking_any_assignment(room: str, note: Any) -> Any:
    def decide(state: Any, command: Any) -> Decision:
        if isinstance(command, note) and state is not None:
            present = state.assignment if room == "registration" else state.latest.assignment
            command = replace(command, assignment=present)
        return HOUSE.rooms[room].decide(state, command)

    return decide


def one_work_order_per_attempt() -> House:
    """The contractor takes a second hand-over for a repetition of the first."""

    def decide(state: Any, command: Any) -> Decision:
        if isinstance(command, contractor_wish.OfferWorkOrder) and state is not None:
            command = replace(command, assignment=1)
        return HOUSE.rooms["contractor"].decide(state, command)

    return HOUSE.with_room("contractor", decide=decide)


@dataclass(frozen=True, kw_only=True)
class ClaimWithCopy(Claim):
    """A claim that keeps what it was when the cancellation was asked for."""

    copy: Claim | None = None


def refusal_restores_a_saved_copy() -> House:
    """What lay underneath when the cancellation was asked for comes back when it is refused."""
    fold = HOUSE.rooms["registration"].evolve

    def evolve(state: Any, fact: Any, at: Any) -> Any:
        after = fold(state, fact, at)
        if isinstance(fact, registration.DefectCancelled) and fact.asked == 1:
            return ClaimWithCopy(
                **{each.name: getattr(after, each.name) for each in fields(Claim)}, copy=state
            )
        if isinstance(fact, registration.CancellationSettled) and fact.refused:
            saved = after.copy
            kept = {name: getattr(saved, name) for name in ("underlying", "assignment", "departed")}
            return replace(after, **kept)
        return after

    return HOUSE.with_room("registration", evolve=evolve)


def no_attempt_check() -> House:
    """Registration takes news of an earlier attempt for news of this one."""

    def decide(state: Any, command: Any) -> Decision:
        if isinstance(command, registration_wish.Note) and state is not None:
            command = replace(command, attempt=state.attempt)
        return HOUSE.rooms["registration"].decide(state, command)

    return HOUSE.with_room("registration", decide=decide)


def lower_attempt_moves_the_row() -> House:
    """mypage takes news of an earlier attempt for news of this one."""

    def careless(project: Any) -> Any:
        def projected(row: Any, heard: Any) -> Any:
            attempt = max(heard.fact.attempt, row.attempt if row else 1)
            return project(row, replace(heard, fact=replace(heard.fact, attempt=attempt)))

        return projected

    return replace(
        HOUSE, projections={fact: careless(project) for fact, project in projections.PROJECTIONS.items()}
    )


def cancellation_as_a_state() -> House:
    """While a cancellation is under way, registration hears nothing but its answer."""
    answers = (registration_wish.NoteWithdrawal, registration_wish.NoteRefusal)

    def decide(state: Any, command: Any) -> Decision:
        is_locked = state is not None and state.status == "CANCELLING"
        if is_locked and isinstance(command, registration_wish.Note) and not isinstance(command, answers):
            return NOTHING
        return HOUSE.rooms["registration"].decide(state, command)

    return HOUSE.with_room("registration", decide=decide)


def one_reason_for_two_topics() -> House:
    """Registration shows whichever reason arrived last."""
    fold = HOUSE.rooms["registration"].evolve

    def evolve(state: Any, fact: Any, at: Any) -> Any:
        after = fold(state, fact, at)
        is_refusal = isinstance(fact, registration.CancellationSettled) and fact.refused
        return replace(after, reason=fact.reason) if is_refusal else after

    return HOUSE.with_room("registration", evolve=evolve)
