"""What hangs in the gallery: one row a defect, its status as the resident reads it, and what comes next."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from aptas.kernel.messages import Id

Base = Literal[
    "RECEIVED", "ASSIGNED", "SCHEDULING", "SCHEDULED", "DEPARTED", "COMPLETED", "CONFIRMED", "REJECTED"
]
Status = Base | Literal["CANCELLING", "CANCELLED"]
Answer = Literal["done", "refused"]


@dataclass(frozen=True, kw_only=True)
class Text:
    """What people read, in both languages."""

    ko: str
    en: str


STATUS_LABELS: dict[Status, Text] = {
    "RECEIVED": Text(ko="접수", en="Received"),
    "ASSIGNED": Text(ko="배정", en="Assigned"),
    "SCHEDULING": Text(ko="일정협의", en="Agreeing a visit"),
    "SCHEDULED": Text(ko="방문예정", en="Visit scheduled"),
    "DEPARTED": Text(ko="출발", en="On the way"),
    "COMPLETED": Text(ko="완료", en="Completed"),
    "CONFIRMED": Text(ko="확인", en="Confirmed"),
    "REJECTED": Text(ko="반려", en="Rejected"),
    "CANCELLING": Text(ko="취소요청", en="Cancellation requested"),
    "CANCELLED": Text(ko="취소", en="Cancelled"),
}


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A time for a visit, from `start` (inclusive) to `end` (exclusive), both with an offset."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened, in a sentence. `topic` settles the order of two at the same moment."""

    at: datetime
    event_type: str
    event_id: str
    source: str
    topic: str
    attempt: int
    ko: str
    en: str


@dataclass(frozen=True, kw_only=True)
class MyPage:
    """One defect as its resident sees it. `receipt_no`, `defect_type`: empty until known.

    `base` is the status by topic `aptas`; the cancellation lies over it (`cancellation_asked`, `_answer`,
    `refusal`: why it was refused). `has_base`: whether `aptas` has spoken of this attempt's status yet.
    `proposed_by`: whose `slots` are on the table.
    """

    defect_id: Id
    receipt_no: str = ""
    attempt: int = 1
    assignment: int = 0
    defect_type: str = ""
    qty: int = 1
    address: str | None = None
    location: str | None = None
    kind: str | None = None
    description: str | None = None
    photos: tuple[str, ...] = ()
    video: str | None = None
    base: Base = "RECEIVED"
    has_base: bool = False
    base_reason: str | None = None
    cancellation_asked: bool = False
    cancellation_answer: Answer | None = None
    refusal: str | None = None
    contractor_id: Id | None = None
    contractor_name: str | None = None
    slots: tuple[Slot, ...] = ()
    proposed_by: Literal["contractor", "resident"] | None = None
    visit: Slot | None = None
    due_date: date | None = None
    note: str | None = None
    timeline: tuple[Entry, ...] = ()

    @property
    def status(self) -> Status:
        """What is shown: the overlay if there is one, else the base. An answer implies that it was asked."""
        if self.cancellation_answer == "done":
            return "CANCELLED"
        if self.cancellation_asked and self.cancellation_answer is None:
            return "CANCELLING"
        return self.base

    @property
    def reason(self) -> str | None:
        """Why it stands where it stands; failing that, why the cancellation was refused.

        Two fields, since they come by two topics: with one, whichever arrived last would stay.
        """
        return None if self.status == "CANCELLED" else self.base_reason or self.refusal


def what_next(row: MyPage) -> tuple[str, ...]:
    """The links the resident is offered, by the tables of the two rooms; none under the overlay."""
    status = row.status
    is_offered_a_visit = status == "SCHEDULING" and row.proposed_by == "contractor"
    allowed = {
        "cancel": status in ("RECEIVED", "ASSIGNED", "SCHEDULING", "SCHEDULED")
        and not row.cancellation_asked,
        "accept-visit": is_offered_a_visit,
        "counter-propose-visit": is_offered_a_visit or status == "SCHEDULED",
        "confirm": status == "COMPLETED",
        "reopen": status in ("COMPLETED", "CONFIRMED", "REJECTED"),
    }
    return tuple(link for link, is_allowed in allowed.items() if is_allowed)
