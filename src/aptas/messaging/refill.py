"""A lost topic filled again from the events table: the archive outlives the broker.

What the topic still has is not sent twice; consumers would drop it anyway, but a reader of the topic would not.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Table, select

from aptas.kernel.clock import from_ms
from aptas.kernel.messages import TOPICS
from aptas.messaging.broker import Broker
from aptas.messaging.envelope import Message, headers_of
from aptas.storage.engine import Database, rows_of

PIECE = 2000


class _Identity(msgspec.Struct, rename="camel"):
    event_id: str


async def refill(
    source: str, events: Table, database: Database, broker: Broker, report: Callable[[int], None]
) -> int:
    """Publish what the topics lack, in order; how many."""
    present = await _present(broker)
    after, sent = 0, 0
    while rows := await _piece(events, database, after):
        after = rows[-1].position
        lacking = [_message(source, row) for row in rows if row.event_id not in present]
        if lacking:
            await broker.publish(lacking)
        sent += len(lacking)
        report(len(rows))
    return sent


async def _piece(events: Table, database: Database, after: int) -> Sequence[Row[Any]]:
    statement = (
        select(events)
        .where(events.c.topic.is_not(None), events.c.published_at.is_not(None), events.c.position > after)
        .order_by(events.c.position)
        .limit(PIECE)
    )
    return await database.read(rows_of(statement))


async def _present(broker: Broker) -> set[str]:
    decode = msgspec.json.Decoder(_Identity).decode
    found: set[str] = set()
    for topic in TOPICS:
        after = 0
        while messages := await broker.read(topic, after, PIECE):
            after = messages[-1].offset
            for message in messages:
                try:
                    found.add(decode(message.value).event_id)
                except msgspec.MsgspecError:
                    continue
    return found


def _message(source: str, row: Row[Any]) -> Message:
    key = str(row.aggregate_id)
    headers = headers_of(
        event_id=row.event_id,
        event_type=row.type,
        source=source,
        key=key,
        at=from_ms(row.recorded_at),
        traceparent=row.traceparent,
    )
    return Message(topic=row.topic, key=key, headers=headers, value=row.value)
