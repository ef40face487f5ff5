"""The only place where parts meet: contexts are built from their rooms, and started and stopped in order."""

import asyncio
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import uuid_utils
from litestar import Litestar

from aptas.contractor import api as contractor_api
from aptas.contractor import room as contractor_room
from aptas.contractor.events import FACTS as CONTRACTOR_FACTS
from aptas.edge.app import build_app, health
from aptas.edge.hal import Addresses
from aptas.edge.live import Live
from aptas.edge.service import Service
from aptas.homes import room as homes_room
from aptas.homes.events import FACTS as HOME_FACTS
from aptas.kernel.clock import Clock, system_clock
from aptas.kernel.identity import Snowflakes
from aptas.management import api as management_api
from aptas.management import room as management_room
from aptas.management.events import FACTS as MANAGEMENT_FACTS
from aptas.messaging.broker import Broker, BrokerAway
from aptas.messaging.consumer import Consumer
from aptas.messaging.dispatcher import Dispatcher
from aptas.messaging.envelope import Vocabulary
from aptas.messaging.inbox import Inbox
from aptas.messaging.leases import Lease
from aptas.messaging.local import LocalBroker
from aptas.messaging.parking import ParkingLot
from aptas.messaging.projector import Gallery, Projector
from aptas.messaging.relay import Relay
from aptas.messaging.streams import Switchboard
from aptas.messaging.wire import topic_facts
from aptas.mypage import api as mypage_api
from aptas.mypage import room as mypage_room
from aptas.mypage.tables import mypage_states
from aptas.observability import log
from aptas.registration import api as registration_api
from aptas.registration import room as registration_room
from aptas.registration.events import FACTS as REGISTRATION_FACTS
from aptas.settings import Settings
from aptas.storage.engine import Database, StorageAway
from aptas.storage.migrate import upgrade
from aptas.storage.opening import open_database
from aptas.storage.reader import Reader
from aptas.storage.tables import Ledger


class ServerAway(StorageAway):
    """A database server is not there yet, or does not let us in; the message names the setting and the address."""


VOCABULARY = Vocabulary(
    {
        "registration": topic_facts(REGISTRATION_FACTS),
        "management": topic_facts(MANAGEMENT_FACTS),
        "contractor": topic_facts(CONTRACTOR_FACTS),
        "homes": topic_facts(HOME_FACTS),
    }
)
ROOMS: dict[str, Switchboard] = {
    "homes": homes_room.ROOM,
    "registration": registration_room.ROOM,
    "management": management_room.ROOM,
    "contractor": contractor_room.ROOM,
}
GALLERIES: dict[str, Gallery] = {"mypage": mypage_room.ROOM}
HANDLERS: dict[str, Sequence[Any]] = {
    "registration": registration_api.HANDLERS,
    "management": management_api.HANDLERS,
    "contractor": contractor_api.HANDLERS,
    "mypage": mypage_api.HANDLERS,
}
CONTEXTS = (*ROOMS, *GALLERIES)


def ledger_of(context: str) -> Ledger:
    """The tables of one context."""
    return (ROOMS.get(context) or GALLERIES[context]).ledger


def new_event_id() -> str:
    """UUIDv7: unique, and in the order of time."""
    return str(uuid_utils.uuid7())


@dataclass(kw_only=True)
class Context:
    """One context, built: its parts, and what it offers over HTTP (None: nothing). Who holds `keeping` keeps house
    for all replicas."""

    name: str
    database: Database
    lot: ParkingLot
    live: Live
    service: Any = None
    dispatcher: Dispatcher | None = None
    projector: Projector | None = None
    relay: Relay | None = None
    consumer: Consumer | None = None
    keeping: Lease | None = None


@dataclass(kw_only=True)
class House:
    """All contexts of one process, on one broker."""

    settings: Settings
    broker: Broker
    clock: Clock
    contexts: dict[str, Context]
    is_draining: bool = False
    own_dispatchers: list["asyncio.Task[None]"] = field(default_factory=list)

    def stalled(self) -> list[str]:
        """Loops that make no progress."""
        return [each.name for each in self._loops() if each.is_stalled]

    def _loops(self) -> list[Any]:
        parts = [
            part
            for context in self.contexts.values()
            for part in (context.dispatcher, context.relay, context.consumer)
        ]
        return [part.progress for part in parts if part is not None]

    async def missing(self) -> list[str]:
        """What keeps this process from taking requests. The broker being away does not: writes go on."""
        if self.is_draining:
            return ["draining"]
        missing = []
        for context in self.contexts.values():
            try:
                await context.lot.count()
            except Exception as problem:
                missing.append(f"{context.name} database: {problem}")
            else:
                if trouble := context.database.trouble:
                    missing.append(f"{context.name} database: {trouble}")
        return missing

    def app(
        self, name: str, contexts: Sequence[str], entry_url: str | None, more: Sequence[Any] = ()
    ) -> Litestar:
        """An application that serves `contexts`; `entry_url` None: it is the entry itself."""
        handlers = [handler for each in contexts for handler in HANDLERS.get(each, ())]
        handlers += health(self.stalled, self.missing)
        addresses = Addresses(entry_url)
        services = {
            each: self.service(self.contexts[each], addresses) for each in contexts if each in HANDLERS
        }
        return build_app(name, handlers, services, more)

    def service(self, context: Context, addresses: Addresses) -> Any:
        """What a context's HTTP edge depends on."""
        if context.projector is not None:
            return mypage_api.Wall(
                database=context.database,
                reader=Reader(context.database, mypage_states),
                live=context.live,
                addresses=addresses,
            )
        assert context.dispatcher is not None
        return Service(
            dispatcher=context.dispatcher,
            database=context.database,
            clock=self.clock,
            new_id=NEW_ID,
            addresses=addresses,
            live=context.live,
        )

    async def close(self) -> None:
        """Let go of every connection."""
        for context in self.contexts.values():
            await context.database.close()
        await self.broker.close()


