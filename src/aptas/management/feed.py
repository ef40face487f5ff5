"""What happened at the office, in order, from its own events: for those who watch it live.

A position is `events.position`, and grows in the order of commit (storage/counters.py `in_order_of_commit`).
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, func, select

from aptas.edge.live import Change, Feed
from aptas.kernel.clock import from_ms
from aptas.management.tables import cases, ledger
from aptas.storage.engine import Database, rows_of

_encode = msgspec.json.Encoder().encode
_events = ledger.events
_AFTER = (
    select(
        _events.c.position,
        _events.c.type,
        _events.c.aggregate_id,
        _events.c.recorded_at,
        cases.c.receipt_no,
        cases.c.status,
    )
    .select_from(_events.outerjoin(cases, cases.c.id == _events.c.aggregate_id))
    .order_by(_events.c.position)
)


async def last_position(database: Database) -> int:
    """The position of the newest event; 0 when there is none."""
    last = select(func.max(_events.c.position))
    return await database.read(lambda connection: int(connection.execute(last).scalar_one() or 0))


def happenings(database: Database) -> Feed:
    """What happened to defects. `status` is the case's own when it is told, not when it happened: whoever comes
    back after a while sees where things stand. One for each stream: it remembers how far it has looked."""
    looked = 0

    async def feed(after: int, limit: int) -> Sequence[Change]:
        nonlocal looked
        looked = max(looked, after)
        while rows := await database.read(rows_of(_AFTER.where(_events.c.position > looked).limit(limit))):
            looked = rows[-1].position
            if told := [_told(row) for row in rows if row.status is not None]:
                return told
        return []

    return feed


def _told(row: Row[*tuple[Any, ...]]) -> Change:
    data = {
        "defectId": str(row.aggregate_id),
        "receiptNo": row.receipt_no,
        "eventType": row.type,
        "at": from_ms(row.recorded_at),
        "status": row.status,
    }
    return Change(position=row.position, event=row.type, data=_encode(data).decode())
