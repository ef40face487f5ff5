"""What a context asks of its database. The same Core statements run on SQLite, PostgreSQL and MySQL.

Work on it is a plain function of a connection, whichever engine it is: where the driver waits for a server, the
loop goes on meanwhile (storage/server.py); where it is a library in this process, short work does not leave the
loop (storage/sqlite.py).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar, TypeVarTuple

from sqlalchemy import Row, Select
from sqlalchemy.engine import Connection

T = TypeVar("T")
Columns = TypeVarTuple("Columns")
Work = Callable[[Connection], T]


class StorageAway(Exception):
    """The database cannot be written or read just now; nothing was acknowledged."""


class DatabaseRefused(Exception):
    """No database can be reached under such an address."""


class Turn(Protocol):
    """Some work within a transaction; between two turns the caller may wait for other things."""

    async def __call__(self, work: Work[T]) -> T:
        """What the work returned."""


class Database(Protocol):
    """One context's. Work may be run again from the start when the database asks for it (a deadlock): it keeps
    what it does within the connection and what it makes itself."""

    url: str
    trouble: str
    """Why the last write failed; empty when it went well. Leases are renewed, so there is always a last one."""

    async def write(self, work: Work[T]) -> T:
        """One transaction: committed when `work` returns, rolled back when it raises."""

    def transaction(self) -> AbstractAsyncContextManager[Turn]:
        """One transaction in several turns, committed when the block ends, rolled back when it raises."""

    async def read(self, work: Work[T]) -> T:
        """A short look: by key, or along an index and not far. Each statement sees one moment."""

    async def scan(self, work: Work[T]) -> T:
        """A look that may take long."""

    async def alter(self, work: Work[T]) -> T:
        """A change of the schema: one process at a time, and as long as it takes."""

    async def close(self) -> None:
        """Finish what is under way and let go of connections."""


def rows_of(
    statement: Select[*Columns], values: Mapping[str, Any] | None = None
) -> Work[Sequence[Row[*Columns]]]:
    """Work that returns all rows of a SELECT."""
    return lambda connection: connection.execute(statement, values).all()


def scalars_of(
    statement: Select[*tuple[Any, ...]], values: Mapping[str, Any] | None = None
) -> Work[Sequence[Any]]:
    """Work that returns the first column of each row of a SELECT."""
    return lambda connection: connection.execute(statement, values).scalars().all()
