"""What has come from Kafka and was not handed out yet.

librdkafka hands over one queue for all partitions; with a buffer for each topic, a busy topic does not silence another.
"""

from collections import deque
from collections.abc import Collection, Sequence

from confluent_kafka import Message as KafkaMessage

from aptas.messaging.envelope import Delivered
from aptas.messaging.kafka_group import Partition
from aptas.messaging.kafka_messages import delivered

MOST = 10_000


class Buffers:
    """A queue for each topic."""

    def __init__(self, topics: Sequence[str]) -> None:
        self._queues: deque[tuple[str, deque[KafkaMessage]]] = deque((topic, deque()) for topic in topics)
        self._by_topic = dict(self._queues)

    def __bool__(self) -> bool:
        return any(queue for _, queue in self._queues)

    @property
    def room(self) -> int:
        """How many more may come; never none: whoever takes nothing does not take part in its group either."""
        return max(1, MOST - sum(len(queue) for _, queue in self._queues))

    def put(self, topic: str, message: KafkaMessage) -> None:
        """Behind what has come before."""
        self._by_topic[topic].append(message)

    def hand_out(self, limit: int) -> list[Delivered]:
        """Up to `limit`, each partition in its order; the next call begins with another topic."""
        found: list[Delivered] = []
        for topic, queue in self._queues:
            while queue and len(found) < limit:
                found.append(delivered(queue.popleft(), topic))
        self._queues.rotate()
        return found

    def drop(self, gone: Collection[Partition]) -> None:
        """Of these partitions nothing is handed out any more."""
        for topic, queue in self._queues:
            kept = [each for each in queue if (topic, each.partition()) not in gone]
            queue.clear()
            queue.extend(kept)
