"""All that is written down, read at once: events, states, topics, offsets, counters; and its fingerprint."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Row, select

from aptas.bootstrap import GALLERIES, ROOMS, House
from aptas.contractor.events import FACTS as CONTRACTOR_FACTS
from aptas.homes.events import FACTS as HOME_FACTS
from aptas.kernel.messages import TOPICS, Heard
from aptas.management.events import FACTS as MANAGEMENT_FACTS
from aptas.messaging import local_file as local
from aptas.messaging.envelope import Delivered, Vocabulary
from aptas.messaging.streams import Stream, Switchboard
from aptas.registration.events import FACTS as REGISTRATION_FACTS
from aptas.storage.engine import Database, rows_of
from aptas.storage.states import Stored

ALL_FACTS = Vocabulary(
    {
        "registration": REGISTRATION_FACTS,
        "management": MANAGEMENT_FACTS,
        "contractor": CONTRACTOR_FACTS,
        "homes": HOME_FACTS,
    }
)
CONSUMERS = ("registration", "management", "contractor", "mypage")


def streams_of(room: Switchboard) -> dict[str, Stream]:
    """A room's streams by name."""
    return {stream.name: stream for stream in room.commands.values()}


def fact_of(event: Row[Any]) -> Heard[Any]:
    """The fact in a row of an events table, whether or not it ever travels."""
    message = Delivered(
        topic=event.topic or "", key="", headers={}, value=event.value, partition=0, offset=event.position
    )
    heard = ALL_FACTS.hear(message)
    assert heard is not None, event.type
    return heard


class Carried(Protocol):
    """What a broker holds, looked at from outside."""

    async def topic(self, name: str) -> list[Delivered]:
        """All its messages, those of one key in their order."""

    async def done(self) -> Mapping[tuple[str, str], int]:
        """How many messages of (topic) each (group) has committed, by (group, topic)."""


class CarriedInFile:
    """Implements Carried for the embedded broker."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def topic(self, name: str) -> list[Delivered]:
        table = local.messages
        rows = await _all(self._database, select(table).where(table.c.topic == name).order_by(table.c.offset))
        return [local.delivered(row) for row in rows]

    async def done(self) -> Mapping[tuple[str, str], int]:
        rows = await _all(self._database, select(local.offsets))
        return {(row.consumer_group, row.topic): row.done for row in rows}


@dataclass(frozen=True, kw_only=True)
class Archive:
    """`events` and `counters` by context, `states` by (context, stream), `topics` in their order."""

    events: Mapping[str, list[Row[Any]]]
    states: Mapping[tuple[str, str], dict[int, Stored[Any]]]
    pages: Mapping[int, Stored[Any]]
    counters: Mapping[str, dict[tuple[str, str], int]]
    topics: Mapping[str, list[Delivered]]
    parked: Mapping[str, int]

    def fingerprint(self) -> str:
        """The same for two runs that wrote the same."""
        digest = hashlib.sha256()
        for name, rows in self.events.items():
            for row in rows:
                digest.update(
                    f"{name} {row.event_id} {row.aggregate_id} {row.sequence} ".encode() + row.value
                )
        for (context, name), states in self.states.items():
            for stored in states.values():
                digest.update(f"{context} {name} {stored.id} {stored.version} {stored.state}".encode())
        for topic, messages in self.topics.items():
            for message in messages:
                digest.update(f"{topic} {message.offset} {message.key} ".encode() + message.value)
        return digest.hexdigest()


async def read_archive(house: House, carried: Carried) -> Archive:
    """Read everything through one house's databases, and what the broker holds."""
    events, counters, parked, states = {}, {}, {}, {}
    for name, context in house.contexts.items():
        ledger = (ROOMS.get(name) or GALLERIES[name]).ledger
        events[name] = await _all(context.database, select(ledger.events).order_by(ledger.events.c.position))
        rows = await _all(context.database, select(ledger.counters))
        counters[name] = {(row.stream, row.bucket): row.total for row in rows if row.total}
        parked[name] = await context.lot.count()
        if name in ROOMS:
            for stream in streams_of(ROOMS[name]).values():
                states[name, stream.name] = await _states(context.database, stream.states)
    return Archive(
        events=events,
        states=states,
        pages=await read_pages(house),
        counters=counters,
        topics={topic: await carried.topic(topic) for topic in TOPICS},
        parked=parked,
    )


async def read_pages(house: House) -> dict[int, Stored[Any]]:
    """mypage's rows as they are now."""
    return await _states(house.contexts["mypage"].database, GALLERIES["mypage"].states)


async def is_at_rest(house: House, carried: Carried) -> bool:
    """Nothing pending, nothing unread, nothing parked."""
    for name, context in house.contexts.items():
        ledger = (ROOMS.get(name) or GALLERIES[name]).ledger
        pending = select(ledger.events.c.position).where(ledger.events.c.published_at.is_(None)).limit(1)
        if await _all(context.database, pending) or await context.lot.count():
            return False
    ends = {topic: await house.broker.end(topic) for topic in TOPICS}
    done = await carried.done()
    return all(done.get((group, topic), 0) == end for group in CONSUMERS for topic, end in ends.items())


async def _all(database: Database, statement: Any) -> list[Row[Any]]:
    return list(await database.read(rows_of(statement)))


async def _states(database: Database, states: Any) -> dict[int, Stored[Any]]:
    ids = [row.id for row in await _all(database, select(states.table.c.id).order_by(states.table.c.id))]
    return dict(await database.read(lambda connection: states.load(connection, ids, lock=False)))
