"""One context's database. SQLite today; the same Core statements run on PostgreSQL and MySQL.

SQLite: WAL, synchronous=FULL, and BEGIN IMMEDIATE for writers: a read transaction that becomes a write is
refused at once (SQLITE_BUSY) however long busy_timeout is.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

_PRAGMAS: tuple[str, ...] = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-4000",
)


class StorageAway(Exception):
    """The database cannot be written or read just now; nothing was acknowledged."""


class Database:
    """A writing and a reading engine on the same database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._writer = _engine(url, "BEGIN IMMEDIATE", pool_size=1)
        self._reader = _engine(url, "BEGIN", pool_size=3)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        try:
            async with self._writer.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except DBAPIError as problem:
            raise StorageAway(str(problem.orig)) from problem

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent look; nothing is written."""
        try:
            async with self._reader.connect() as connection:
                yield connection
        except DBAPIError as problem:
            raise StorageAway(str(problem.orig)) from problem

    async def close(self) -> None:
        """Let go of connections."""
        await self._writer.dispose()
        await self._reader.dispose()


def _engine(url: str, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=30)
    if engine.dialect.name == "sqlite":
        _teach_sqlite(engine, begin)
    return engine


def _teach_sqlite(engine: AsyncEngine, begin: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