def described(name: str) -> Litestar:
    """An application that can tell at /schema what all services offer, where none of them runs."""
    return build_app(
        name, [each for handlers in HANDLERS.values() for each in handlers], dict.fromkeys(HANDLERS)
    )


NEW_ID = Snowflakes()
KAFKA_SECONDS = 3
"""How long a start waits for Kafka before it goes on without."""


async def open_broker(settings: Settings, clock: Clock = system_clock, is_needed: bool = True) -> Broker:
    """The broker of these settings: Kafka, or a file in the data directory. BrokerAway, unless it is not needed at
    once; TopicRefused: it is there, and cannot be used so."""
    settings.prepare_data()
    if settings.kafka:
        return await _open_kafka(settings, is_needed)
    owner = f"{os.getpid()}-{secrets.token_hex(4)}"
    database = open_database(f"sqlite:///{settings.data / 'broker.db'}")
    broker = LocalBroker(database, owner, clock, settings.lease_seconds)
    await broker.create()
    return broker


async def _open_kafka(settings: Settings, is_needed: bool) -> Broker:
    from aptas.messaging.kafka import KafkaBroker
    from aptas.messaging.kafka_clients import Clients
    from aptas.messaging.kafka_topics import TopicRefused

    broker = KafkaBroker(
        Clients(
            servers=settings.kafka,
            options=settings.kafka_options,
            session_seconds=settings.lease_seconds,
        )
    )
    try:
        await broker.create(KAFKA_SECONDS)
    except BrokerAway as away:
        if is_needed or isinstance(away, TopicRefused):
            raise
        log.warning("broker_away", problem=str(away))
    return broker


async def build_house(
    settings: Settings,
    names: Sequence[str] = CONTEXTS,
    clock: Clock = system_clock,
    event_ids: Callable[[], str] = new_event_id,
    broker: Broker | None = None,
) -> House:
    """Databases migrated, parts connected, nothing running yet."""
    broker = broker or await open_broker(settings, clock, is_needed=False)
    house = House(settings=settings, broker=broker, clock=clock, contexts={})
    try:
        for name in names:
            database, _ = await ready_database(settings, name)
            build = _build_gallery if name in GALLERIES else _build_room
            house.contexts[name] = build(name, database, broker, clock, event_ids, settings)
    except BaseException:
        await house.close()
        raise
    return house


async def ready_database(settings: Settings, name: str) -> tuple[Database, bool]:
    """One context's, migrated; and whether there was anything to migrate. ServerAway, SchemaRefused."""
    url = settings.database_url(name)
    database = open_database(url)
    try:
        return database, await upgrade(database, name, ledger_of(name).metadata)
    except BaseException as problem:
        await database.close()
        if isinstance(problem, StorageAway) and not url.startswith("sqlite"):
            raise ServerAway(f"{settings.database_setting(name)}: {problem}") from problem
        raise


def _build_room(
    name: str,
    database: Database,
    broker: Broker,
    clock: Clock,
    event_ids: Callable[[], str],
    settings: Settings,
) -> Context:
    room = ROOMS[name]
    dispatcher = Dispatcher(room, database, clock, event_ids)
    owner = f"{os.getpid()}-{secrets.token_hex(4)}"
    lot = ParkingLot(database, room.ledger.parked, clock)

    def lease(name: str) -> Lease:
        return Lease(database, room.ledger.leases, name, owner, clock, settings.lease_seconds)

    return Context(
        name=name,
        database=database,
        lot=lot,
        live=Live(dispatcher.committed),
        dispatcher=dispatcher,
        relay=Relay(
            source=name,
            events=room.ledger.events,
            database=database,
            broker=broker,
            lease=lease("relay"),
            committed=dispatcher.committed,
            clock=clock,
        ),
        consumer=Consumer(name, broker, VOCABULARY.of(room.policies), Inbox(dispatcher), lot)
        if room.policies
        else None,
        keeping=lease("housekeeping"),
    )


def _build_gallery(
    name: str,
    database: Database,
    broker: Broker,
    clock: Clock,
    _event_ids: Callable[[], str],
    _settings: Settings,
) -> Context:
    gallery = GALLERIES[name]
    projector = Projector(gallery, database, clock)
    lot = ParkingLot(database, gallery.ledger.parked, clock)
    return Context(
        name=name,
        database=database,
        lot=lot,
        live=Live(projector.changed),
        projector=projector,
        consumer=Consumer(name, broker, VOCABULARY.of(gallery.projections), projector, lot),
    )
