"""Dossiers for tests, each brought where it stands by the room's own decisions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from aptas.kernel.messages import Command, Fact, Facts, Id, Rejection
from aptas.management import commands as wish
from aptas.management.decisions import decide
from aptas.management.events import Home
from aptas.management.model import Case, Dossier, State, evolve

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
DEFECT = Id(700)
TILER = wish.Candidate(contractor_id=Id(31), name="한빛타일", trades=("tile", "stone"), open_orders=2)
PAINTER = wish.Candidate(contractor_id=Id(32), name="고운도장", trades=("paint",))
HOME = Home(
    home_id=Id(9),
    household="행복아파트|101|1203",
    complex_name="행복아파트",
    building="101",
    floor="12",
    home_no="1203",
    handover_date=date(2025, 1, 15),
    use_inspection_date=date(2024, 12, 20),
)
ADDRESS = "행복아파트 101동 1203호"
DECLINED = "일손이 모자랍니다."
ON_THE_WAY = "이미 출발했습니다."


def opening(attempt: int = 1, **changes: Any) -> wish.OpenCase:
    """A claim about bathroom tiles (trade tile, urgency normal, private, two years), with all lookups."""
    standard: dict[str, Any] = {
        "at": NOW,
        "defect_id": DEFECT,
        "attempt": attempt,
        "receipt_no": "7K3M-9Q2D",
        "defect_type": "toilet-tile",
        "location": "bathroom-common",
        "kind": "lifting",
        "description": "타일이 들떠요",
        "qty": 2,
        "address": ADDRESS,
        "claimed_at": NOW,
        "lookups": wish.Lookups(home=HOME, similar=(Id(650),), roster=(PAINTER, TILER)),
    }
    return wish.OpenCase(**standard | changes)


def facts_of(state: State, command: Command) -> Facts:
    """What a wish led to; fails the test if it was refused."""
    decision = decide(state, command)
    assert not isinstance(decision, Rejection), decision
    return decision


def fact_of(state: State, command: Command) -> Fact:
    """The one fact a wish led to."""
    (only,) = facts_of(state, command)
    return only


def refusal_of(state: State, command: Command) -> Rejection:
    """The law a wish broke."""
    decision = decide(state, command)
    assert isinstance(decision, Rejection), decision
    return decision


def told(state: State, *commands: Command) -> Dossier:
    """A dossier after these wishes."""
    for command in commands:
        for fact in facts_of(state, command):
            state = evolve(state, fact, command.at)
    assert state is not None
    return state


def note(
    kind: type[wish.Note], assignment: int = 1, attempt: int = 1, reason: str | None = None
) -> wish.Note:
    """News of another room."""
    return kind(at=LATER, defect_id=DEFECT, attempt=attempt, assignment=assignment, reason=reason)


def approving(contractor: wish.Candidate | None = TILER) -> wish.ApproveDefect:
    """The office's approval, as the edge hands it in."""
    named = contractor.contractor_id if contractor else Id(404)
    return wish.ApproveDefect(at=NOW, defect_id=DEFECT, contractor_id=named, contractor=contractor)


def rejecting(reason: str = "입주자 과실로 보입니다.") -> wish.RejectDefect:
    """The office's refusal."""
    return wish.RejectDefect(at=NOW, defect_id=DEFECT, reason=reason)


CANCEL = note(wish.NoteCancellation)
WITHDREW = note(wish.NoteWorkOrderCancelled)
REFUSED = note(wish.NoteContractorRefusal, reason=ON_THE_WAY)
DECLINE = note(wish.NoteDecline, reason=DECLINED)
COMPLETE = note(wish.NoteCompletion)

PATHS: dict[str, tuple[Command, ...]] = {
    "OPEN": (),
    "OPEN, declined": (approving(), DECLINE),
    "OPEN, refused before": (approving(), CANCEL, REFUSED, DECLINE),
    "APPROVED": (approving(),),
    "APPROVED, refused before": (approving(), CANCEL, REFUSED),
    "REJECTED": (rejecting(),),
    "REJECTED, asked before": (rejecting(), CANCEL),
    "CLOSED": (approving(), COMPLETE),
    "CLOSED, refused before": (approving(), CANCEL, REFUSED, COMPLETE),
    "WITHDRAWING": (approving(), CANCEL),
    "WITHDRAWING, declined": (approving(), CANCEL, DECLINE),
    "WITHDRAWN": (CANCEL,),
    "WITHDRAWN by the contractor": (approving(), CANCEL, WITHDREW),
}
"""Every situation a case can be in, and the shortest way there."""


def standing(situation: str) -> Dossier:
    """A dossier of one attempt in that situation."""
    return told(None, opening(), *PATHS[situation])


def case_after(situation: str, *commands: Command) -> Case:
    """The latest case after these wishes."""
    return told(standing(situation), *commands).latest
