"""What is done about an event: a case opened, the resident's page written, in the caller's session."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from aptas import catalogue
from benchmarks.conventional.tables import Case, MyPage, OutboxEvent

DAYS_TO_ANSWER = 15


def open_case(session: Session, event: OutboxEvent) -> None:
    """The office's case, unless there is one."""
    if session.get(Case, event.defect_id) is not None:
        return
    known = catalogue.DEFECT_TYPES[event.payload["defectType"]]
    session.add(
        Case(
            defect_id=event.defect_id,
            defect_type=known.id,
            trade=known.trade,
            urgency=known.default_urgency,
            due_date=(event.recorded_at + timedelta(days=DAYS_TO_ANSWER)).date(),
        )
    )


def write_page(session: Session, event: OutboxEvent) -> None:
    """The resident's page, with one entry more in its timeline."""
    told: dict[str, Any] = event.payload
    page = session.get(MyPage, event.defect_id)
    if page is None:
        page = MyPage(
            defect_id=event.defect_id,
            receipt_no=told["receiptNo"],
            defect_type=told["defectType"],
            qty=told["qty"],
            address=told["address"],
            due_date=(event.recorded_at + timedelta(days=DAYS_TO_ANSWER)).date(),
            timeline=[],
        )
        session.add(page)
    entry = {
        "at": event.recorded_at.isoformat() + "Z",
        "eventType": event.type,
        "text": {
            "ko": f"하자를 접수했습니다. 접수번호는 {told['receiptNo']}입니다.",
            "en": f"The defect was registered. The receipt number is {told['receiptNo']}.",
        },
    }
    page.timeline = [*page.timeline, entry]
