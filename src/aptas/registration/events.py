"""What registration says happened. Facts with a topic are the room's published language."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aptas.kernel.messages import APTAS, DefectFact


@dataclass(frozen=True, kw_only=True)
class _Claimed(DefectFact):
    topic: ClassVar[str | None] = APTAS
    receipt_no: str
    defect_type: str
    location: str | None = None
    kind: str | None = None
    description: str | None = None
    qty: int = 1
    address: str | None = None
    phone_number: str | None = None
    """Masked, as 010-****-6068: full numbers never travel."""
    defect_image: str | None = None
    defect_video: str | None = None
    status: str = "RECEIVED"
    defectregistration_dt: datetime


@dataclass(frozen=True, kw_only=True)
class DefectRegistered(_Claimed):
    """입주민이 하자를 접수했습니다. / A resident reported a defect."""


@dataclass(frozen=True, kw_only=True)
class DefectReopened(_Claimed):
    """입주민이 다시 접수했습니다. / The resident asked for another attempt; `attempt` is the new one."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class DefectCancelled(DefectFact):
    """입주민이 취소를 요청했습니다. / The resident asked to call it off: that is not decided yet.

    The name is the original's, which knew no answer.
    """

    topic: ClassVar[str | None] = APTAS
    defect_type: str
    status: str = "CANCELLING"
    asked: int = 1
    """How often this one cancellation has been asked for."""


@dataclass(frozen=True, kw_only=True)
class RepairConfirmed(DefectFact):
    """입주민이 보수를 확인했습니다. / The resident signed the repair off."""

    topic: ClassVar[str | None] = APTAS
    status: str = "CONFIRMED"


@dataclass(frozen=True, kw_only=True)
class PhoneNumberRevealed(DefectFact):
    """Somebody looked at the full number."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class ClaimMoved(DefectFact):
    """The state underneath moved, because another room said so."""

    status: str
    departed: bool
    reason: str | None = None
    because: str


@dataclass(frozen=True, kw_only=True)
class CancellationSettled(DefectFact):
    """The cancellation was answered."""

    refused: bool
    reason: str | None = None


FACTS = (
    DefectRegistered,
    DefectReopened,
    DefectCancelled,
    RepairConfirmed,
    PhoneNumberRevealed,
    ClaimMoved,
    CancellationSettled,
)
