"""One defect's dossier: a case per attempt, and how facts fold into it. Pure.

The cancellation is an overlay (`cancellation`) on the state underneath (`underlying`): facts of other rooms
move what is underneath, and a refusal reveals it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from aptas.kernel.messages import DefectFact, Fact, Id
from aptas.management import events
from aptas.management.events import Cancellation, Home, Warranty

STATUSES = ("OPEN", "APPROVED", "REJECTED", "WITHDRAWING", "WITHDRAWN", "CLOSED")
_OVERLAY: dict[str | None, str] = {"asked": "WITHDRAWING", "done": "WITHDRAWN"}
SAID_BY_THE_OFFICE = "office"
"""The `urgency_basis` of an urgency that somebody in the office chose."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the office knows of one attempt. `contractor_id`: whom it was last handed to, even if declined."""

    attempt: int
    receipt_no: str
    claimed_type: str
    defect_type: str
    location: str | None
    kind: str | None
    description: str | None
    qty: int
    address: str | None
    household: str | None
    home: Home | None
    claimed_at: datetime
    trade: str
    urgency: str
    urgency_basis: str
    warranty: Warranty
    due_date: date
    suggested_contractor: Id | None
    similar: tuple[Id, ...]
    reopened_because: str | None = None
    is_identified: bool = False
    override_reason: str | None = None
    underlying: str = "OPEN"
    assignment: int = 0
    contractor_id: Id | None = None
    decided_at: datetime | None = None
    declined: bool = False
    reason: str | None = None
    cancellation: Cancellation | None = None
    refusal: str | None = None
    asked: int = 0
    asked_at: datetime | None = None

    @property
    def status(self) -> str:
        """What is shown: the overlay if there is one, else what lies underneath."""
        return _OVERLAY.get(self.cancellation, self.underlying)

    @property
    def shown_reason(self) -> str | None:
        """Of the decision, else of a refused cancellation, else of the re-opening."""
        return self.reason or self.refusal or self.reopened_because


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """All cases of one defect, the lowest attempt first; there is at least one."""

    defect_id: Id
    cases: tuple[Case, ...]

    @property
    def latest(self) -> Case:
        """The case the office acts upon."""
        return self.cases[-1]

    def of(self, attempt: int) -> Case | None:
        """The case of that attempt, if it was opened."""
        return next((case for case in self.cases if case.attempt == attempt), None)


State = Dossier | None


def evolve(state: State, fact: Fact, at: datetime) -> Dossier:
    """Fold one fact of this room into the case of its attempt."""
    assert isinstance(fact, DefectFact), "a dossier is made of facts about its defect"
    cases = state.cases if state else ()
    if isinstance(fact, events.CaseOpened):
        changed = _open(fact)
    else:
        standing = state.of(fact.attempt) if state else None
        assert standing is not None, "a case begins with CaseOpened"
        changed = _fold(standing, fact, at)
    others = tuple(case for case in cases if case.attempt != fact.attempt)
    ordered = sorted((*others, changed), key=lambda case: case.attempt)
    return Dossier(defect_id=fact.defect_id, cases=tuple(ordered))


def _open(fact: events.CaseOpened) -> Case:
    return Case(
        attempt=fact.attempt,
        receipt_no=fact.receipt_no,
        claimed_type=fact.defect_type,
        defect_type=fact.defect_type,
        location=fact.location,
        kind=fact.kind,
        description=fact.description,
        qty=fact.qty,
        address=fact.address,
        household=fact.household,
        home=fact.home,
        claimed_at=fact.claimed_at,
        trade=fact.trade,
        urgency=fact.urgency,
        urgency_basis=fact.urgency_basis,
        warranty=fact.warranty,
        due_date=fact.due_date,
        suggested_contractor=fact.suggested_contractor,
        similar=fact.similar,
        reopened_because=fact.reason,
    )


def _fold(case: Case, fact: DefectFact, at: datetime) -> Case:
    match fact:
        case events.DefectIdentified():
            return _identify(case, fact)
        case events.ContractorSuggested():
            return replace(case, suggested_contractor=fact.contractor_id)
        case events.DefectApproved():
            return replace(
                case,
                underlying="APPROVED",
                assignment=fact.assignment,
                contractor_id=fact.contractor_id,
                decided_at=fact.defectmanagement_dt,
                declined=False,
                reason=None,
            )
        case events.DefectRejected():
            return replace(
                case, underlying="REJECTED", reason=fact.reason, decided_at=fact.defectmanagement_dt
            )
        case events.CaseSettled():
            return _settle(case, fact)
        case events.CancellationRequested():
            return replace(case, cancellation="asked", asked=fact.asked, asked_at=at)
        case events.DefectWithdrawn():
            return replace(case, cancellation="done", asked_at=None)
        case events.CancellationRefused():
            return replace(case, cancellation="refused", refusal=fact.reason, asked_at=None)
    return case


def _identify(case: Case, fact: events.DefectIdentified) -> Case:
    is_as_before = (fact.defect_type, fact.urgency) == (case.defect_type, case.urgency)
    return replace(
        case,
        is_identified=True,
        defect_type=fact.defect_type,
        trade=fact.trade,
        urgency=fact.urgency,
        urgency_basis=case.urgency_basis if is_as_before else SAID_BY_THE_OFFICE,
        override_reason=fact.override_reason,
        warranty=fact.warranty or case.warranty,
        due_date=fact.due_date or case.due_date,
    )


def _settle(case: Case, fact: events.CaseSettled) -> Case:
    return replace(
        case,
        underlying=fact.status,
        cancellation=fact.cancellation,
        declined=fact.declined,
        reason=fact.reason,
        refusal=fact.refusal,
        asked_at=case.asked_at if fact.cancellation == "asked" else None,
    )
