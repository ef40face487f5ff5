"""Looking into a topic without joining a group: its partitions merged into one order, by time.

A partition keeps its order; across partitions it goes by the time of publication. Kafka has no place in the merged
order, so each topic's look remembers where it stands: whoever goes on there, or at the end that was last told, goes on
at once; anybody else begins at the start and passes as many as they say they know.
"""

import time
from collections import deque
from collections.abc import Mapping
from heapq import heapify, heappop, heapreplace

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka import KafkaError as Error
from confluent_kafka import Message as KafkaMessage

from aptas.messaging.broker import BrokerAway
from aptas.messaging.envelope import Delivered
from aptas.messaging.kafka_clients import Clients, Trouble
from aptas.messaging.kafka_messages import delivered
from aptas.messaging.kafka_topics import Topics

_SLICE_SECONDS = 0.1
_AT_ONCE = 5000


class Look:
    """Of one topic; lives in one thread."""

    def __init__(self, clients: Clients, topics: Topics, topic: str) -> None:
        self._clients = clients
        self._topics = topics
        self._topic = topic
        self._trouble = Trouble()
        self._consumer: Consumer | None = None
        self._stands = 0
        self._places: dict[int, int] = {}
        self._fetched: dict[int, int] = {}
        self._buffers: dict[int, deque[KafkaMessage]] = {}
        self._end: tuple[int, dict[int, int]] = (0, {})

    def end(self) -> int:
        """How many messages the topic has."""
        self._topics.ensure()
        starts, ends = self._topics.starts(self._topic), self._topics.ends(self._topic)
        total = sum(ends.values()) - sum(starts.values())
        self._end = total, ends
        return total

    def read(self, after: int, limit: int) -> list[Delivered]:
        """Up to `limit` messages behind the first `after`."""
        self._topics.ensure()
        try:
            self._go_to(after)
            found = self._merge(limit)
        except (BrokerAway, KafkaException) as problem:
            self.close()
            self._topics.doubt()
            if isinstance(problem, KafkaException):
                raise self._clients.away(problem.args[0], self._trouble) from problem
            raise
        return [delivered(each, self._topic) for each in found]

    def _go_to(self, after: int) -> None:
        if self._consumer is not None and after == self._stands:
            return
        if after == self._stands and self._places:
            self._begin(self._places)
        elif after == self._end[0] and self._end[1]:
            self._begin(self._end[1])
        else:
            self._begin(self._topics.starts(self._topic))
            self._stands = 0
            while self._stands < after and self._merge(min(_AT_ONCE, after - self._stands)):
                pass
        self._stands = after

    def _begin(self, places: Mapping[int, int]) -> None:
        self.close()
        self._places, self._fetched = dict(places), dict(places)
        self._buffers = {each: deque() for each in places}
        self._consumer = self._clients.reader(self._trouble)
        wire = self._clients.wire(self._topic)
        self._consumer.assign([TopicPartition(wire, each, place) for each, place in places.items()])

    def _merge(self, limit: int) -> list[KafkaMessage]:
        """The next ones, all partitions that have something being at hand whenever one is chosen."""
        ends = self._topics.ends(self._topic)
        self._fetch(ends)
        heads = [(_time_of(buffer[0]), each) for each, buffer in self._buffers.items() if buffer]
        heapify(heads)
        found: list[KafkaMessage] = []
        while heads and len(found) < limit:
            _, each = heads[0]
            buffer = self._buffers[each]
            found.append(buffer.popleft())
            if not buffer:
                self._fetch(ends)
            if buffer:
                heapreplace(heads, (_time_of(buffer[0]), each))
            else:
                heappop(heads)
        self._stands += len(found)
        self._places |= {each.partition() or 0: (each.offset() or 0) + 1 for each in found}
        return found

    def _fetch(self, ends: Mapping[int, int]) -> None:
        """Until every partition has something in its buffer, or has been read to its end as it was just now."""
        assert self._consumer is not None
        deadline = time.monotonic() + self._clients.patience
        while any(self._fetched[each] < end and not self._buffers[each] for each, end in ends.items()):
            came = self._consumer.consume(_AT_ONCE, _SLICE_SECONDS)
            for message in came:
                self._put_by(message)
            if came:
                deadline = time.monotonic() + self._clients.patience
            elif time.monotonic() > deadline:
                raise self._clients.away(Error(Error._TIMED_OUT), self._trouble)

    def _put_by(self, message: KafkaMessage) -> None:
        partition, offset, error = message.partition() or 0, message.offset() or 0, message.error()
        if error is None:
            self._buffers[partition].append(message)
            self._fetched[partition] = offset + 1
        elif error.code() == Error._PARTITION_EOF:  # behind marks of a stranger's transactions, too
            self._fetched[partition] = offset
        else:
            raise self._clients.away(error, self._trouble)

    def close(self) -> None:
        """Where it stands is kept."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None


def _time_of(message: KafkaMessage) -> int:
    return message.timestamp()[1]
