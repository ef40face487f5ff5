"""Engines and sessions: one connection that writes for the requests, one for the worker, several that read."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import sessionmaker

from benchmarks.conventional.tables import Row

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")


class Database:
    """Sessions on one SQLite file."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{directory / 'conventional.sqlite3'}"
        self._engines = [
            _engine(url, "BEGIN IMMEDIATE", pool_size=1),
            _engine(url, "BEGIN IMMEDIATE", pool_size=1),
            _engine(url, "BEGIN", pool_size=10),
        ]
        self.writing, self.working, self.reading = (
            sessionmaker(engine, expire_on_commit=False) for engine in self._engines
        )
        Row.metadata.create_all(self._engines[0])

    def close(self) -> None:
        """Let go of connections."""
        for engine in self._engines:
            engine.dispose()


def _engine(url: str, begin: str, pool_size: int) -> Engine:
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
