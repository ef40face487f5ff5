"""The FastAPI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import uuid_utils
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aptas.kernel.identity import Snowflakes, receipt_number
from benchmarks.conventional.database import Database
from benchmarks.conventional.shapes import (
    Label,
    Link,
    MyPageShown,
    NewRegistration,
    PageInfo,
    RegistrationShown,
    mask,
)
from benchmarks.conventional.tables import Case, Contact, MyPage, OutboxEvent, Registration, Row
from benchmarks.conventional.worker import Worker

new_id = Snowflakes()


class Listeners:
    """Open event streams: a queue each, filled from the worker's thread."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[str | None]] = set()
        self._loop = asyncio.get_running_loop()

    def tell(self, data: str | None) -> None:
        """Hand `data` to all of them; None ends them."""
        if self._queues:
            self._loop.call_soon_threadsafe(self._spread, data)

    def _spread(self, data: str | None) -> None:
        for queue in self._queues:
            queue.put_nowait(data)

    async def hear(self) -> AsyncIterator[str]:
        """What is told from now on."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield ": open\n\n"
            while (data := await queue.get()) is not None:
                yield f"event: page\ndata: {data}\n\n"
        finally:
            self._queues.discard(queue)


def build_app(database: Database, has_worker: bool) -> FastAPI:
    """One process: the endpoints, and the worker beside them."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.listeners = Listeners()
        app.state.worker = Worker(database, app.state.listeners.tell)
        if has_worker:
            app.state.worker.start()
        yield
        if has_worker:
            await asyncio.to_thread(app.state.worker.stop)
        database.close()

    app = FastAPI(title="conventional", lifespan=life)

    @app.post("/defectRegistrations", status_code=201)
    def register(
        data: NewRegistration, request: Request, response: Response
    ) -> RegistrationShown:
        with database.writing() as session:
            row = write_registration(session, data)
            session.commit()
        request.app.state.worker.wake()
        origin = str(request.base_url).rstrip("/")
        response.headers["Location"] = f"{origin}/defectRegistrations/{row.defect_id}"
        return show_registration(row, origin)

    @app.get("/mypages/events")
    async def page_events(request: Request) -> StreamingResponse:
        return StreamingResponse(request.app.state.listeners.hear(), media_type="text/event-stream")

    @app.get("/mypages/{defect_id}")
    def read_page(defect_id: int, request: Request) -> MyPageShown:
        with database.reading() as session:
            page = session.get(MyPage, defect_id)
        if page is None:
            raise HTTPException(404, "there is no such page")
        return show_page(page, str(request.base_url).rstrip("/"))

    def count(path: str, table: type[Row]) -> None:
        @app.get(path)
        def how_many() -> dict[str, PageInfo]:
            with database.reading() as session:
                total = session.scalar(select(func.count()).select_from(table)) or 0
            return {"page": PageInfo(size=20, total_elements=total, total_pages=-(-total // 20), number=0)}

    count("/defectRegistrations", Registration)
    count("/defectManagements", Case)
    count("/mypages", MyPage)

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}

    return app


def write_registration(session: Session, data: NewRegistration) -> Registration:
    """Its row, its contact and its event."""
    row = Registration(
        defect_id=new_id(),
        receipt_no=receipt_number(),
        attempt=1,
        defect_type=data.defect_type,
        location=data.location,
        kind=data.kind,
        description=data.description,
        qty=data.qty,
        address=data.address,
        phone_number=mask(data.phone_number) if data.phone_number else None,
        status="RECEIVED",
        registered_at=datetime.now(UTC).replace(tzinfo=None),
        contact=Contact(phone=data.phone_number) if data.phone_number else None,
    )
    session.add_all([row, event_of(row)])
    return row


def event_of(row: Registration) -> OutboxEvent:
    """What others may read of it."""
    payload: dict[str, Any] = {
        "defectId": str(row.defect_id),
        "receiptNo": row.receipt_no,
        "attempt": 1,
        "defectType": row.defect_type,
        "location": row.location,
        "kind": row.kind,
        "description": row.description,
        "qty": row.qty,
        "address": row.address,
        "phoneNumber": row.phone_number,
        "status": row.status,
        "defectregistrationDt": row.registered_at.isoformat() + "Z",
    }
    return OutboxEvent(
        event_id=str(uuid_utils.uuid7()),
        defect_id=row.defect_id,
        type="DefectRegistered",
        payload=payload,
        recorded_at=row.registered_at,
    )


def show_registration(row: Registration, origin: str) -> RegistrationShown:
    """With the links that its state allows."""
    here = f"{origin}/defectRegistrations/{row.defect_id}"
    return RegistrationShown(
        defect_id=str(row.defect_id),
        receipt_no=row.receipt_no,
        attempt=row.attempt,
        defect_type=row.defect_type,
        location=row.location,
        kind=row.kind,
        description=row.description,
        qty=row.qty,
        address=row.address,
        phone_number=row.phone_number,
        status=row.status,
        registered_at=row.registered_at,
        links={
            "self": Link(href=here),
            "cancel": Link(href=f"{here}/cancel", method="POST"),
            "mypage": Link(href=f"{origin}/mypages/{row.defect_id}"),
        },
    )


def show_page(page: MyPage, origin: str) -> MyPageShown:
    """With its timeline and what may be done next."""
    here = f"{origin}/mypages/{page.defect_id}"
    return MyPageShown.model_validate(
        {
            "defect_id": str(page.defect_id),
            "receipt_no": page.receipt_no,
            "defect_type": page.defect_type,
            "qty": page.qty,
            "address": page.address,
            "status": page.status,
            "status_label": Label(ko="접수", en="Received"),
            "due_date": page.due_date,
            "timeline": page.timeline,
            "links": {
                "self": Link(href=here),
                "events": Link(href=f"{here}/events"),
                "cancel": Link(href=f"{origin}/defectRegistrations/{page.defect_id}/cancel", method="POST"),
            },
        }
    )
