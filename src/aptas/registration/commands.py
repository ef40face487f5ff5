"""Wishes put to registration: by the resident, and by its own policies for what other rooms decided."""

from dataclasses import dataclass

from aptas.kernel.messages import Command, Id


@dataclass(frozen=True, kw_only=True)
class RegisterDefect(Command):
    """Report a defect. `phone` is E.164 and stays in this room; `phone_masked` is what others may read."""

    defect_id: Id
    receipt_no: str
    defect_type: str
    location: str | None = None
    kind: str | None = None
    description: str | None = None
    qty: int = 1
    address: str | None = None
    phone: str | None = None
    phone_masked: str | None = None
    defect_image: str | None = None
    defect_video: str | None = None


@dataclass(frozen=True, kw_only=True)
class RequestCancellation(Command):
    """Call the repair off."""

    defect_id: Id


@dataclass(frozen=True, kw_only=True)
class AskAgain(Command):
    """The cancellation of this attempt has gone unanswered too long: say it once more."""

    defect_id: Id
    attempt: int


@dataclass(frozen=True, kw_only=True)
class ConfirmRepair(Command):
    """Sign the repair off."""

    defect_id: Id


@dataclass(frozen=True, kw_only=True)
class ReopenDefect(Command):
    """재하자: the same defect again, or a refusal the resident does not accept."""

    defect_id: Id
    reason: str


@dataclass(frozen=True, kw_only=True)
class RevealPhoneNumber(Command):
    """Look at the full phone number; the look is recorded with its reason."""

    defect_id: Id
    reason: str


@dataclass(frozen=True, kw_only=True)
class Note(Command):
    """Another room decided something about this attempt and assignment."""

    defect_id: Id
    attempt: int
    assignment: int
    reason: str | None = None


class NoteApproval(Note):
    """The office handed it to a contractor."""


class NoteRejection(Note):
    """The office refused it."""


class NoteDeparture(Note):
    """The contractor is on the way."""


class NoteFailedVisit(Note):
    """The visit came to nothing."""


class NoteCompletion(Note):
    """The contractor repaired it."""


class NoteDecline(Note):
    """The contractor does not take it."""


class NoteWithdrawal(Note):
    """The cancellation went through."""


class NoteRefusal(Note):
    """The cancellation was refused."""
