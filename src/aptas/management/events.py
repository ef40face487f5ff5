"""What the office says happened. Facts with a topic are the room's published language."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from aptas.kernel.messages import APTAS, COMPENSATION, DefectFact, Fact, Id

Cancellation = Literal["asked", "refused", "done"]
"""The overlay: asked of the contractor, refused, or gone through."""


@dataclass(frozen=True, kw_only=True)
class Warranty:
    """한 건의 담보책임기간 판정. / The warranty verdict of one claim, as looked up when its case opened.

    `verdict`: in, expiring, out, or "undecided: <why>". `until`: the last day, inclusive. `mapping` says how sure
    the work type is (catalogue.json, warranty_mapping); `article` the law it rests on; `source` where its years were
    read (warranty.json: "secondary: …" is not the law's own text).
    """

    verdict: str
    work_type: str
    work_type_ko: str
    years: int
    until: date | None
    article: str
    mapping: str
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class DefectIdentified(DefectFact):
    """사무소가 하자를 판정했습니다. / The office said what kind of defect it is."""

    topic: ClassVar[str | None] = APTAS
    defect_type: str
    trade: str
    urgency: str
    override_reason: str | None = None
    """There when it differs from the catalogue."""
    warranty: Warranty | None = None
    due_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class DefectApproved(DefectFact):
    """사무소가 시공사에 넘겼습니다. / The office handed it to a contractor, for the `assignment`-th time."""

    topic: ClassVar[str | None] = APTAS
    contractor_id: Id
    contractor_name: str
    defect_type: str
    trade: str
    urgency: str
    address: str | None = None
    description: str | None = None
    location: str | None = None
    kind: str | None = None
    qty: int = 1
    due_date: date
    status: str = "APPROVED"
    defectmanagement_dt: datetime


@dataclass(frozen=True, kw_only=True)
class DefectRejected(DefectFact):
    """사무소가 서면으로 반려했습니다. / The office refused it, in writing."""

    topic: ClassVar[str | None] = APTAS
    reason: str
    status: str = "REJECTED"
    defectmanagement_dt: datetime


@dataclass(frozen=True, kw_only=True)
class DefectWithdrawn(DefectFact):
    """시공사에 넘기기 전에 취소되었습니다. / Cancelled before any contractor had it."""

    topic: ClassVar[str | None] = COMPENSATION
    status: str = "WITHDRAWN"


@dataclass(frozen=True, kw_only=True)
class CancellationRequested(DefectFact):
    """사무소가 시공사에 취소를 요청했습니다. / The office asks the contractor to withdraw."""

    topic: ClassVar[str | None] = COMPENSATION
    contractor_id: Id
    asked: int = 1
    """How often this one cancellation was asked for."""
    status: str = "WITHDRAWING"


@dataclass(frozen=True, kw_only=True)
class CancellationRefused(DefectFact):
    """종결되거나 반려되어 취소할 수 없습니다. / Too late to cancel: the case was closed or rejected already."""

    topic: ClassVar[str | None] = COMPENSATION
    reason: str


@dataclass(frozen=True, kw_only=True)
class Home:
    """The home a claim is about, as the office knew it when the case opened.

    A warranty starts on `handover_date` (private parts) or `use_inspection_date` (common parts).
    """

    home_id: Id
    household: str
    complex_name: str
    building: str
    floor: str
    home_no: str
    handover_date: date | None = None
    use_inspection_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class CaseOpened(DefectFact):
    """A case of one attempt, with what was looked up when it opened."""

    receipt_no: str
    defect_type: str
    location: str | None
    kind: str | None
    description: str | None
    qty: int
    address: str | None
    household: str | None
    """The home's key, by which claims of one household are kept side by side."""
    home: Home | None
    """Kept whole: another defect type has another warranty, counted from the same dates."""
    claimed_at: datetime
    trade: str
    urgency: str
    urgency_basis: str
    warranty: Warranty
    due_date: date
    suggested_contractor: Id | None
    similar: tuple[Id, ...]
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseSettled(DefectFact):
    """Another room's answer moved the case: `status` underneath, `cancellation` the overlay.

    `reason` belongs to the status, `refusal` to the cancellation: the answer to repeat when asked again.
    """

    status: str
    cancellation: Cancellation | None
    declined: bool = False
    reason: str | None = None
    refusal: str | None = None
    because: str


@dataclass(frozen=True, kw_only=True)
class ContractorSuggested(DefectFact):
    """The trade of an open case changed, and so did whom to ask; None: nobody on the roster does it."""

    contractor_id: Id | None


@dataclass(frozen=True, kw_only=True)
class ContractorNoted(Fact):
    """The roster's copy of one contractor."""

    key: ClassVar[str] = "contractor_id"
    contractor_id: Id
    name: str
    trades: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HomeNoted(Fact):
    """The office's copy of one home."""

    key: ClassVar[str] = "home_id"
    home_id: Id
    complex_name: str
    building: str
    floor: str
    home_no: str
    household: str
    handover_date: date | None
    use_inspection_date: date | None


FACTS = (
    DefectIdentified,
    DefectApproved,
    DefectRejected,
    DefectWithdrawn,
    CancellationRequested,
    CancellationRefused,
    CaseOpened,
    CaseSettled,
    ContractorSuggested,
    ContractorNoted,
    HomeNoted,
)
