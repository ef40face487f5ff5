"""What a real Kafka holds, read from outside by its own clients."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Message, TopicPartition
from confluent_kafka.admin import AdminClient

from aptas.kernel.messages import TOPICS
from aptas.messaging.envelope import Delivered
from tests.simulation.archive import CONSUMERS

SECONDS = 20
PIECE = 10_000


class CarriedByKafka:
    """Implements archive.Carried."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def topic(self, name: str) -> list[Delivered]:
        """Partition by partition: all messages of a key are in one."""
        return await asyncio.to_thread(partial(self._read, name))

    async def done(self) -> Mapping[tuple[str, str], int]:
        """Committed offsets, added up over the partitions: every topic begins at 0."""
        return await asyncio.to_thread(self._committed)

    def _read(self, topic: str) -> list[Delivered]:
        reader = Consumer(
            {"bootstrap.servers": self._address, "group.id": "history", "enable.auto.commit": False}
        )
        found: list[Delivered] = []
        try:
            partitions = reader.list_topics(topic, SECONDS).topics[topic].partitions
            for partition in sorted(partitions):
                _, end = reader.get_watermark_offsets(TopicPartition(topic, partition), SECONDS)
                if end:
                    reader.assign([TopicPartition(topic, partition, 0)])
                    found += self._read_to(reader, end)
        finally:
            reader.close()
        return found

    def _read_to(self, reader: Consumer, end: int) -> list[Delivered]:
        """`consume` waits for as many as it is asked for: for no more than there are, then."""
        found: list[Delivered] = []
        while left := end - (found[-1].offset if found else 0):
            for message in reader.consume(min(left, PIECE), SECONDS):
                assert message.error() is None, message.error()
                found.append(_delivered(message))
        return found

    def _committed(self) -> Mapping[tuple[str, str], int]:
        admin = AdminClient({"bootstrap.servers": self._address})
        found = dict.fromkeys(((group, topic) for group in CONSUMERS for topic in TOPICS), 0)
        for group in CONSUMERS:
            asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])
            for place in asked[group].result(SECONDS).topic_partitions:
                found[group, place.topic] += max(0, place.offset)
        return found


def _delivered(message: Message) -> Delivered:
    headers: Any = message.headers() or []
    key: Any = message.key()
    value: Any = message.value()
    partition, offset = message.partition(), message.offset()
    assert partition is not None
    assert offset is not None
    return Delivered(
        topic=str(message.topic()),
        key=key.decode(),
        headers={name: told.decode() for name, told in headers},
        value=value,
        partition=partition,
        offset=offset + 1,
    )
