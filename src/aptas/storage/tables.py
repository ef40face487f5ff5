"""The tables every context has: the events (audit trail and outbox in one), and what keeps the pipes honest."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import mysql

BigId = BigInteger().with_variant(Integer, "sqlite")


class _AsTheyAre(LargeBinary):
    """Bytes are bytes to every driver in use here: nothing is wrapped on the way in, nothing copied on the way out."""

    def bind_processor(self, dialect: Dialect) -> None:
        return None

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        return None


Bytes = _AsTheyAre().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")


class Ledger:
    """One context's metadata with the shared tables; rooms add the tables of their streams to `metadata`.
    `is_watched`: its events are followed live, by their position."""

    def __init__(self, is_watched: bool = False) -> None:
        self.is_watched = is_watched
        self.metadata = MetaData()
        self.events = _events(self.metadata)
        self.counters = _counters(self.metadata)
        self.idempotency = _idempotency(self.metadata)
        self.leases = _leases(self.metadata)
        self.parked = _parked(self.metadata)

    def states(self, name: str, *columns: Column[Any], indexes: tuple[Index, ...] = ()) -> Table:
        """A table of states: one row a stream. `body` is the state as JSON, `seen` the inbox (JSON), the rest
        are the columns that queries need."""
        return Table(
            name,
            self.metadata,
            Column("id", BigId, primary_key=True, autoincrement=False),
            Column("version", Integer, nullable=False),
            Column("seen", Text, nullable=False),
            Column("body", Bytes, nullable=False),
            *columns,
            *indexes,
        )


def _events(metadata: MetaData) -> Table:
    pending = text("published_at IS NULL")
    return Table(
        "events",
        metadata,
        Column("position", BigId, primary_key=True, autoincrement=True),
        Column("event_id", String(36), nullable=False, unique=True),
        Column("aggregate_id", BigId, nullable=False),
        Column("sequence", Integer, nullable=False),
        Column("type", String(64), nullable=False),
        Column("topic", String(64)),
        Column("value", Bytes, nullable=False),
        Column("traceparent", String(64), nullable=False),
        Column("recorded_at", BigId, nullable=False),
        Column("published_at", BigId),
        UniqueConstraint("aggregate_id", "sequence"),
        Index("events_pending", "published_at", "position", sqlite_where=pending, postgresql_where=pending),
    )


def _counters(metadata: MetaData) -> Table:
    return Table(
        "counters",
        metadata,
        Column("stream", String(32), primary_key=True),
        Column("bucket", String(64), primary_key=True),
        Column("total", Integer, nullable=False),
    )


def _idempotency(metadata: MetaData) -> Table:
    return Table(
        "idempotency",
        metadata,
        Column("key", String(255), primary_key=True),
        Column("fingerprint", String(64), nullable=False),
        Column("event_id", String(36)),
        Column("state", Bytes, nullable=False),
        Column("recorded_at", BigId, nullable=False, index=True),
    )


def _leases(metadata: MetaData) -> Table:
    return Table(
        "leases",
        metadata,
        Column("name", String(64), primary_key=True),
        Column("owner", String(64), nullable=False),
        Column("fence", Integer, nullable=False),
        Column("until_ms", BigId, nullable=False),
    )


def _parked(metadata: MetaData) -> Table:
    return Table(
        "parked",
        metadata,
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("topic", String(64), nullable=False),
        Column("partition", Integer, nullable=False),
        Column("offset", BigId, nullable=False),
        Column("key", String(255), nullable=False, index=True),
        Column("headers", Text, nullable=False),
        Column("value", Bytes, nullable=False),
        Column("reason", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("parked_at", BigId, nullable=False),
        Column("dropped_at", BigId),
        UniqueConstraint("topic", "partition", "offset"),
    )
