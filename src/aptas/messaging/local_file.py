"""What stands in the embedded broker's file, and what is done to it: plain functions of a connection."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from aptas.kernel.copies import built
from aptas.messaging.envelope import Delivered, Message
from aptas.storage.statements import Statement, insertion
from aptas.storage.tables import BigId, Bytes

metadata = MetaData()

messages = Table(
    "messages",
    metadata,
    Column("topic", String(64), primary_key=True),
    Column("offset", BigId, primary_key=True),
    Column("key", String(255), nullable=False),
    Column("headers", Bytes, nullable=False),
    Column("value", Bytes, nullable=False),
    sqlite_with_rowid=False,
)
offsets = Table(
    "offsets",
    metadata,
    Column("consumer_group", String(64), primary_key=True),
    Column("topic", String(64), primary_key=True),
    Column("done", BigId, nullable=False),
    Column("fence", Integer, nullable=False),
)
leases = Table(
    "leases",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("until_ms", BigId, nullable=False),
)
_AFTER = Statement(
    select(messages)
    .where(messages.c.topic == bindparam("of"), messages.c.offset > bindparam("after"))
    .order_by(messages.c.offset)
    .limit(bindparam("most", type_=Integer))
)
_MOVE = Statement(
    update(offsets)
    .where(
        offsets.c.consumer_group == bindparam("group"),
        offsets.c.topic == bindparam("of"),
        offsets.c.fence == bindparam("mine"),
        offsets.c.done == bindparam("was"),
    )
    .values(done=bindparam("now"))
)
_END = Statement(select(func.max(messages.c.offset)).where(messages.c.topic == bindparam("of")))
_MINE = upsert(offsets).values(done=0, fence=bindparam("fence_"))
_CLAIM = _MINE.on_conflict_do_update(
    index_elements=["consumer_group", "topic"],
    set_={"fence": _MINE.excluded.fence},
    where=offsets.c.fence <= _MINE.excluded.fence,
).returning(offsets.c.done)
_BACK = update(offsets).where(offsets.c.consumer_group == bindparam("group")).values(done=0)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, str]).decode


def end_of(connection: Connection, topic: str) -> int:
    """The offset of the last message; 0 when there is none."""
    ((end,),) = _END.rows(connection, {"of": topic})
    return int(end or 0)


def append(connection: Connection, arrived: Sequence[Message]) -> None:
    """Each behind the last of its topic."""
    ends = {topic: end_of(connection, topic) for topic in {each.topic for each in arrived}}
    rows = []
    for each in arrived:
        ends[each.topic] += 1
        rows.append(_row(each, ends[each.topic]))
    insertion(messages).each(connection, rows)


def read_after(connection: Connection, topic: str, after: int, limit: int) -> list[Delivered]:
    """Messages with an offset above `after`, oldest first."""
    rows = _AFTER.rows(connection, {"of": topic, "after": after, "most": limit})
    return [delivered(row) for row in rows]


def read_in_turn(connection: Connection, places: Mapping[str, int], limit: int) -> list[Delivered]:
    """The same for several topics, one after the other, `limit` in all."""
    found: list[Delivered] = []
    for topic, after in places.items():
        found += read_after(connection, topic, after, limit - len(found))
    return found


def claim(connection: Connection, group: str, topic: str, fence: int) -> int | None:
    """Write a consumer's fence beside the group's offset, so that its predecessor can no longer move it; the
    offset, or None when its successor was here first."""
    mine = {"consumer_group": group, "topic": topic, "fence_": fence}
    done: int | None = connection.execute(_CLAIM, mine).scalar_one_or_none()
    return done


def move(connection: Connection, group: str, topic: str, fence: int, was: int, now: int) -> bool:
    """Move the group's offset; False when another consumer has it, or moved it."""
    mine = {"group": group, "of": topic, "mine": fence, "was": was, "now": now}
    return _MOVE.once(connection, mine) == 1


def wind_back(connection: Connection, group: str) -> None:
    """The group begins again at the start of every topic."""
    connection.execute(_BACK, {"group": group})


def _row(message: Message, offset: int) -> dict[str, Any]:
    return {
        "topic": message.topic,
        "offset": offset,
        "key": message.key,
        "headers": _encode(message.headers),
        "value": message.value,
    }


def delivered(row: Sequence[Any]) -> Delivered:
    """A row of `messages`."""
    topic, offset, key, headers, value = row
    told = {"topic": topic, "key": _text(key), "headers": _headers(headers), "value": _bytes(value)}
    return built(Delivered, told | {"partition": 0, "offset": offset})


def _text(stored: str | bytes) -> str:
    """SQLite keeps what it is given, whatever the column says; a stranger's row is to be shown all the same."""
    return stored if isinstance(stored, str) else stored.decode("utf-8", "replace")


def _bytes(stored: str | bytes) -> bytes:
    return stored if isinstance(stored, bytes) else stored.encode()


def _headers(stored: bytes) -> dict[str, str]:
    """None when they cannot be read: the value tells all that a room needs, and one bad row must not stop the
    rest of its topic."""
    try:
        return _decode(stored)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
