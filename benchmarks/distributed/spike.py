"""The two services of the spike that the design rests on, to see what they give on this machine.

    python -m benchmarks.distributed.spike orm|group --port N --database postgresql://…

Both insert a bare row and its outbox row, and check nothing. `orm`: FastAPI, a session and a commit a request (then
620 POST/s); `group`: Litestar, what came while one batch was committed goes into the next, through SQLAlchemy Core on
asyncpg (then 6,900). PostgreSQL 15, fsync on, one core.
"""

import argparse
import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import uvicorn
from fastapi import FastAPI, Request
from litestar import Litestar, get, post
from litestar.params import JSONBody
from pydantic import BaseModel
from sqlalchemy import URL, BigInteger, Text, create_engine, insert, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

CONNECTIONS = 20
_ids = itertools.count(1)


class Row(DeclarativeBase):
    """All tables."""


class Defect(Row):
    """What was reported."""

    __tablename__ = "defects"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)


class Pending(Row):
    """What is to be told of it."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(Text)


class Said(BaseModel):
    """A request of `orm`."""

    defectType: str
    phoneNumber: str
    address: str
    qty: int


class Heard(msgspec.Struct):
    """A request of `group`."""

    defectType: str
    phoneNumber: str
    address: str
    qty: int


class Answer(BaseModel):
    """What `orm` says to it."""

    defectId: str


def orm(url: URL) -> FastAPI:
    """A session and a commit a request, in FastAPI's threads."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"), pool_size=CONNECTIONS, max_overflow=0, pool_timeout=30
    )
    Row.metadata.create_all(engine)
    sessions = sessionmaker(engine, expire_on_commit=False)
    app = FastAPI()

    @app.post("/defectRegistrations", status_code=201)
    def register(data: Said, request: Request) -> Answer:
        number, text = next(_ids), data.model_dump_json()
        with sessions() as session:
            session.add_all([Defect(id=number, body=text), Pending(id=number, value=text)])
            session.commit()
        return Answer(defectId=str(number))

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}

    return app


class Group:
    """Whoever asks while a batch is under way is in the next one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: list[tuple[dict[str, Any], asyncio.Future[None]]] = []
        self._work: asyncio.Task[None] | None = None
        self._statements = insert(Defect.__table__), insert(Pending.__table__)  # type: ignore[arg-type]

    async def write(self, row: dict[str, Any]) -> None:
        """Durable when it returns."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((row, future))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run())
        await future

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            async with self._engine.begin() as connection:
                for statement in self._statements:
                    await connection.execute(statement, [row for row, _ in batch])
            for _, future in batch:
                future.set_result(None)


def group(url: URL) -> Litestar:
    """Group commit."""
    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"), pool_size=1)
    writer = Group(engine)

    @post("/defectRegistrations")
    async def register(data: JSONBody[Heard]) -> dict[str, str]:
        number, text = next(_ids), msgspec.json.encode(data).decode()
        await writer.write({"id": number, "body": text, "value": text})
        return {"defectId": str(number)}

    @get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}

    @asynccontextmanager
    async def life(_app: Litestar) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(Row.metadata.create_all)
        yield
        await engine.dispose()

    return Litestar([register, ready], lifespan=[life], logging_config=None)


def main() -> None:
    """Serve one of the two."""
    parser = argparse.ArgumentParser()
    parser.add_argument("which", choices=("orm", "group"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", type=make_url, required=True)
    given = parser.parse_args()
    app: Any = {"orm": orm, "group": group}[given.which](given.database)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=given.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
