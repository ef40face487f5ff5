"""SQLite: a library in this process. Work that is short runs where it is asked for, and only what may wait for the
disk or for somebody else's lock leaves the loop (docs/decisions/0009).

WAL, synchronous=FULL, and BEGIN IMMEDIATE for writers: a read transaction that becomes a write is refused at once
(SQLITE_BUSY) however long busy_timeout is.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from aptas.storage.engine import StorageAway, Turn, Work

T = TypeVar("T")
_BEGIN = "BEGIN IMMEDIATE"
_BUSY = "PRAGMA busy_timeout="
_PRAGMAS: tuple[str, ...] = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-1000",
)
AT_ONCE_MS, A_MOMENT_MS, PATIENCE_MS = 0, 1_000, 10_000
"""How long another process's lock is waited for: by a writer on the loop, by a reader there (SQLite's readers wait
for nobody but a recovery), and by what left the loop."""


class SqliteDatabase:
    """Implements engine.Database: a writing and a reading engine on the same file."""

    def __init__(self, url: URL) -> None:
        self.url = url.render_as_string(hide_password=False)
        self._name = url.database
        self._writer = _engine(url, AT_ONCE_MS)
        self._reader = _engine(url, A_MOMENT_MS)
        self._scanner = _engine(url, PATIENCE_MS)
        self._waiting = ThreadPoolExecutor(1, "waiting")
        self._scanning = ThreadPoolExecutor(1, "scanning")
        self._turn = asyncio.Lock()
        self.trouble = ""
        """Why the last write failed; empty when it went well. Leases are renewed, so there is always a last one."""

    async def write(self, work: Work[T]) -> T:
        """One transaction: committed when `work` returns, rolled back when it raises."""
        async with self.transaction() as turn:
            return await turn(work)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Turn]:
        """One transaction in several turns, committed when the block ends, rolled back when it raises.

        To commit is to wait for the disk, and another process's lock is waited for: neither is done on the loop.
        """
        async with self._turn:
            try:
                with self._opened(self._writer) as connection:
                    await self._begin(connection)
                    yield partial(self._take_turn, connection)
                    await _finished(self._waiting, partial(self._told, connection, Connection.commit))
            except StorageAway as problem:
                self.trouble = str(problem)
                raise
            self.trouble = ""

    async def _take_turn(self, connection: Connection, work: Work[T]) -> T:
        return self._told(connection, work)

    async def _begin(self, connection: Connection) -> None:
        try:
            connection.exec_driver_sql(_BEGIN)
        except OperationalError:
            await _finished(self._waiting, partial(self._told, connection, _begin_patiently))

    async def read(self, work: Work[T]) -> T:
        """A short look: by key, or along an index and not far. Each statement sees one moment."""
        return self._look(self._reader, work)

    async def scan(self, work: Work[T]) -> T:
        """A look that may take long, and so leaves the loop."""
        return await _finished(self._scanning, partial(self._look, self._scanner, work))

    async def alter(self, work: Work[T]) -> T:
        """A change of the schema; whoever writes is alone anyway."""
        return await self.write(work)

    def _look(self, engine: Engine, work: Work[T]) -> T:
        with self._opened(engine) as connection:
            return self._told(connection, work)

    def _opened(self, engine: Engine) -> Connection:
        try:
            return engine.connect()
        except DBAPIError as problem:
            raise StorageAway(f"{self._name}: {problem.orig}") from problem

    def _told(self, connection: Connection, work: Work[T]) -> T:
        try:
            return work(connection)
        except IntegrityError:
            raise
        except DBAPIError as problem:
            raise StorageAway(f"{self._name}: {problem.orig}") from problem

    async def close(self) -> None:
        """Finish what is under way and let go of connections."""
        async with self._turn:
            for threads in (self._waiting, self._scanning):
                await asyncio.to_thread(threads.shutdown)
        for engine in (self._writer, self._reader, self._scanner):
            engine.dispose()


async def _finished(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    """Run it aside. Whoever is cancelled meanwhile waits for its end all the same: nobody else may touch the
    connection before."""
    done = asyncio.get_running_loop().run_in_executor(threads, work)
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        while not done.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({done})
        raise


def _begin_patiently(connection: Connection) -> None:
    connection.exec_driver_sql(f"{_BUSY}{PATIENCE_MS}")
    try:
        connection.exec_driver_sql(_BEGIN)
    finally:
        connection.exec_driver_sql(f"{_BUSY}{AT_ONCE_MS}")


def _engine(url: URL, patience_ms: int) -> Engine:
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=30)
    event.listen(engine, "connect", partial(_prepare, patience_ms))
    return engine


def _prepare(patience_ms: int, connection: Any, _record: Any) -> None:
    """Statements are transactions of their own until BEGIN is said."""
    connection.isolation_level = None
    for pragma in (*_PRAGMAS, f"{_BUSY}{patience_ms}"):
        connection.execute(pragma)
