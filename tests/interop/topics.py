"""Both topics on a real Kafka that others use too, filled by aptas with the messages of a journey."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from aptas.messaging.envelope import Message
from aptas.messaging.kafka import KafkaBroker
from aptas.messaging.kafka_clients import Clients
from tests.interop.journeys import Carried


@dataclass(frozen=True)
class Topics:
    """Of one test: `name` stands before the names of its topics and groups."""

    kafka: str
    name: str = field(default_factory=lambda: f"interop-{secrets.token_hex(4)}-")

    async def fill(self, messages: Iterable[Carried]) -> None:
        """Publish them, each topic in its order."""
        broker = KafkaBroker(Clients(servers=self.kafka, prefix=self.name))
        try:
            await broker.create()
            await broker.publish([_message(each) for each in messages])
        finally:
            await broker.close()

    def on_kafka(self, topic: str) -> str:
        """As Kafka knows it."""
        return self.name + topic

    def in_document(self, topic: str) -> str:
        """As the document knows it."""
        return topic.removeprefix(self.name)


def _message(carried: Carried) -> Message:
    value = carried.value.encode()
    return Message(topic=carried.topic, key=carried.key, headers=carried.headers, value=value)
