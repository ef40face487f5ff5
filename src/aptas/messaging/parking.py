"""Messages that cannot be handled are set aside with their key; later ones of that key wait behind them.

Parking is durable before the offset moves on, so nothing is lost; redriving goes in order and hands over the
same event ids, so doing it twice changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Row, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from aptas.kernel.clock import Clock, to_ms
from aptas.messaging.envelope import Delivered
from aptas.storage.engine import Database

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
        async with self._database.read() as connection:
            return set((await connection.execute(select(self._table.c.key).distinct())).scalars())

    async def count(self) -> int:
        """How many messages are parked."""
        async with self._database.read() as connection:
            return (await connection.execute(select(func.count()).select_from(self._table))).scalar_one()

    async def park(self, message: Delivered, reason: str, attempts: int) -> None:
        """Set one aside; a message that is parked already stays as it is."""
        async with self._database.write() as connection:
            if not await self._is_there(connection, message):
                await connection.execute(insert(self._table), [self._row(message, reason, attempts)])

    async def park_behind(self, messages: Iterable[Delivered]) -> list[Delivered]:
        """Park those whose key is parked at this very moment; the others come back to be handled."""
        free: list[Delivered] = []
        async with self._database.write() as connection:
            for message in messages:
                at_key = select(self._table.c.id).where(self._table.c.key == message.key).limit(1)
                if (await connection.execute(at_key)).first() is None:
                    free.append(message)
                elif not await self._is_there(connection, message):
                    await connection.execute(insert(self._table), [self._row(message, BEHIND, 0)])
        return free

    async def list(self) -> Sequence[Parked]:
        """All of it, oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(self._table).order_by(self._table.c.id))
            return [_parked(row) for row in rows]

    async def oldest_of(self, key: str) -> Parked | None:
        """The message that the rest of its key waits for."""
        first = select(self._table).where(self._table.c.key == key).order_by(self._table.c.id).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(first)).first()
            return None if row is None else _parked(row)

    async def release(self, parked: Parked) -> None:
        """It has been handled, or somebody decided to drop it."""
        async with self._database.write() as connection:
            await connection.execute(delete(self._table).where(self._table.c.id == parked.id))

    async def note_failure(self, parked: Parked, reason: str) -> None:
        """It failed again: remember why."""
        async with self._database.write() as connection:
            await connection.execute(
                update(self._table)
                .where(self._table.c.id == bindparam("id_"))
                .values(reason=reason, attempts=parked.attempts + 1),
                {"id_": parked.id},
            )

    async def _is_there(self, connection: AsyncConnection, message: Delivered) -> bool:
        table = self._table
        place = select(table.c.id).where(
            table.c.topic == message.topic,
            table.c.partition == message.partition,
            table.c.offset == message.offset,
        )
        return (await connection.execute(place)).first() is not None

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
