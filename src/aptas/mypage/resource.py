"""A mypage as HTTP shows it."""

from datetime import date, datetime

import msgspec

from aptas.edge.hal import Link, Links
from aptas.kernel.messages import Fact, Heard
from aptas.messaging.wire import camel
from aptas.mypage.rows import STATUS_LABELS, MyPage, Slot, Text, what_next

_encode = msgspec.json.Encoder().encode


class TimelineEntry(msgspec.Struct, rename=camel, kw_only=True):
    """One thing that happened."""

    at: datetime
    event_type: str
    attempt: int
    text: Text


class MyPageResource(msgspec.Struct, rename=camel, kw_only=True):
    """One defect as its resident reads it."""

    defect_id: str
    receipt_no: str
    attempt: int
    assignment: int
    defect_type: str
    location: str | None
    kind: str | None
    description: str | None
    qty: int
    address: str | None
    status: str
    status_label: Text
    contractor: str | None
    contractor_id: str | None
    slots: tuple[Slot, ...]
    visit: Slot | None
    due_date: date | None
    reason: str | None
    note: str | None
    photos: tuple[str, ...]
    timeline: list[TimelineEntry]
    links: Links = msgspec.field(name="_links")


def links_of(row: MyPage, here: str, elsewhere: str) -> Links:
    """Where to follow it, and what the resident may do next, in the rooms that do it."""
    self_ = f"{here}/mypages/{row.defect_id}"
    links = {"self": Link(self_), "events": Link(f"{self_}/events")}
    for name in what_next(row):
        room = "defectContractors" if name.endswith("visit") else "defectRegistrations"
        links[name] = Link(f"{elsewhere}/{room}/{row.defect_id}/{name}", "POST")
    return links


def mypage_of(row: MyPage, here: str, elsewhere: str) -> MyPageResource:
    """The representation."""
    return MyPageResource(
        defect_id=str(row.defect_id),
        receipt_no=row.receipt_no,
        attempt=row.attempt,
        assignment=row.assignment,
        defect_type=row.defect_type,
        location=row.location,
        kind=row.kind,
        description=row.description,
        qty=row.qty,
        address=row.address,
        status=row.status,
        status_label=STATUS_LABELS[row.status],
        contractor=row.contractor_name,
        contractor_id=None if row.contractor_id is None else str(row.contractor_id),
        slots=row.slots,
        visit=row.visit,
        due_date=row.due_date,
        reason=row.reason,
        note=row.note,
        photos=row.photos,
        timeline=[
            TimelineEntry(
                at=entry.at,
                event_type=entry.event_type,
                attempt=entry.attempt,
                text=Text(ko=entry.ko, en=entry.en),
            )
            for entry in row.timeline
        ],
        links=links_of(row, here, elsewhere),
    )


def change_of(row: MyPage, heard: Heard[Fact]) -> str:
    """The JSON of one change, as the event streams tell it."""
    label = STATUS_LABELS[row.status]
    told = next((each for each in row.timeline if each.event_id == heard.event_id), None)
    change = {
        "defectId": str(row.defect_id),
        "receiptNo": row.receipt_no,
        "eventId": heard.event_id,
        "eventType": type(heard.fact).__name__,
        "at": heard.at,
        "status": row.status,
        "statusLabel": label,
        "text": None if told is None else Text(ko=told.ko, en=told.en),
    }
    return _encode(change).decode()
