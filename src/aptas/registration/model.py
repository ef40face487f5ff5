"""One claim: its state, and how facts fold into it. Pure.

The cancellation is an overlay (`cancellation`) on the state underneath (`underlying`): facts of other rooms
move what is underneath, and a refusal reveals it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from aptas.kernel.messages import Fact, Id
from aptas.registration import events

STATUSES = ("RECEIVED", "ASSIGNED", "COMPLETED", "CONFIRMED", "REJECTED", "CANCELLING", "CANCELLED")
UNLISTED = ("CANCELLING", "CANCELLED")
_OVERLAY: dict[str | None, str] = {"asked": "CANCELLING", "done": "CANCELLED"}


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What registration knows of one defect. `reason`: of the state underneath, `refusal`: of the cancellation."""

    defect_id: Id
    receipt_no: str
    attempt: int
    defect_type: str
    location: str | None
    kind: str | None
    description: str | None
    qty: int
    address: str | None
    phone_number: str | None
    defect_image: str | None
    defect_video: str | None
    registered_at: datetime
    underlying: str = "RECEIVED"
    assignment: int = 0
    departed: bool = False
    cancellation: Literal["asked", "refused", "done"] | None = None
    asked: int = 0
    asked_at: datetime | None = None
    reason: str | None = None
    refusal: str | None = None

    @property
    def shown_reason(self) -> str | None:
        """Why it stands where it stands; failing that, why the cancellation was refused.

        Two fields, since they come by two topics: with one, whichever arrived last would stay.
        """
        return None if self.status == "CANCELLED" else self.reason or self.refusal

    @property
    def status(self) -> str:
        """What is shown: the overlay if there is one, else what lies underneath."""
        return _OVERLAY.get(self.cancellation, self.underlying)


State = Claim | None


def evolve(state: State, fact: Fact, at: datetime) -> Claim:
    """Fold one fact of this room into its claim."""
    match fact:
        case events.DefectRegistered():
            return _begin(fact)
        case events.DefectReopened():
            return replace(_begin(fact), reason=fact.reason)
    assert state is not None, "a claim begins with DefectRegistered"
    match fact:
        case events.DefectCancelled():
            return replace(state, cancellation="asked", asked=fact.asked, asked_at=at)
        case events.RepairConfirmed():
            return replace(state, underlying="CONFIRMED")
        case events.ClaimMoved():
            return replace(
                state,
                underlying=fact.status,
                assignment=fact.assignment,
                departed=fact.departed,
                reason=fact.reason,
            )
        case events.CancellationSettled(refused=True):
            return replace(state, cancellation="refused", asked_at=None, refusal=fact.reason)
        case events.CancellationSettled():
            return replace(state, cancellation="done", asked_at=None)
    return state


def _begin(fact: events.DefectRegistered | events.DefectReopened) -> Claim:
    return Claim(
        defect_id=fact.defect_id,
        receipt_no=fact.receipt_no,
        attempt=fact.attempt,
        defect_type=fact.defect_type,
        location=fact.location,
        kind=fact.kind,
        description=fact.description,
        qty=fact.qty,
        address=fact.address,
        phone_number=fact.phone_number,
        defect_image=fact.defect_image,
        defect_video=fact.defect_video,
        registered_at=fact.defectregistration_dt,
    )
