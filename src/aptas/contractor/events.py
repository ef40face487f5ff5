"""What the contractor says happened. Facts with a topic are the room's published language."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from aptas.kernel.messages import APTAS, COMPENSATION, DefectFact, Fact, Id


@dataclass(frozen=True, kw_only=True)
class Slot:
    """한 번의 방문 시간. / One possible visit, from `start` (inclusive) to `end` (exclusive), both with an offset."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class _OrderFact(DefectFact):
    topic: ClassVar[str | None] = APTAS
    contractor_id: Id


@dataclass(frozen=True, kw_only=True)
class VisitProposed(_OrderFact):
    """시공사가 방문 시간을 제안했습니다. / The contractor offers one to three times."""

    slots: tuple[Slot, ...]


@dataclass(frozen=True, kw_only=True)
class VisitCounterProposed(_OrderFact):
    """입주민이 다른 시간을 제안했습니다. / The resident offers one to three other times."""

    slots: tuple[Slot, ...]


@dataclass(frozen=True, kw_only=True)
class VisitScheduled(_OrderFact):
    """방문이 정해졌습니다. / The visit is agreed."""

    visit: Slot


@dataclass(frozen=True, kw_only=True)
class ContractorDeparted(_OrderFact):
    """출발했습니다. 이제 되돌리지 않습니다. / On the way: from here on a repair is not undone."""

    status: str = "DEPARTED"


@dataclass(frozen=True, kw_only=True)
class VisitFailed(_OrderFact):
    """방문이 이루어지지 못했습니다. / Nobody home, a part missing, …: back to agreeing a visit."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class DefectCompleted(_OrderFact):
    """보수를 마쳤습니다. / Repaired."""

    note: str | None = None
    status: str = "COMPLETED"
    defect_dt: datetime
    """When the repair was reported (the original's field)."""


@dataclass(frozen=True, kw_only=True)
class WorkOrderDeclined(_OrderFact):
    """시공사가 맡지 않습니다. / The contractor does not take it; the office chooses another."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class WorkOrderCancelled(DefectFact):
    """시공사가 물러났습니다. / The contractor withdrew, or never had it.

    Never had it: a tombstone, whose `contractor_id` is the one named in the request.
    """

    topic: ClassVar[str | None] = COMPENSATION
    contractor_id: Id | None = None
    status: str = "CANCELLED"


@dataclass(frozen=True, kw_only=True)
class CancellationRefused(DefectFact):
    """출발했거나 마쳐서 취소할 수 없습니다. / Departed or done: the contractor owns the pivot."""

    topic: ClassVar[str | None] = COMPENSATION
    contractor_id: Id | None = None
    reason: str


@dataclass(frozen=True, kw_only=True)
class ContractorEnrolled(Fact):
    """시공사가 일을 시작했습니다. / A company took up work; its phone number is masked."""

    topic: ClassVar[str | None] = APTAS
    key: ClassVar[str] = "contractor_id"
    contractor_id: Id
    name: str
    trades: tuple[str, ...]
    phone_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class WorkOrderOffered(_OrderFact):
    """A hand-over by the office arrived."""

    topic: ClassVar[str | None] = None
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


FACTS = (
    VisitProposed,
    VisitCounterProposed,
    VisitScheduled,
    ContractorDeparted,
    VisitFailed,
    DefectCompleted,
    WorkOrderDeclined,
    WorkOrderCancelled,
    CancellationRefused,
    ContractorEnrolled,
    WorkOrderOffered,
)
