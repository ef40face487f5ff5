"""What a room's HTTP edge works with: its dispatcher, its rows, and where things are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request
from sqlalchemy import Select, Table, func, select, tuple_

from aptas.edge.asking import ask_from, repeatable_of
from aptas.edge.hal import Addresses
from aptas.edge.live import Live
from aptas.edge.paging import Paging
from aptas.kernel.clock import Clock
from aptas.kernel.identity import IdSource
from aptas.kernel.messages import Command
from aptas.messaging.asks import Done
from aptas.messaging.dispatcher import Dispatcher
from aptas.storage.counters import read_counters
from aptas.storage.engine import Database, scalars_of
from aptas.storage.states import States


@dataclass(frozen=True, kw_only=True)
class Service:
    """One context, running."""

    dispatcher: Dispatcher
    database: Database
    clock: Clock
    new_id: IdSource
    addresses: Addresses
    live: Live

    async def ask(self, request: Request[Any, Any, Any], command: Command) -> Done[Any]:
        """Put one command to the room; Refusal when a law says no."""
        return await self.dispatcher.ask(await ask_from(request, command))

    async def remembered(self, request: Request[Any, Any, Any]) -> bytes | None:
        """The state that this very request, by its Idempotency-Key, left behind before; None: it is new."""
        repeatable = await repeatable_of(request)
        if repeatable is None:
            return None
        keys = self.dispatcher.room.ledger.idempotency
        same = (keys.c.key == repeatable.key) & (keys.c.fingerprint == repeatable.fingerprint)
        found = await self.database.read(scalars_of(select(keys.c.state).where(same)))
        return found[0] if found else None


async def list_states(
    database: Database,
    states: States[Any],
    where: Sequence[Any],
    paging: Paging,
    sort_columns: dict[str, str],
) -> list[Any]:
    """The states of one page, in its order; ties by id. No NULL is sorted by: a cursor would lose it."""
    table = states.table
    column = table.c[sort_columns.get(paging.sort, "id")]
    if paging.cursor is not None:
        where = [*where, _beyond(table, column, paging.cursor, paging.is_descending)]
    order = [column.desc(), table.c.id.desc()] if paging.is_descending else [column.asc(), table.c.id.asc()]
    statement: Select[Any] = (
        select(table.c.body).where(*where).order_by(*order).limit(paging.size).offset(paging.offset)
    )
    return [states.decode(body) for body in await database.scan(scalars_of(statement))]


def _beyond(table: Table, column: Any, cursor: int, is_descending: bool) -> Any:
    if column is table.c.id:
        return table.c.id < cursor if is_descending else table.c.id > cursor
    place, here = tuple_(column, table.c.id), tuple_(_value_at(table, column, cursor), cursor)
    return place < here if is_descending else place > here


def _value_at(table: Table, column: Any, cursor: int) -> Any:
    return select(column).where(table.c.id == cursor).scalar_subquery()


async def count_states(database: Database, states: States[Any], where: Sequence[Any]) -> int:
    """How many rows fit; for filters that no counter is kept for."""
    statement = select(func.count()).select_from(states.table).where(*where)
    return await database.scan(lambda connection: int(connection.execute(statement).scalar_one()))


async def count_bucket(service: Service, stream: str, buckets: Sequence[str]) -> int:
    """How many states of a stream are in these buckets, from the counters."""
    counters = service.dispatcher.room.ledger.counters
    return await service.database.read(
        lambda connection: read_counters(connection, counters, stream, buckets)
    )
