"""A registration as HTTP shows and takes it."""

from datetime import datetime

import msgspec

from aptas.edge.bodies import Body
from aptas.edge.hal import Link, Links, action_links
from aptas.messaging.wire import camel
from aptas.registration.cancellations import why_not_cancel
from aptas.registration.decisions import why_not_confirm, why_not_reopen
from aptas.registration.model import Claim

Text = str | None


class NewRegistration(Body, kw_only=True):
    """What a resident reports."""

    defect_type: str
    phone_number: Text = None
    location: Text = None
    kind: Text = None
    description: Text = None
    qty: int | str | None = None
    address: Text = None
    defect_image: Text = None
    defect_video: Text = None


class Registration(msgspec.Struct, rename=camel, kw_only=True):
    """One registration. `phoneNumber` is masked; `reason` says why it stands where it stands;
    failing that, why the cancellation was refused."""

    defect_id: str
    receipt_no: str
    attempt: int
    defect_type: str
    location: Text
    kind: Text
    description: Text
    qty: int
    address: Text
    phone_number: Text
    status: str
    reason: Text
    defect_image: Text
    defect_video: Text
    defectregistration_dt: datetime
    links: Links = msgspec.field(name="_links")


_WHETHER = {"cancel": why_not_cancel, "confirm": why_not_confirm, "reopen": why_not_reopen}
_allowed: dict[tuple[str, str | None, bool], list[str]] = {}


def allowed_actions(claim: Claim) -> list[str]:
    """The actions that the state allows now. The laws look at three fields of few values: what they said is kept."""
    standing = (claim.underlying, claim.cancellation, claim.departed)
    if standing not in _allowed:
        _allowed[standing] = [name for name, why_not in _WHETHER.items() if why_not(claim) is None]
    return _allowed[standing]


def registration_of(claim: Claim, here: str, elsewhere: str, event_id: str | None = None) -> Registration:
    """The representation; after a command the mypage link waits for its fact."""
    after = f"?after={event_id}" if event_id else ""
    links = action_links(f"{here}/defectRegistrations/{claim.defect_id}", allowed_actions(claim))
    links["mypage"] = Link(f"{elsewhere}/mypages/{claim.defect_id}{after}")
    return Registration(
        defect_id=str(claim.defect_id),
        receipt_no=claim.receipt_no,
        attempt=claim.attempt,
        defect_type=claim.defect_type,
        location=claim.location,
        kind=claim.kind,
        description=claim.description,
        qty=claim.qty,
        address=claim.address,
        phone_number=claim.phone_number,
        status=claim.status,
        reason=claim.shown_reason,
        defect_image=claim.defect_image,
        defect_video=claim.defect_video,
        defectregistration_dt=claim.registered_at,
        links=links,
    )
