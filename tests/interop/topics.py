"""Both topics on a real Kafka that others use too, filled with the messages of the embedded broker, byte for byte."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from tests.interop.journeys import Carried


@dataclass(frozen=True)
class Topics:
    """Of one test: `name` stands before the names of its topics and groups."""

    kafka: str
    name: str = field(default_factory=lambda: f"interop-{secrets.token_hex(4)}-")

    def fill(self, messages: Iterable[Carried]) -> None:
        """Publish them, each topic in its order."""
        messages = list(messages)
        admin = AdminClient({"bootstrap.servers": self.kafka})
        wanted = [
            NewTopic(self.on_kafka(topic), num_partitions=12) for topic in {each.topic for each in messages}
        ]
        for made in admin.create_topics(wanted).values():
            made.result()
        producer = Producer({"bootstrap.servers": self.kafka, "enable.idempotence": True, "linger.ms": 0})
        for message in messages:
            topic, key, headers, value = message.as_bytes()
            producer.produce(self.on_kafka(topic), value, key, headers=list(headers.items()))
        assert producer.flush(30) == 0

    def on_kafka(self, topic: str) -> str:
        """As Kafka knows it."""
        return self.name + topic

    def in_document(self, topic: str) -> str:
        """As the document knows it."""
        return topic.removeprefix(self.name)
