"""One message set aside, as a row of a context's parked table: it waits there, or was dropped and stays as such.

A drop is remembered: topics may be read again from their start at any time, and the message is still on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Table, and_, insert, select, update

from aptas.messaging.envelope import Delivered


@dataclass(frozen=True, kw_only=True)
class Parked:
    """One message set aside, and why. Times are in milliseconds; `dropped_at` None: it waits."""

    id: int
    message: Delivered
    reason: str
    attempts: int
    parked_at: int
    dropped_at: int | None = None


def parked_of(row: Row[Any]) -> Parked:
    """A row as it is."""
    message = Delivered(
        topic=row.topic,
        key=row.key,
        headers=msgspec.json.decode(row.headers),
        value=row.value,
        partition=row.partition,
        offset=row.offset,
    )
    return Parked(
        id=row.id,
        message=message,
        reason=row.reason,
        attempts=row.attempts,
        parked_at=row.parked_at,
        dropped_at=row.dropped_at,
    )


Place = tuple[str, int, int]


@dataclass(frozen=True, kw_only=True)
class Places:
    """What a reader of the topics has to know of a parked table; values are kept beside the places, because a topic
    that was lost and filled again has others there."""

    dropped: Mapping[Place, bytes]
    first: Mapping[Place, bytes]

    def was_dropped(self, message: Delivered) -> bool:
        """It is passed over."""
        return bool(self.dropped) and self.dropped.get(_place_of(message)) == message.value

    def begins_to_wait(self, message: Delivered) -> bool:
        """On this topic it was parked first of its key: it and what comes behind it was not handled yet."""
        return bool(self.first) and self.first.get(_place_of(message)) == message.value


def places_in(connection: Connection, table: Table) -> Places:
    """As they are now. What was parked later but comes before had been handled, and was only read again."""
    rows = connection.execute(select(table).order_by(table.c.id)).all()
    first: dict[tuple[str, str], Row[Any]] = {}
    for row in rows:
        if row.dropped_at is None and row.partition >= 0:
            first.setdefault((row.topic, row.key), row)
    return Places(
        dropped={
            (row.topic, row.partition, row.offset): row.value for row in rows if row.dropped_at is not None
        },
        first={(row.topic, row.partition, row.offset): row.value for row in first.values()},
    )


def waiting(table: Table) -> ColumnElement[bool]:
    """Of the rows, those that hold something back."""
    return table.c.dropped_at.is_(None)


def is_known(connection: Connection, table: Table, message: Delivered) -> bool:
    """Whether this very message has a row, waiting or dropped. A topic that was lost and filled again has others at
    the same places; they are strangers here."""
    same = select(table.c.id).where(_place(table, message), table.c.value == message.value)
    return connection.execute(same).first() is not None


def set_aside(
    connection: Connection, table: Table, message: Delivered, *, reason: str, attempts: int, at_ms: int
) -> None:
    """A row for it. Whatever else had its place (see `is_known`) is no longer found there, and waits on."""
    other = update(table).where(_place(table, message)).values(partition=-table.c.id)
    connection.execute(other)
    row = {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "key": message.key,
        "headers": msgspec.json.encode(message.headers).decode(),
        "value": message.value,
        "reason": reason,
        "attempts": attempts,
        "parked_at": at_ms,
    }
    connection.execute(insert(table), [row])


def _place_of(message: Delivered) -> Place:
    return message.topic, message.partition, message.offset


def _place(table: Table, message: Delivered) -> ColumnElement[bool]:
    return and_(
        table.c.topic == message.topic,
        table.c.partition == message.partition,
        table.c.offset == message.offset,
    )
