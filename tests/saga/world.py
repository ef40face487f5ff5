"""Four rooms, their outboxes, two topics, an offset per consumer and topic: the whole house in memory.

A defect's messages keep their order within a topic; between topics, rooms and defects nothing is ordered.
Every fault of the pipes is a step: a relay that dies before it marks, a message delivered again, a consumer
wound back, a message that cannot be handled and is parked with its key.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from aptas.kernel.messages import TOPICS, DefectFact, Fact, Facts, Heard, Id, Rejection
from aptas.messaging.envelope import Delivered, Vocabulary, value_of
from aptas.messaging.wire import topic_facts

from .switchboards import GALLERY, HOUSE, PUBLISHED, House
from .wishes import MORNING, WISHES

CONSUMERS = ("registration", "management", "contractor", GALLERY)
VOCABULARY = Vocabulary({source: topic_facts(facts) for source, facts in PUBLISHED.items()})
Message = Heard[DefectFact]
Witness = Callable[[str, DefectFact | None, str, Any, Any, Facts], None]


class Desk(NamedTuple):
    """What a room keeps of one defect: Stored, as storage.states has it."""

    state: Any = None
    version: int = 0
    seen: tuple[tuple[str, int], ...] = ()


EMPTY = Desk()


@dataclass(frozen=True, kw_only=True)
class Pipes:
    """How the inbox tells repetitions, and whether messages really go over the wire.

    `channel`: what a highest sequence is remembered by; None: nothing is remembered.
    """

    channel: Callable[[Message], str] | None = lambda news: f"{news.source}/{news.topic}"
    by_wire: bool = False


def over_the_wire(news: Message) -> Message:
    """Encoded and decoded again."""
    fact = news.fact
    value = value_of(fact, event_id=news.event_id, source=news.source, sequence=news.sequence, at=news.at)
    key = str(fact.defect_id)
    heard = VOCABULARY.hear(
        Delivered(topic=news.topic, key=key, headers={}, value=value, partition=0, offset=0)
    )
    assert heard == news, "what is read is what was said"
    return heard  # type: ignore[return-value]


class World:
    """Mutable; `copy` for exploring. Each defect is a partition of its own: the least order Kafka promises."""

    def __init__(
        self, house: House = HOUSE, pipes: Pipes | None = None, witness: Witness | None = None
    ) -> None:
        self.house, self.pipes, self.witness = house, pipes or Pipes(), witness
        self.at: datetime = MORNING
        self.desks: dict[tuple[str, Id], Desk] = {}
        self.said: dict[tuple[str, Id], tuple[tuple[Fact, datetime], ...]] = {}
        self.outbox: dict[tuple[str, Id], tuple[Message, ...]] = {}
        self.logs: dict[tuple[str, Id], tuple[Message, ...]] = {}
        self.offsets: dict[tuple[str, str, Id], int] = {}
        self.lots: dict[tuple[str, Id], tuple[Message, ...]] = {}

    @property
    def defects(self) -> list[Id]:
        """Those that were registered."""
        return [defect for room, defect in self.desks if room == "registration"]

    def state(self, room: str, defect: Id) -> Any:
        """What the room knows of it."""
        return self.desks.get((room, defect), EMPTY).state

    def wish(self, name: str, defect: Id) -> Facts | Rejection:
        """Somebody wishes for something; refused, it changes nothing."""
        self.at += timedelta(minutes=1)
        room, build = WISHES[name]
        before = self.state(room, defect)
        command = build(defect, self.at, before)
        answer = self.house.ask(room, before, command)
        if isinstance(answer, Rejection):
            return answer
        after, facts = answer
        self._keep(room, defect, after, facts)
        if self.witness:
            self.witness(room, None, name, before, after, facts)
        return facts

    def _keep(self, room: str, defect: Id, state: Any, facts: Facts, cause: Message | None = None) -> None:
        desk = self.desks.get((room, defect), EMPTY)
        version = desk.version + len(facts)
        at = cause.at if cause else self.at  # a policy's command bears the time of what it follows from
        if state is not None:
            self.desks[room, defect] = Desk(state, version, self._marked(desk.seen, cause))
        for sequence, fact in enumerate(facts, desk.version + 1):
            self.said[room, defect] = (*self.said.get((room, defect), ()), (fact, at))
            if fact.topic is not None:
                assert isinstance(fact, DefectFact)
                news = Heard(
                    fact=fact,
                    source=room,
                    topic=fact.topic,
                    sequence=sequence,
                    event_id=f"{room}-{defect}-{sequence}",
                    at=at,
                )
                self.outbox[room, defect] = (*self.outbox.get((room, defect), ()), news)

    def _marked(
        self, seen: tuple[tuple[str, int], ...], cause: Message | None
    ) -> tuple[tuple[str, int], ...]:
        if cause is None or self.pipes.channel is None:
            return seen
        return tuple(sorted((dict(seen) | {self.pipes.channel(cause): cause.sequence}).items()))

    def relay(self, room: str, defect: Id, *, dies_before_marking: bool = False) -> None:
        """Publish the oldest fact of an outbox; a relay that dies before it marks publishes it again."""
        first, *rest = self.outbox[room, defect]
        self.logs[first.topic, defect] = (*self.logs.get((first.topic, defect), ()), first)
        if not dies_before_marking:
            self.outbox[room, defect] = tuple(rest)

    def waiting(self, consumer: str, topic: str, defect: Id) -> int:
        """How many messages this consumer has not been given yet."""
        return len(self.logs.get((topic, defect), ())) - self.offsets.get((consumer, topic, defect), 0)

    def deliver(self, consumer: str, topic: str, defect: Id, *, fails: bool = False) -> None:
        """The next message, handled or parked; then the offset moves on."""
        place = consumer, topic, defect
        offset = self.offsets.get(place, 0)
        self._arrive(consumer, self.logs[topic, defect][offset], fails=fails)
        self.offsets[place] = offset + 1

    def redeliver(self, consumer: str, topic: str, defect: Id, offset: int) -> None:
        """An older message once more."""
        assert offset < self.offsets[consumer, topic, defect]
        self._arrive(consumer, self.logs[topic, defect][offset])

    def rewind(self, consumer: str) -> None:
        """A consumer begins at the start of its topics again."""
        for place in self.offsets:
            if place[0] == consumer:
                self.offsets[place] = 0

    def _arrive(self, consumer: str, news: Message, *, fails: bool = False) -> None:
        defect = news.fact.defect_id
        lot = self.lots.get((consumer, defect), ())
        if not lot and not fails:
            self._hear(consumer, news)
        elif news not in lot:
            self.lots[consumer, defect] = (*lot, news)

    def redrive(self, consumer: str, defect: Id) -> None:
        """The oldest message parked under this key is handled after all."""
        first, *rest = self.lots[consumer, defect]
        self._hear(consumer, first)
        self.lots[consumer, defect] = tuple(rest)

    def _hear(self, consumer: str, news: Message) -> None:
        defect = news.fact.defect_id
        desk = self.desks.get((consumer, defect), EMPTY)
        if not self.house.listens(consumer, news.fact) or self.has_seen(desk, news):
            return
        if self.pipes.by_wire:
            news = over_the_wire(news)
        after, facts = self.house.hear(consumer, desk.state, news)
        self._keep(consumer, defect, after, facts, news)
        if self.witness and consumer != GALLERY:
            self.witness(consumer, news.fact, type(news.fact).__name__, desk.state, after, facts)

    def has_seen(self, desk: Desk, news: Message) -> bool:
        """A repetition, or older than what was already applied."""
        channel = self.pipes.channel
        return channel is not None and dict(desk.seen).get(channel(news), 0) >= news.sequence

    def in_flight(self) -> Iterator[tuple[Any, ...]]:
        """Every step the pipes could take now, as (method, *arguments)."""
        yield from (("relay", *place) for place, kept in self.outbox.items() if kept)
        for topic, defect in self.logs:
            for consumer in CONSUMERS:
                if self.waiting(consumer, topic, defect) > 0:
                    yield "deliver", consumer, topic, defect
        yield from (("redrive", *place) for place, kept in self.lots.items() if kept)

    def take(self, step: tuple[Any, ...]) -> None:
        """One of the steps `in_flight` offers."""
        method, *arguments = step
        getattr(self, method)(*arguments)

    def settle(self, choose: Callable[[list[tuple[Any, ...]]], tuple[Any, ...]] | None = None) -> None:
        """No more faults: everything is published, delivered and redriven, until nothing moves."""
        for _ in range(5_000):
            steps = list(self.in_flight())
            if not steps:
                return
            self.take(choose(steps) if choose else steps[0])
        raise AssertionError("the house does not come to rest")


def topics_of(world: World, defect: Id) -> Iterator[Message]:
    """All that was ever published about a defect, one topic after the other, as a rebuild reads it."""
    for topic in TOPICS:
        yield from world.logs.get((topic, defect), ())
