"""Kafka behind the broker protocol: librdkafka's plain clients, each in a thread of its own.

What it is set up to do is in kafka_clients, what its topics are in kafka_topics; why publishing keeps the order is
told in kafka_publisher, how a group is shared in kafka_member (docs/decisions/0011).
"""

import threading
from collections.abc import Sequence
from functools import partial

from aptas.messaging.envelope import Delivered, Message
from aptas.messaging.kafka_clients import Clients, refuse_own
from aptas.messaging.kafka_look import Look
from aptas.messaging.kafka_member import Member
from aptas.messaging.kafka_publisher import Publisher
from aptas.messaging.kafka_thread import OwnThread
from aptas.messaging.kafka_topics import Topics

_LEAVING_SECONDS = 5


class KafkaBroker:
    """Implements broker.Broker. SettingRefused: librdkafka does not know an option."""

    def __init__(self, clients: Clients) -> None:
        refuse_own(clients.options)
        self._clients = clients
        self._topics = Topics(clients)
        self._publisher = Publisher(clients, self._topics)
        self._publishing = OwnThread("kafka-publishing")
        self._looking = OwnThread("kafka-looking")
        self._looks: dict[str, Look] = {}

    async def create(self, seconds: float | None = None) -> None:
        """Make the topics that are missing, in so many seconds at most. BrokerAway; TopicRefused."""
        await self._looking.run(partial(self._topics.ensure, seconds))

    async def publish(self, messages: Sequence[Message]) -> None:
        """Acknowledged by all in-sync replicas, in order, or BrokerAway."""
        if messages:
            given_up = threading.Event()
            await self._publishing.run(partial(self._publisher.publish, messages, given_up), given_up)

    def subscribe(self, group: str, topics: Sequence[str]) -> "KafkaSubscription":
        """A member of `group`, from its first poll on."""
        return KafkaSubscription(Member(self._clients, self._topics, group, topics), group)

    async def read(self, topic: str, after: int, limit: int) -> Sequence[Delivered]:
        """Look without joining a group."""
        return await self._looking.run(lambda: self._look(topic).read(after, limit))

    async def end(self, topic: str) -> int:
        """How many messages the topic has."""
        return await self._looking.run(lambda: self._look(topic).end())

    def _look_away(self) -> None:
        for each in self._looks.values():
            each.close()

    def _look(self, topic: str) -> Look:
        if topic not in self._looks:
            self._looks[topic] = Look(self._clients, self._topics, topic)
        return self._looks[topic]

    async def close(self) -> None:
        """Let go of connections."""
        await self._publishing.end(self._publisher.close, _LEAVING_SECONDS)
        await self._looking.end(self._look_away, _LEAVING_SECONDS)


class KafkaSubscription:
    """Implements broker.Subscription."""

    def __init__(self, member: Member, group: str) -> None:
        self._member = member
        self._thread = OwnThread(f"kafka-{group}")

    async def poll(self, limit: int, wait: float) -> Sequence[Delivered]:
        """Messages of the partitions assigned here, each partition in its order."""
        given_up = threading.Event()
        return await self._thread.run(partial(self._member.poll, limit, wait, given_up), given_up)

    def pass_over(self, delivered: Sequence[Delivered]) -> None:
        """Kept here until the next commit."""
        self._member.pass_over(delivered)

    async def commit(self, delivered: Sequence[Delivered]) -> None:
        """Move the group's offsets behind `delivered`, and behind what was passed over."""
        await self._thread.run(partial(self._member.commit, delivered))

    async def restore(self) -> None:
        """Poll again from what was committed."""
        await self._thread.run(self._member.restore)

    async def rewind(self) -> None:
        """Begin again at the start of every topic; other members learn it when they next commit."""
        await self._thread.run(self._member.rewind)

    async def lag(self) -> int:
        """Messages that were handed out to nobody yet, in the partitions assigned here."""
        return await self._thread.run(self._member.lag)

    async def close(self) -> None:
        """Leave the group."""
        await self._thread.end(self._member.close, _LEAVING_SECONDS)
