"""PostgreSQL and MySQL: a server that is waited for while the loop goes on.

Writers lock the rows that they load, so READ COMMITTED is all that the write path needs; readers look with one
statement at a time, each a transaction of its own.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateSchema

from aptas.storage.engine import StorageAway, Turn, Work
from aptas.storage.faults import is_servers, may_be_repeated

T = TypeVar("T")
CONNECT_SECONDS, LOCK_SECONDS, STATEMENT_SECONDS, SCAN_SECONDS, ALTER_SECONDS = 5, 10, 20, 600, 6 * 3600
WRITERS, READERS = 4, 4
BEGINNINGS = 4
"""How often work is begun that the database broke off before its end."""


class _BrokenOff(StorageAway):
    """Before COMMIT was said, and for no fault of the work: it may be begun anew."""


class ServerDatabase:
    """Implements engine.Database: connections that write, that look, and one that looks for long."""

    def __init__(self, url: URL) -> None:
        self.url = url.render_as_string(hide_password=False)
        self.trouble = ""
        self._url = url
        self._name = f"{url.get_backend_name()}://{url.host}:{url.port or ''}/{url.database}"
        self._writer = _engine(url, WRITERS, "READ COMMITTED", STATEMENT_SECONDS)
        self._reader = _engine(url, READERS, "AUTOCOMMIT", STATEMENT_SECONDS)
        self._scanner = _engine(url, 1, "AUTOCOMMIT", SCAN_SECONDS)

    async def write(self, work: Work[T]) -> T:
        """One transaction, begun anew when the database broke it off."""
        for left in reversed(range(BEGINNINGS)):
            try:
                async with self.transaction() as turn:
                    return await turn(work)
            except _BrokenOff as problem:
                if not left:
                    raise StorageAway(str(problem)) from problem
        raise AssertionError("the last beginning returns or raises")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Turn]:
        """One transaction in several turns. What fails while COMMIT is on its way may have been written, and is not
        begun anew here: whoever asked will ask again, and is known by its key or its sequence."""
        is_open = True
        try:
            async with self._writer.connect() as connection:
                yield partial(_take_turn, connection)
                is_open = False
                await connection.commit()
        except IntegrityError:
            raise
        except (DBAPIError, PoolExhausted, OSError) as problem:
            away = self._told(problem, is_open)
            if away is None:
                raise
            self.trouble = str(away)
            raise away from problem
        self.trouble = ""

    async def read(self, work: Work[T]) -> T:
        """A short look."""
        return await self._look(self._reader, work)

    async def scan(self, work: Work[T]) -> T:
        """A long one, on a connection of its own."""
        return await self._look(self._scanner, work)

    async def alter(self, work: Work[T]) -> T:
        """A change of the schema, under a lock of the session's: MySQL commits with every such statement."""
        engine = _engine(self._url, 1, "READ COMMITTED", ALTER_SECONDS)
        try:
            async with engine.connect() as connection:
                await connection.run_sync(_locked, self._url)
                done = await connection.run_sync(work)
                await connection.commit()
                return done
        except (DBAPIError, PoolExhausted, OSError) as problem:
            raise self._told(problem, False) or problem from problem
        finally:
            await engine.dispose()

    async def _look(self, engine: AsyncEngine, work: Work[T]) -> T:
        for left in reversed(range(BEGINNINGS)):
            try:
                async with engine.connect() as connection:
                    return await connection.run_sync(work)
            except (DBAPIError, PoolExhausted, OSError) as problem:
                away = self._told(problem, True)
                if away is None:
                    raise
                if not (left and isinstance(away, _BrokenOff)):
                    raise away from problem
        raise AssertionError("the last beginning returns or raises")

    def _told(self, problem: Exception, is_open: bool) -> StorageAway | None:
        """What it means to whoever asked; None: the work's own fault, or the data's."""
        if not isinstance(problem, DBAPIError):
            return StorageAway(f"{self._name}: {problem or type(problem).__name__}")
        if not is_servers(problem):
            return None
        kind = _BrokenOff if is_open and may_be_repeated(problem) else StorageAway
        return kind(f"{self._name}: {problem.orig}")

    async def close(self) -> None:
        """Let go of connections; what is under way is finished first by whoever began it."""
        for engine in (self._writer, self._reader, self._scanner):
            await engine.dispose()


async def _take_turn(connection: AsyncConnection, work: Work[T]) -> T:
    return await connection.run_sync(_begun, work)


def _begun(connection: Connection, work: Work[T]) -> T:
    """SQLAlchemy begins by itself for its own statements only."""
    if not connection.in_transaction():
        connection.begin()
    return work(connection)


def _locked(connection: Connection, url: URL) -> None:
    """Wait for whoever alters the schema now; then see to what tables are made in. The lock goes with the session.

    Texts are compared as they are: two keys that differ by case are two."""
    say = connection.exec_driver_sql
    if url.get_backend_name() == "mysql":
        say(f"SELECT GET_LOCK(CONCAT('aptas/', DATABASE()), {ALTER_SECONDS})")
        say("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        return
    say("SET lock_timeout = 0")
    say("SELECT pg_advisory_lock(hashtext('aptas/' || current_setting('search_path')))")
    schema = url.query.get("schema")
    if schema and not inspect(connection).has_schema(str(schema)):
        connection.execute(CreateSchema(str(schema)))


def _engine(url: URL, size: int, isolation: str, seconds: int) -> AsyncEngine:
    arguments = _postgresql(url, seconds) if url.get_backend_name() == "postgresql" else _mysql(seconds)
    return create_async_engine(
        url.difference_update_query(["schema"]),
        isolation_level=isolation,
        pool_size=size,
        max_overflow=0,
        pool_timeout=LOCK_SECONDS,
        connect_args=arguments,
    )


def _postgresql(url: URL, seconds: int) -> Mapping[str, Any]:
    """`?schema=NAME`: a schema for each service in one database. A writer that hangs lets go of its locks."""
    settings = {
        "application_name": "aptas",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{3 * STATEMENT_SECONDS}s",
    }
    if schema := url.query.get("schema"):
        settings["search_path"] = str(schema)
    return {"timeout": CONNECT_SECONDS, "command_timeout": seconds, "server_settings": settings}


def _mysql(seconds: int) -> Mapping[str, Any]:
    return {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": seconds,
        "charset": "utf8mb4",
        "init_command": f"SET innodb_lock_wait_timeout = {LOCK_SECONDS}, time_zone = '+00:00'",
    }
