"""The background thread: reads the outbox, opens a case, writes the resident's page, one commit an event."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from aptas import catalogue
from benchmarks.conventional.database import Database
from benchmarks.conventional.tables import Case, MyPage, OutboxEvent

LOOK_AGAIN_SECONDS = 0.5
PIECE = 100
DAYS_TO_ANSWER = 15


class Worker:
    """`wake` after a commit; `tell` hears each page that was written, as JSON."""

    def __init__(self, database: Database, tell: Callable[[str], None]) -> None:
        self._database = database
        self._tell = tell
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="outbox")

    def start(self) -> None:
        """Begin with what is waiting."""
        self._thread.start()

    def wake(self) -> None:
        """Something was written."""
        self._wake.set()

    def stop(self) -> None:
        """End after the event in hand."""
        self._stopping = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            if not self._handle_some():
                self._wake.wait(LOOK_AGAIN_SECONDS)

    def _handle_some(self) -> int:
        pending = select(OutboxEvent.id).where(OutboxEvent.published_at.is_(None))
        with self._database.reading() as session:
            ids = session.scalars(pending.order_by(OutboxEvent.id).limit(PIECE)).all()
        for id_ in ids:
            if self._stopping:
                break
            with self._database.working() as session:
                event = session.get_one(OutboxEvent, id_)
                open_case(session, event)
                write_page(session, event)
                event.published_at = datetime.now(UTC)
                session.commit()
            self._tell(json.dumps({"defectId": str(event.defect_id), "status": "RECEIVED"}))
        return len(ids)


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
