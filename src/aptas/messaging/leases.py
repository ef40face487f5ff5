"""A fenced lease: one holder at a time, and a number that only grows, so that an old holder is told apart.

Holders may be on machines whose clocks differ: when it runs out is told by the clock of the database that they
share, and how long one may go on without asking by how much time has passed where it is.
"""

from contextlib import suppress

from sqlalchemy import Connection, Table, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from aptas.kernel.clock import Clock, to_ms
from aptas.storage.engine import Database, StorageAway

_SERVERS_CLOCK = {
    "postgresql": text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"),
    "mysql": text("SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"),
}


class Lease:
    """One row of a leases table. Held for `seconds`; renewed by asking again. `clock`: this process's, and with
    SQLite, which has no other, everybody's."""

    def __init__(
        self, database: Database, table: Table, name: str, owner: str, clock: Clock, seconds: float = 10
    ) -> None:
        self.name = name
        self.fence = 0
        self._database = database
        self._table = table
        self._owner = owner
        self._clock = clock
        self._ms = int(seconds * 1000)
        self._until = 0

    async def hold(self) -> bool:
        """True while this owner holds it; takes it over when the last holder let it run out."""
        now = to_ms(self._clock())
        if now < self._until - self._ms // 2:
            return True
        try:
            held = await self._database.write(lambda connection: self._take(connection, now))
        except IntegrityError:
            held = False
        self._until = now + self._ms if held else 0
        return held

    def _take(self, connection: Connection, here: int) -> bool:
        table, servers = self._table, _SERVERS_CLOCK.get(connection.dialect.name)
        now = here if servers is None else int(connection.execute(servers).scalar_one())
        row = connection.execute(select(table).where(table.c.name == self.name)).first()
        if row is None:
            self.fence = 1
            connection.execute(insert(table).values(self._row(now)))
            return True
        if row.owner != self._owner and row.until_ms > now:
            return False
        self.fence = row.fence if row.owner == self._owner else row.fence + 1
        mine = update(table).where(table.c.name == self.name, table.c.fence == row.fence)
        return connection.execute(mine.values(self._row(now))).rowcount == 1

    def _row(self, now: int) -> dict[str, str | int]:
        return {"name": self.name, "owner": self._owner, "fence": self.fence, "until_ms": now + self._ms}

    async def release(self) -> None:
        """Let the next one have it at once; where that cannot be written, it runs out."""
        if self._until:
            table = self._table
            mine = update(table).where(table.c.name == self.name, table.c.owner == self._owner)
            with suppress(StorageAway):
                await self._database.write(lambda connection: connection.execute(mine.values(until_ms=0)))
        self._until = 0
