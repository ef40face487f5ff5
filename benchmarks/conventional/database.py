"""Engines and sessions. SQLite: one connection that writes for the requests, one for the worker, several that read."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.orm import sessionmaker

from benchmarks.conventional.tables import Row

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")
SERVER_CONNECTIONS = 20


class Database:
    """Sessions on one SQLite file, or on a PostgreSQL database."""

    def __init__(self, address: str) -> None:
        url = make_url(address)
        self._engines = _sqlite(url) if url.drivername == "sqlite" else _postgresql(url)
        self.writing, self.working, self.reading = (
            sessionmaker(engine, expire_on_commit=False) for engine in self._engines
        )
        Row.metadata.create_all(self._engines[0])

    def close(self) -> None:
        """Let go of connections."""
        for engine in self._engines:
            engine.dispose()


def _postgresql(url: URL) -> list[Engine]:
    """One pool for all: a server lets many write."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=SERVER_CONNECTIONS,
        max_overflow=0,
        pool_timeout=30,
    )
    return [engine] * 3


def _sqlite(url: URL) -> list[Engine]:
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    return [
        _sqlite_engine(url, "BEGIN IMMEDIATE", pool_size=1),
        _sqlite_engine(url, "BEGIN IMMEDIATE", pool_size=1),
        _sqlite_engine(url, "BEGIN", pool_size=10),
    ]


def _sqlite_engine(url: URL, begin: str, pool_size: int) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=30)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
