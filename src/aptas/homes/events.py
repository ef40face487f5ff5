"""What is known of homes. Comes from a file for now, later from people and homes: the same event."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from aptas.kernel.messages import APTAS, Fact, Id


@dataclass(frozen=True, kw_only=True)
class HomeRecorded(Fact):
    """한 세대가 기록되었습니다. / A home of a complex, with the two dates a warranty may start from."""

    topic: ClassVar[str | None] = APTAS
    key: ClassVar[str] = "home_id"
    home_id: Id
    complex_name: str
    building: str
    floor: str
    home_no: str
    handover_date: date | None = None
    use_inspection_date: date | None = None


FACTS = (HomeRecorded,)
