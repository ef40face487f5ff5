"""Claims for tests, each brought where it stands by the room's own decisions."""

from datetime import UTC, datetime, timedelta

from aptas.kernel.messages import Command, Id, Rejection
from aptas.registration import commands as wish
from aptas.registration.decisions import decide
from aptas.registration.model import Claim, State, evolve

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
DEFECT = Id(700)
REGISTER = wish.RegisterDefect(at=NOW, defect_id=DEFECT, receipt_no="7K3M-9Q2D", defect_type="toilet-tile")
CANCEL = wish.RequestCancellation(at=NOW, defect_id=DEFECT)
ASK_AGAIN = wish.AskAgain(at=LATER, defect_id=DEFECT, attempt=1)
CONFIRM = wish.ConfirmRepair(at=LATER, defect_id=DEFECT)
REOPEN = wish.ReopenDefect(at=LATER, defect_id=DEFECT, reason="다시 들떴어요")


def note(kind: type[wish.Note], assignment: int = 1, reason: str | None = None) -> wish.Note:
    """News of another room."""
    return kind(at=LATER, defect_id=DEFECT, attempt=1, assignment=assignment, reason=reason)


def told(*commands: Command, state: State = None) -> Claim:
    """The claim after it was registered and these wishes were granted."""
    for command in (REGISTER, *commands) if state is None else commands:
        decision = decide(state, command)
        assert not isinstance(decision, Rejection), decision
        for fact in decision:
            state = evolve(state, fact, command.at)
    assert state is not None
    return state


def refusal_of(state: State, command: Command) -> Rejection:
    """The law a wish broke."""
    decision = decide(state, command)
    assert isinstance(decision, Rejection), decision
    return decision
