"""A case as HTTP shows it, and what the office may say about it."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from aptas.edge.bodies import Body
from aptas.edge.hal import Links, action_links
from aptas.kernel.messages import Id
from aptas.management.decisions import why_not_approve, why_not_identify, why_not_reject
from aptas.management.events import Warranty
from aptas.management.model import Dossier
from aptas.management.tables import handed_to
from aptas.messaging.wire import camel

Text = str | None


class Identification(Body, kw_only=True):
    """What is left out stays as it is, or follows the new type. What differs needs a reason."""

    defect_type: Text = None
    trade: Text = None
    urgency: Text = None
    reason: Text = None


class Approval(Body, kw_only=True):
    """Whom to hand it to, by one of the ids of GET /contractorCompanies."""

    contractor_id: str | int


class WarrantyShown(msgspec.Struct, rename=camel, kw_only=True):
    """The verdict (in, expiring, out, "undecided: <why>"); `until` is its last day, `mapping` how sure the work type
    is, `source` where its years were read."""

    verdict: str
    work_type: str
    work_type_ko: str
    years: int
    until: date | None
    article: str
    mapping: str
    source: str


class Suggested(msgspec.Struct, rename=camel, kw_only=True):
    """Who does this trade and has the least to do."""

    contractor_id: str
    name: Text


class CaseShown(msgspec.Struct, rename=camel, kw_only=True):
    """The latest case of one defect. `asked`: how often the contractor was asked to withdraw."""

    defect_id: str
    receipt_no: str
    attempt: int
    assignment: int
    defect_type: str
    location: Text
    kind: Text
    description: Text
    qty: int
    address: Text
    trade: str
    urgency: str
    urgency_basis: str
    warranty: WarrantyShown
    due_date: date
    suggested_contractor: Suggested | None
    similar: list[str]
    status: str
    is_declined: bool
    reason: Text
    contractor_id: Text
    asked: int
    claimed_at: datetime
    defectmanagement_dt: datetime | None
    links: Links = msgspec.field(name="_links")


Names = Mapping[Id, str]


def allowed_actions(dossier: Dossier) -> list[str]:
    """The actions that the state allows now."""
    whether = {"identify": why_not_identify, "approve": why_not_approve, "reject": why_not_reject}
    return [name for name, why_not in whether.items() if why_not(dossier) is None]


def case_of(dossier: Dossier, names: Names, here: str) -> CaseShown:
    """The representation; `names` of the contractors that may be suggested."""
    case, contractor = dossier.latest, handed_to(dossier.latest)
    resource = f"{here}/defectManagements/{dossier.defect_id}"
    return CaseShown(
        defect_id=str(dossier.defect_id),
        receipt_no=case.receipt_no,
        attempt=case.attempt,
        assignment=case.assignment,
        defect_type=case.defect_type,
        location=case.location,
        kind=case.kind,
        description=case.description,
        qty=case.qty,
        address=case.address,
        trade=case.trade,
        urgency=case.urgency,
        urgency_basis=case.urgency_basis,
        warranty=_warranty(case.warranty),
        due_date=case.due_date,
        suggested_contractor=_suggested(case.suggested_contractor, names),
        similar=[str(other) for other in case.similar],
        status=case.status,
        is_declined=case.declined,
        reason=case.shown_reason,
        contractor_id=None if contractor is None else str(contractor),
        asked=case.asked,
        claimed_at=case.claimed_at,
        defectmanagement_dt=case.decided_at,
        links=action_links(resource, allowed_actions(dossier)),
    )


def _suggested(contractor_id: Id | None, names: Names) -> Suggested | None:
    if contractor_id is None:
        return None
    return Suggested(contractor_id=str(contractor_id), name=names.get(contractor_id))


def _warranty(found: Warranty) -> WarrantyShown:
    return WarrantyShown(
        verdict=found.verdict,
        work_type=found.work_type,
        work_type_ko=found.work_type_ko,
        years=found.years,
        until=found.until,
        article=found.article,
        mapping=found.mapping,
        source=found.source,
    )
