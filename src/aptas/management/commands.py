"""Wishes put to management: by the office, and by its own policies for what other rooms decided."""

from dataclasses import dataclass
from datetime import date, datetime

from aptas.kernel.messages import Command, Id
from aptas.management.events import Home


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A contractor on the roster, with the number of work orders it has open."""

    contractor_id: Id
    name: str
    trades: tuple[str, ...]
    open_orders: int = 0


@dataclass(frozen=True, kw_only=True)
class Lookups:
    """What the room's edge found before a case is opened. `similar`: open defects of the same household."""

    home: Home | None = None
    similar: tuple[Id, ...] = ()
    roster: tuple[Candidate, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OpenCase(Command):
    """A claim arrived, or one came back (`reason` says why). `lookups` None: nothing was found."""

    defect_id: Id
    attempt: int
    receipt_no: str
    defect_type: str
    location: str | None = None
    kind: str | None = None
    description: str | None = None
    qty: int = 1
    address: str | None = None
    claimed_at: datetime
    reason: str | None = None
    lookups: Lookups | None = None


@dataclass(frozen=True, kw_only=True)
class IdentifyDefect(Command):
    """Say what kind of defect it is. None: as the case has it, or as the new type suggests.

    `roster`: whom to suggest if the trade changes.
    """

    defect_id: Id
    defect_type: str | None = None
    trade: str | None = None
    urgency: str | None = None
    reason: str | None = None
    roster: tuple[Candidate, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ApproveDefect(Command):
    """Hand it to a contractor. `contractor` is what the roster says of that id, None if it is not there."""

    defect_id: Id
    contractor_id: Id
    contractor: Candidate | None = None


@dataclass(frozen=True, kw_only=True)
class RejectDefect(Command):
    """Refuse it, in writing."""

    defect_id: Id
    reason: str


@dataclass(frozen=True, kw_only=True)
class AskContractorAgain(Command):
    """The contractor has left a cancellation unanswered too long: say it once more."""

    defect_id: Id
    attempt: int


@dataclass(frozen=True, kw_only=True)
class Note(Command):
    """Another room decided something about this attempt and assignment."""

    defect_id: Id
    attempt: int
    assignment: int
    reason: str | None = None


class NoteCancellation(Note):
    """The resident wants to call it off."""


class NoteWorkOrderCancelled(Note):
    """The contractor withdrew."""


class NoteContractorRefusal(Note):
    """The contractor is on the way or done, and does not withdraw."""


class NoteDecline(Note):
    """The contractor does not take it."""


class NoteCompletion(Note):
    """The contractor repaired it."""


@dataclass(frozen=True, kw_only=True)
class NoteContractor(Command):
    """A company took up work, or changed what it does."""

    contractor_id: Id
    name: str
    trades: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NoteHome(Command):
    """A home became known, or its dates did."""

    home_id: Id
    complex_name: str
    building: str
    floor: str
    home_no: str
    handover_date: date | None = None
    use_inspection_date: date | None = None
