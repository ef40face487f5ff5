"""Looking rows and changes up."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from aptas.edge.live import Change, Feed
from aptas.edge.paging import Paging
from aptas.edge.service import list_states
from aptas.mypage.rows import MyPage
from aptas.mypage.tables import changes, ledger, mypage_states, mypages
from aptas.storage.counters import read_counters
from aptas.storage.engine import Database, rows_of, scalars_of

SORTABLE = {"defectId": "id", "id": "id", "dueDate": "due_date"}


async def list_mypages(
    database: Database, statuses: Sequence[str], paging: Paging
) -> tuple[list[MyPage], int]:
    """One page of rows in these statuses, and how many there are."""
    rows = await list_states(
        database, mypage_states, [mypages.c.status.in_(list(statuses))], paging, SORTABLE
    )
    total = await database.read(
        lambda connection: read_counters(connection, ledger.counters, "mypage", statuses)
    )
    return rows, total


async def has_projected(database: Database, event_id: str) -> bool:
    """Whether this fact is in the rows already."""
    statement = select(changes.c.position).where(changes.c.event_id == event_id).limit(1)
    return bool(await database.read(scalars_of(statement)))


async def last_change(database: Database) -> int:
    """The position of the newest change; 0 when there is none."""
    last = select(func.max(changes.c.position))
    return await database.read(lambda connection: int(connection.execute(last).scalar_one() or 0))


def feed_of(database: Database, defect_id: int | None) -> Feed:
    """The changes of one defect, or of all."""
    statement: Any = select(changes.c.position, changes.c.type, changes.c.data).order_by(changes.c.position)
    if defect_id is not None:
        statement = statement.where(changes.c.subject == defect_id)

    async def feed(after: int, limit: int) -> Sequence[Change]:
        rows = await database.read(rows_of(statement.where(changes.c.position > after).limit(limit)))
        return [Change(position=row.position, event=row.type, data=row.data) for row in rows]

    return feed
