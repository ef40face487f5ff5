"""Wishes put to the contractor: by the company, by the resident about the visit, and by its own policies."""

from dataclasses import dataclass
from datetime import date, datetime

from aptas.contractor.events import Slot
from aptas.kernel.messages import Command, Id


@dataclass(frozen=True, kw_only=True)
class EnrolContractor(Command):
    """Take up work. `phone` is E.164 and stays in this room; `phone_masked` is what others may read."""

    contractor_id: Id
    name: str
    trades: tuple[str, ...]
    phone: str | None = None
    phone_masked: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProposeVisit(Command):
    """The contractor offers one to three times, also in place of a visit already agreed."""

    defect_id: Id
    slots: tuple[Slot, ...]


@dataclass(frozen=True, kw_only=True)
class CounterProposeVisit(Command):
    """The resident offers one to three other times."""

    defect_id: Id
    slots: tuple[Slot, ...]


@dataclass(frozen=True, kw_only=True)
class AcceptVisit(Command):
    """The resident takes the proposed slot that begins at `start`."""

    defect_id: Id
    start: datetime


@dataclass(frozen=True, kw_only=True)
class Depart(Command):
    """Set out for the agreed visit."""

    defect_id: Id


@dataclass(frozen=True, kw_only=True)
class ReportFailedVisit(Command):
    """Nobody home, a part missing, …: another visit is needed."""

    defect_id: Id
    reason: str


@dataclass(frozen=True, kw_only=True)
class CompleteRepair(Command):
    """Report the repair done."""

    defect_id: Id
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeclineWorkOrder(Command):
    """Hand the work order back to the office."""

    defect_id: Id
    reason: str


@dataclass(frozen=True, kw_only=True)
class OfferWorkOrder(Command):
    """The office handed a defect over: hand-over `assignment` of this attempt."""

    defect_id: Id
    attempt: int
    assignment: int
    contractor_id: Id
    contractor_name: str
    defect_type: str
    trade: str
    urgency: str
    address: str | None
    description: str | None
    location: str | None
    kind: str | None
    qty: int
    due_date: date


@dataclass(frozen=True, kw_only=True)
class AnswerCancellation(Command):
    """The office asks, perhaps once more, to give this hand-over up."""

    defect_id: Id
    attempt: int
    assignment: int
    contractor_id: Id
