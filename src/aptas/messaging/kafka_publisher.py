"""Publishing to Kafka so that the order of a key survives every failure.

What is written of a batch is a prefix of it, in each partition: the producer is idempotent and gapless, no message
expires by itself, and when one fails or our own deadline passes, everything queued or in flight is purged and the
producer thrown away. Whoever publishes begins again at the first message that was not acknowledged. Requests of the
old producer may still be lying with a broker that slept, and land between those of the new one; but both begin at the
same message and leave none out, so a message never comes for the first time before its predecessor did.
"""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as KafkaMessage

from aptas.messaging.broker import BrokerAway
from aptas.messaging.envelope import Message
from aptas.messaging.kafka_clients import Clients, Trouble
from aptas.messaging.kafka_topics import Topics

_SLICE_SECONDS = 0.1


class Publisher:
    """Lives in one thread."""

    def __init__(self, clients: Clients, topics: Topics) -> None:
        self._clients = clients
        self._topics = topics
        self._trouble = Trouble()
        self._failure: BrokerAway | None = None
        self._producer: Producer | None = None

    def publish(self, messages: Sequence[Message], given_up: threading.Event) -> None:
        """All acknowledged by all in-sync replicas, or BrokerAway. `given_up`: nobody waits for it any more."""
        self._topics.ensure()
        producer = self._producer = self._producer or self._clients.producer(self._failed, self._trouble)
        is_written = False
        try:
            self._send(producer, messages, given_up)
            is_written = True
        except KafkaException as problem:  # fatal: nothing may follow what was refused, and is told only now
            with suppress(KafkaException):
                producer.poll(_SLICE_SECONDS)
            raise self._failure or self._clients.away(problem.args[0], Trouble()) from problem
        finally:
            if not is_written:
                self._discard(producer)
        self._trouble.forget()

    def _send(self, producer: Producer, messages: Sequence[Message], given_up: threading.Event) -> None:
        deadline = time.monotonic() + self._clients.patience
        for message in messages:
            while not self._queued(producer, message):
                producer.poll(_SLICE_SECONDS)
                self._refuse_to_wait(deadline, given_up)
        while producer.flush(_SLICE_SECONDS):
            self._refuse_to_wait(deadline, given_up)
        self._refuse_failure()

    def _queued(self, producer: Producer, message: Message) -> bool:
        """False when the queue is full. BrokerAway: this one cannot be sent; nothing behind it is queued."""
        topic = self._clients.wire(message.topic)
        try:
            producer.produce(topic, message.value, message.key, headers=list(message.headers.items()))
        except BufferError:
            return False
        except KafkaException as problem:
            raise self._refused(message.topic, message.key, problem.args[0]) from problem
        return True

    def _refuse_to_wait(self, deadline: float, given_up: threading.Event) -> None:
        self._refuse_failure()
        if given_up.is_set() or time.monotonic() > deadline:
            raise self._clients.away("확인이 오지 않습니다. / It does not acknowledge.", self._trouble)

    def _refuse_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _failed(self, error: KafkaError, message: KafkaMessage) -> None:
        if self._failure is None:
            key = (message.key() or b"").decode("utf-8", "replace")
            self._failure = self._refused(self._clients.topic(message.topic()), key, error)

    def _refused(self, topic: str, key: str, error: KafkaError) -> BrokerAway:
        return self._clients.away(f"{topic} {key}: {error.str()}", Trouble())

    def _discard(self, producer: Producer) -> None:
        with suppress(KafkaException):
            producer.purge()
            producer.flush(_SLICE_SECONDS)
        self._producer = None
        self._topics.doubt()
        self._failure = None
        self._trouble.forget()

    def close(self) -> None:
        """Nothing waits in it between two publications."""
        self._producer = None
