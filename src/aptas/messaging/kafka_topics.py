"""The topics as they have to be: twelve partitions each, kept for ever, never repartitioned."""

import time
from collections.abc import Mapping
from concurrent.futures import Future

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import ListOffsetsResultInfo, NewTopic, OffsetSpec

from aptas.kernel.messages import TOPICS
from aptas.messaging.broker import BrokerAway
from aptas.messaging.kafka_clients import Clients, Trouble

PARTITIONS = 12
FOR_EVER = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
_AGAIN_SECONDS = 0.05
_PASSING = frozenset(
    {
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.UNKNOWN_LEADER_EPOCH,
        KafkaError.FENCED_LEADER_EPOCH,
        KafkaError.REPLICA_NOT_AVAILABLE,
        KafkaError.KAFKA_STORAGE_ERROR,
    }
)
"""A partition that was just made, or whose leader has just gone: ask again."""


class TopicRefused(BrokerAway):
    """A topic cannot carry what aptas promises. Waited out like a broker that is away: somebody may mend it."""


class Topics:
    """Asks for all topics, never for one: to be asked for a topic that is not there, Kafka may make one to its own
    taste."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._trouble = Trouble()
        self._admin = clients.admin(self._trouble)
        self._counts: dict[str, int] = {}
        self._is_sure = False

    def ensure(self, seconds: float | None = None) -> None:
        """Make what is missing, once. TopicRefused, BrokerAway."""
        if self._is_sure:
            return
        deadline = time.monotonic() + (self._clients.patience if seconds is None else seconds)
        counts = self._look(deadline)
        if missing := [topic for topic in TOPICS if topic not in counts]:
            self._make(missing, deadline)
        while not counts.keys() >= {*TOPICS}:
            time.sleep(_AGAIN_SECONDS)
            counts = self._look(deadline)
        for topic in TOPICS:
            self._refuse_few(topic, counts[topic])
        self._counts, self._is_sure = counts, True

    def doubt(self) -> None:
        """Something went wrong, and be it that somebody deleted a topic: `ensure` looks again."""
        self._is_sure = False

    def partitions(self, topic: str) -> range:
        """Of a topic, once `ensure` went through."""
        return range(self._counts[topic])

    def ends(self, topic: str) -> dict[int, int]:
        """Of each partition, the offset behind its last message."""
        return self._offsets(topic, OffsetSpec.latest())

    def starts(self, topic: str) -> dict[int, int]:
        """Of each partition, the offset of its first message."""
        return self._offsets(topic, OffsetSpec.earliest())

    def _offsets(self, topic: str, which: OffsetSpec) -> dict[int, int]:
        wanted = {TopicPartition(self._clients.wire(topic), each): which for each in self.partitions(topic)}
        deadline = time.monotonic() + self._clients.patience
        while True:
            promised: Mapping[TopicPartition, Future[ListOffsetsResultInfo]] = self._admin.list_offsets(
                wanted, request_timeout=max(0.1, deadline - time.monotonic())
            )
            try:
                return {each.partition: future.result().offset for each, future in promised.items()}
            except KafkaException as problem:
                if problem.args[0].code() not in _PASSING or time.monotonic() > deadline:
                    raise self._away(problem) from problem
                time.sleep(_AGAIN_SECONDS)

    def _look(self, deadline: float) -> dict[str, int]:
        """How many partitions the topics have that are there and can be used."""
        try:
            found = self._admin.list_topics(timeout=max(0.1, deadline - time.monotonic())).topics
        except KafkaException as problem:
            raise self._away(problem) from problem
        self._trouble.forget()
        wired = {topic: found.get(self._clients.wire(topic)) for topic in TOPICS}
        return {topic: len(each.partitions) for topic, each in wired.items() if each and not each.error}

    def _make(self, missing: list[str], deadline: float) -> None:
        made = [NewTopic(self._clients.wire(each), PARTITIONS, -1, config=FOR_EVER) for each in missing]
        promised = self._admin.create_topics(made, request_timeout=max(0.1, deadline - time.monotonic()))
        for future in promised.values():
            try:
                future.result()
            except KafkaException as problem:
                if problem.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:  # somebody else was faster
                    raise self._away(problem) from problem

    def _refuse_few(self, topic: str, partitions: int) -> None:
        if partitions < PARTITIONS:
            raise TopicRefused(
                f"APTAS_KAFKA={self._clients.servers}: 토픽 {topic}의 파티션이 {partitions}개인데 "
                f"{PARTITIONS}개여야 합니다. "
                "나중에 늘리면 하자마다의 순서가 깨지므로, aptas를 모두 멈추고 토픽을 지운 뒤 다시 켜고 "
                f"aptas events replay 로 채워 주세요. / topic {topic} has {partitions} partitions and needs "
                f"{PARTITIONS}; adding some would break the order of each defect, so stop every aptas, delete the "
                "topic, start again and refill it with aptas events replay."
            )

    def _away(self, problem: KafkaException) -> BrokerAway:
        self._admin.poll(0)  # it says now why
        return self._clients.away(problem.args[0], self._trouble)
