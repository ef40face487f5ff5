"""Messages that cannot be handled are set aside with their key; later ones of that key wait behind them.

Parking is durable before the offset moves on, so nothing is lost; redriving goes in order and hands over the
same event ids, so doing it twice changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from aptas.kernel.clock import Clock, to_ms
from aptas.messaging.envelope import Delivered
from aptas.storage.engine import Database, rows_of, scalars_of

BEHIND = "waits behind an earlier message of the same key"


@dataclass(frozen=True, kw_only=True)
class Parked:
    """One message set aside, and why."""

    id: int
    message: Delivered
    reason: str
    attempts: int
    parked_at: int


class ParkingLot:
    """One context's parked table."""

    def __init__(self, database: Database, table: Table, clock: Clock) -> None:
        self._database = database
        self._table = table
        self._clock = clock

    async def keys(self) -> set[str]:
        """Keys that have something parked."""
        return set(await self._database.read(scalars_of(select(self._table.c.key).distinct())))

    async def count(self) -> int:
        """How many messages are parked."""
        (parked,) = await self._database.read(scalars_of(select(func.count()).select_from(self._table)))
        return int(parked)

    async def park(self, message: Delivered, reason: str, attempts: int) -> None:
        """Set one aside; a message that is parked already stays as it is."""

        def park(connection: Connection) -> None:
            if not self._is_there(connection, message):
                connection.execute(insert(self._table), [self._row(message, reason, attempts)])

        await self._database.write(park)

    async def park_behind(self, messages: Iterable[Delivered]) -> list[Delivered]:
        """Park those whose key is parked at this very moment; the others come back to be handled."""

        def park_behind(connection: Connection) -> list[Delivered]:
            free: list[Delivered] = []
            for message in messages:
                at_key = select(self._table.c.id).where(self._table.c.key == message.key).limit(1)
                if connection.execute(at_key).first() is None:
                    free.append(message)
                elif not self._is_there(connection, message):
                    connection.execute(insert(self._table), [self._row(message, BEHIND, 0)])
            return free

        return await self._database.write(park_behind)

    async def list(self) -> Sequence[Parked]:
        """All of it, oldest first."""
        rows = await self._database.read(rows_of(select(self._table).order_by(self._table.c.id)))
        return [_parked(row) for row in rows]

    async def oldest_of(self, key: str) -> Parked | None:
        """The message that the rest of its key waits for."""
        first = select(self._table).where(self._table.c.key == key).order_by(self._table.c.id).limit(1)
        found = await self._database.read(rows_of(first))
        return _parked(found[0]) if found else None

    async def release(self, parked: Parked) -> None:
        """It has been handled, or somebody decided to drop it."""
        gone = delete(self._table).where(self._table.c.id == parked.id)
        await self._database.write(lambda connection: connection.execute(gone))

    async def note_failure(self, parked: Parked, reason: str) -> None:
        """It failed again: remember why."""
        table = self._table
        failed = update(table).where(table.c.id == parked.id)
        again = failed.values(reason=reason, attempts=parked.attempts + 1)
        await self._database.write(lambda connection: connection.execute(again))

    def _is_there(self, connection: Connection, message: Delivered) -> bool:
        table = self._table
        place = select(table.c.id).where(
            table.c.topic == message.topic,
            table.c.partition == message.partition,
            table.c.offset == message.offset,
        )
        return connection.execute(place).first() is not None

    def _row(self, message: Delivered, reason: str, attempts: int) -> dict[str, object]:
        return {
            "topic": message.topic,
            "partition": message.partition,
            "offset": message.offset,
            "key": message.key,
            "headers": msgspec.json.encode(message.headers).decode(),
            "value": message.value,
            "reason": reason,
            "attempts": attempts,
            "parked_at": to_ms(self._clock()),
        }


def _parked(row: Row[tuple[object, ...]]) -> Parked:
    message = Delivered(
        topic=row.topic,
        key=row.key,
        headers=msgspec.json.decode(row.headers),
        value=row.value,
        partition=row.partition,
        offset=row.offset,
    )
    return Parked(
        id=row.id, message=message, reason=row.reason, attempts=row.attempts, parked_at=row.parked_at
    )
