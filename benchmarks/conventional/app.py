"""The FastAPI application."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select

from benchmarks.conventional.database import Database
from benchmarks.conventional.shapes import MyPageShown, NewRegistration, PageInfo, RegistrationShown
from benchmarks.conventional.showing import show_page, show_registration
from benchmarks.conventional.steps import Tell
from benchmarks.conventional.tables import Case, MyPage, Registration, Row
from benchmarks.conventional.worker import Worker
from benchmarks.conventional.writing import write_registration


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


def _nobody() -> None:
    """Nobody to wake."""


def build_app(database: Database, worker_of: Callable[[Tell], Worker] | None) -> FastAPI:
    """One process: the endpoints, and the worker beside them, if there is one."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.listeners = Listeners()
        app.state.wake = _nobody
        if worker_of is None:
            yield
        else:
            worker = worker_of(app.state.listeners.tell)
            app.state.wake = worker.wake
            worker.start()
            yield
            await asyncio.to_thread(worker.stop)
        database.close()

    app = FastAPI(title="conventional", lifespan=life)

    @app.post("/defectRegistrations", status_code=201)
    def register(data: NewRegistration, request: Request, response: Response) -> RegistrationShown:
        with database.writing() as session:
            row = write_registration(session, data)
            session.commit()
        request.app.state.wake()
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

    for path, table in (
        ("/defectRegistrations", Registration),
        ("/defectManagements", Case),
        ("/mypages", MyPage),
    ):
        app.get(path)(_counting(database, table))

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}

    return app


def _counting(database: Database, table: type[Row]) -> Callable[[], dict[str, PageInfo]]:
    def how_many() -> dict[str, PageInfo]:
        with database.reading() as session:
            total = session.scalar(select(func.count()).select_from(table)) or 0
        return {"page": PageInfo(size=20, total_elements=total, total_pages=-(-total // 20), number=0)}

    return how_many
