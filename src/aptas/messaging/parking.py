"""Messages that cannot be handled are set aside with their key; later ones of that key wait behind them.

Parking is durable before the offset moves on, so nothing is lost; redriving goes in order and hands over the
same event ids, so doing it twice changes nothing. What a person dropped is passed over whenever it comes again.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, func, select, update

from aptas.kernel.clock import Clock, to_ms
from aptas.messaging.envelope import Delivered
from aptas.messaging.set_aside import Parked, is_known, parked_of, set_aside, waiting
from aptas.storage.engine import Database, rows_of, scalars_of

BEHIND = "waits behind an earlier message of the same key"


class ParkingLot:
    """One context's parked table."""

    def __init__(self, database: Database, table: Table, clock: Clock) -> None:
        self._database = database
        self._table = table
        self._clock = clock

    async def keys(self) -> set[str]:
        """Keys that have something parked."""
        here = select(self._table.c.key).where(waiting(self._table)).distinct()
        return set(await self._database.read(scalars_of(here)))

    async def marked_keys(self) -> set[str]:
        """Those, and keys of which something was dropped: messages of any other need no closer look."""
        return set(await self._database.read(scalars_of(select(self._table.c.key).distinct())))

    async def count(self) -> int:
        """How many messages are parked."""
        here = select(func.count()).select_from(self._table).where(waiting(self._table))
        (parked,) = await self._database.read(scalars_of(here))
        return int(parked)

    async def count_keys(self) -> int:
        """How many defects have something parked."""
        here = select(func.count(self._table.c.key.distinct())).where(waiting(self._table))
        (keys,) = await self._database.read(scalars_of(here))
        return int(keys)

    async def park(self, message: Delivered, reason: str, attempts: int) -> None:
        """Set one aside; a message that is parked already, or was dropped, stays as it is."""

        def park(connection: Connection) -> None:
            if not is_known(connection, self._table, message):
                self._set_aside(connection, message, reason, attempts)

        await self._database.write(park)

    async def park_behind(self, messages: Iterable[Delivered]) -> list[Delivered]:
        """Park those whose key is parked at this very moment, pass over what was dropped; the others come back to
        be handled."""

        def park_behind(connection: Connection) -> list[Delivered]:
            free: list[Delivered] = []
            for message in messages:
                if is_known(connection, self._table, message):
                    continue
                if connection.execute(self._of(message.key)).first() is None:
                    free.append(message)
                else:
                    self._set_aside(connection, message, BEHIND, 0)
            return free

        return await self._database.write(park_behind)

    async def list(self) -> Sequence[Parked]:
        """All that waits, oldest first."""
        return await self._found(select(self._table).where(waiting(self._table)).order_by(self._table.c.id))

    async def dropped(self) -> Sequence[Parked]:
        """All that was dropped, oldest first."""
        return await self._found(select(self._table).where(~waiting(self._table)).order_by(self._table.c.id))

    async def oldest_of(self, key: str) -> Parked | None:
        """The message that the rest of its key waits for."""
        found = await self._found(self._of(key))
        return found[0] if found else None

    async def release(self, parked: Parked) -> None:
        """It has been handled."""
        gone = delete(self._table).where(self._table.c.id == parked.id)
        await self._database.write(lambda connection: connection.execute(gone))

    async def drop(self, parked: Parked) -> None:
        """Somebody decided to give it up: for good, however often its topic is read again."""
        now = to_ms(self._clock())
        dropped = update(self._table).where(self._table.c.id == parked.id).values(dropped_at=now)
        await self._database.write(lambda connection: connection.execute(dropped))

    async def note_failure(self, parked: Parked, reason: str) -> None:
        """It failed again: remember why."""
        table = self._table
        failed = update(table).where(table.c.id == parked.id)
        again = failed.values(reason=reason, attempts=parked.attempts + 1)
        await self._database.write(lambda connection: connection.execute(again))

    def _of(self, key: str) -> Select[*tuple[Any, ...]]:
        """The oldest that waits under `key`."""
        table = self._table
        return select(table).where(table.c.key == key, waiting(table)).order_by(table.c.id).limit(1)

    async def _found(self, statement: Select[*tuple[Any, ...]]) -> Sequence[Parked]:
        return [parked_of(row) for row in await self._database.read(rows_of(statement))]

    def _set_aside(self, connection: Connection, message: Delivered, reason: str, attempts: int) -> None:
        now = to_ms(self._clock())
        set_aside(connection, self._table, message, reason=reason, attempts=attempts, at_ms=now)
