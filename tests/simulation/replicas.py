"""Two processes' worth of houses on the same files: each built by bootstrap, neither running by itself."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from aptas.bootstrap import GALLERIES, ROOMS, VOCABULARY, Context, House, build_house
from aptas.kernel.clock import Clock
from aptas.messaging.broker import Subscription
from aptas.messaging.consumer import Consumer
from aptas.messaging.dispatcher import Dispatcher
from aptas.messaging.envelope import Vocabulary
from aptas.messaging.inbox import Inbox
from aptas.messaging.local import LocalBroker
from aptas.settings import Settings
from aptas.storage.opening import open_database

from .actors import Actor, Faults
from .pipes import FaultyBroker, FaultyListener

HTTP_ROOMS = ("registration", "management", "contractor")
NAMES = (*HTTP_ROOMS, "mypage")
"""homes has no news here: nobody moves while a defect is repaired."""


async def nothing_to_recover() -> None:
    """A relay reads the pending set anew."""


def words_of(context: str) -> Vocabulary:
    """What bootstrap gives its consumer to read."""
    room, gallery = ROOMS.get(context), GALLERIES.get(context)
    return VOCABULARY.of(room.policies if room else gallery.projections if gallery else ())


class Replica:
    """One process: a house, its actors, and what people have asked of it."""

    def __init__(self, name: str, data: Path, clock: Clock, event_ids: Callable[[], str], faults: Faults):
        self.name = name
        self.house: House
        self.actors: list[Actor] = []
        self.subscriptions: dict[str, Subscription] = {}
        self._settings = Settings(data=data)
        self._clock = clock
        self._event_ids = event_ids
        self._faults = faults
        self._lives = 0

    async def start(self) -> None:
        """Built on whatever the files hold."""
        self._lives += 1
        owner = f"{self.name}-{self._lives}"
        inner = LocalBroker(
            open_database(f"sqlite:///{self._settings.data / 'broker.db'}"), owner, self._clock
        )
        await inner.create()
        broker = FaultyBroker(inner, self._faults)
        self.house = await build_house(
            self._settings, NAMES, clock=self._clock, event_ids=self._event_ids, broker=broker
        )
        self.actors, self.subscriptions = [], {}
        for context in self.house.contexts.values():
            self._hire(context, broker)

    def _hire(self, context: Context, broker: FaultyBroker) -> None:
        if context.relay is not None:
            relay = context.relay.publish_pending
            self.actors.append(Actor(f"{self.name} {context.name} relay", relay, nothing_to_recover))
        if context.consumer is not None:
            inner = context.projector or Inbox(self.dispatcher(context.name))
            listener = FaultyListener(context.name, inner, context.dispatcher, self._faults)
            context.consumer = Consumer(context.name, broker, words_of(context.name), listener, context.lot)
            joined = broker.subscribe(context.name, ("aptas", "compensation-events"))
            self.subscriptions[context.name] = joined
            step = partial(context.consumer.step, joined)
            self.actors.append(Actor(f"{self.name} {context.name} consumer", step, joined.restore))

    def dispatcher(self, context: str) -> Dispatcher:
        """The write path of a room."""
        found = self.house.contexts[context].dispatcher
        assert found is not None
        return found

    async def crash(self) -> None:
        """Dropped where it stands; leases are left to run out."""
        for actor in self.actors:
            await actor.die()
        await self.house.close()
