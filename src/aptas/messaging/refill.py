"""Lost topics filled again from the events tables: the archive outlives the broker.

Rooms answer each other, so all sources go in together, in the order of time; one after the other, answers would
land before what they answer. What a topic still has is not sent twice; consumers would drop it anyway, but a
reader of the topic would not.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

import msgspec
from sqlalchemy import Row, Table, select

from aptas.kernel.messages import TOPICS
from aptas.messaging.broker import Broker
from aptas.messaging.envelope import message_from_row
from aptas.storage.engine import Database, rows_of

PIECE = 2000
Report = Callable[[str, int], None]
Told = tuple[str, Row[Any]]
"""A source's name, and a row of its events table."""


@dataclass(frozen=True)
class Source:
    """One context's events table."""

    name: str
    events: Table
    database: Database


class _Identity(msgspec.Struct, rename="camel"):
    event_id: str


async def refill(sources: Sequence[Source], broker: Broker, report: Report) -> dict[str, int]:
    """Publish what the topics lack, in order; how many of each source. `report` hears how many were looked at."""
    present = await _present(broker)
    sent = {each.name: 0 for each in sources}
    async for piece in _pieces(sources):
        lacking = [(name, row) for name, row in piece if row.event_id not in present]
        if lacking:
            await broker.publish([message_from_row(name, row) for name, row in lacking])
        for name, _ in lacking:
            sent[name] += 1
        for each in sources:
            report(each.name, sum(name == each.name for name, _ in piece))
    return sent


async def _pieces(sources: Sequence[Source]) -> AsyncIterator[list[Told]]:
    piece: list[Told] = []
    async for told in _in_order(sources):
        piece.append(told)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


async def _in_order(sources: Sequence[Source]) -> AsyncIterator[Told]:
    """Each source's own order whatever its ids say; across sources by event id, a UUIDv7: in the order of time.

    `heapq.merge`, for readers that have to be awaited."""
    readers = [_rows(each) for each in sources]
    heads: list[tuple[str, int, Row[Any]]] = []
    moved: Sequence[int] = range(len(sources))
    while True:
        for number in moved:
            if (row := await anext(readers[number], None)) is not None:
                heappush(heads, (row.event_id, number, row))
        if not heads:
            return
        _, number, row = heappop(heads)
        yield sources[number].name, row
        moved = (number,)


async def _rows(source: Source) -> AsyncIterator[Row[Any]]:
    after = 0
    while rows := await _piece(source.events, source.database, after):
        after = rows[-1].position
        for row in rows:
            yield row


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
            after += len(messages)
            for message in messages:
                try:
                    found.add(decode(message.value).event_id)
                except msgspec.MsgspecError:
                    continue
    return found
