"""A consumer of a Kafka group, with partitions named as ours are and errors that mean what ours do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as KafkaMessage

from aptas.messaging.broker import AssignmentLost, BrokerAway
from aptas.messaging.kafka_clients import AWAY, Clients, Trouble

T = TypeVar("T")
Partition = tuple[str, int]
"""A topic, as we name it, and the number of a partition."""
Rebalanced = Callable[[Sequence[Partition]], None]
"""Called in the midst of `poll`, `drain` or `close`."""

LOST = frozenset(
    {
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.UNKNOWN_MEMBER_ID,
        KafkaError.REBALANCE_IN_PROGRESS,
        KafkaError.FENCED_INSTANCE_ID,
        KafkaError.FENCED_MEMBER_EPOCH,
        KafkaError.STALE_MEMBER_EPOCH,
        KafkaError._ASSIGNMENT_LOST,
        KafkaError._MAX_POLL_EXCEEDED,
        KafkaError._FENCED,
    }
)
"""The group went on without this member."""


class RebalanceUnderWay(AssignmentLost):
    """The group shares its partitions out anew; what is ours may well stay ours."""


class GroupConsumer:
    """Has subscribed; takes part in the group whenever something is taken."""

    def __init__(
        self, clients: Clients, group: str, topics: Iterable[str], assigned: Rebalanced, revoked: Rebalanced
    ) -> None:
        self._clients = clients
        self._group = group
        self._trouble = Trouble()
        self._consumer: Consumer = clients.member(group, self._trouble)
        self._consumer.subscribe(
            [clients.wire(each) for each in topics],
            on_assign=lambda _, found: assigned([self.where(each) for each in found]),
            on_revoke=lambda _, gone: revoked([self.where(each) for each in gone]),
        )

    def poll(self, wait: float) -> list[KafkaMessage]:
        """The first message to come, or nothing."""
        found = self._told(lambda: self._consumer.poll(wait))
        return self._without_errors([] if found is None else [found])

    def drain(self, most: int) -> list[KafkaMessage]:
        """What has come already."""
        return self._without_errors(self._told(lambda: self._consumer.consume(most, 0)))

    def _without_errors(self, found: Iterable[KafkaMessage]) -> list[KafkaMessage]:
        """That the group went on without us, the callbacks tell too; BrokerAway: anything else that will not pass."""
        messages = []
        for each in found:
            error = each.error()
            if error is None:
                messages.append(each)
            elif error.code() in AWAY:
                self._trouble.is_away = True
            elif error.code() not in LOST:
                raise self._away(error)
        return messages

    @property
    def is_doubtful(self) -> bool:
        """Kafka may be away; `probe` tells."""
        return self._trouble.is_away

    def probe(self) -> None:
        """BrokerAway unless it answers. What it said of the time before is forgotten with the next success."""
        self._told(lambda: self._consumer.list_topics(timeout=self._clients.patience))

    def calm(self) -> None:
        """All is well."""
        self._trouble.forget()

    def committed(self, places: Iterable[Partition]) -> dict[Partition, int]:
        """What the group has done; 0 where it has not begun."""
        asked = self._theirs(dict.fromkeys(places, 0))
        found = self._told(lambda: self._consumer.committed(asked, timeout=self._clients.patience))
        self._refuse_errors(found)
        return {self.where(each): max(0, each.offset) for each in found}

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Write what the group has done. AssignmentLost, RebalanceUnderWay, BrokerAway: nothing, or some of it, was
        written."""
        theirs = self._theirs(offsets)
        self._refuse_errors(
            self._told(lambda: self._consumer.commit(offsets=theirs, asynchronous=False)) or ()
        )

    def assign(self, offsets: Mapping[Partition, int]) -> None:
        """Fetch more partitions, from these offsets."""
        self._told(lambda: self._consumer.incremental_assign(self._theirs(offsets)))

    def go_to(self, offsets: Mapping[Partition, int]) -> None:
        """Fetch on from there. Assigned anew: where a partition is just being assigned, it cannot be sought in."""
        self._told(lambda: self._consumer.incremental_unassign(self._theirs(offsets)))
        self.assign(offsets)

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()

    def where(self, each: KafkaMessage | TopicPartition) -> Partition:
        """The place of a message, or of what Kafka calls one."""
        if isinstance(each, TopicPartition):
            return self._clients.topic(each.topic), each.partition
        return self._clients.topic(each.topic()), each.partition() or 0

    def _theirs(self, offsets: Mapping[Partition, int]) -> list[TopicPartition]:
        return [TopicPartition(self._clients.wire(topic), each, at) for (topic, each), at in offsets.items()]

    def _refuse_errors(self, found: Iterable[TopicPartition]) -> None:
        for each in found:
            if each.error is not None:
                raise self._meaning(each.error)

    def _told(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except KafkaException as problem:
            raise self._meaning(problem.args[0]) from problem

    def _meaning(self, error: KafkaError) -> Exception:
        if error.code() == KafkaError.REBALANCE_IN_PROGRESS:
            return RebalanceUnderWay(f"{self._group}: {error.str()}")
        if error.code() in LOST:
            return AssignmentLost(f"{self._group}: {error.str()}")
        return self._away(error)

    def _away(self, error: KafkaError) -> BrokerAway:
        self._trouble.is_away = True
        return self._clients.away(error, self._trouble)
