"""One member of a Kafka consumer group, as its thread sees it.

What was handed out is told apart from what is committed. That another member wound the group back, or took a partition
over, is noticed when this one commits: it compares what it last saw committed with what is.
"""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import Message as KafkaMessage

from aptas.messaging.broker import AssignmentLost, BrokerAway
from aptas.messaging.envelope import Delivered
from aptas.messaging.kafka_buffers import Buffers
from aptas.messaging.kafka_clients import Clients, Trouble
from aptas.messaging.kafka_group import GroupConsumer, Partition, RebalanceUnderWay
from aptas.messaging.kafka_topics import Topics

_SLICE_SECONDS = 0.1
_JOIN_SECONDS = 60


@dataclass
class _Place:
    """Of one assigned partition, counted as Delivered.offset is: what the group had committed when this member last
    looked or wrote, how far it was handed out, and how far it was passed over since the last commit (0: not)."""

    done: int
    handed: int
    passed: int = 0


class Member:
    """Lives in one thread, except `pass_over`, which is called while nothing else is."""

    def __init__(self, clients: Clients, topics: Topics, group: str, wanted: Sequence[str]) -> None:
        self._clients = clients
        self._topics = topics
        self._group = group
        self._wanted = wanted
        self._consumer: GroupConsumer | None = None
        self._places: dict[Partition, _Place] = {}
        self._buffers = Buffers(wanted)
        self._moved: set[Partition] = set()
        """Assigned or revoked in the midst of the call under way."""
        self._unsure: set[Partition] = set()
        """Nothing of these is handed out before it was looked up what is committed."""

    def poll(self, limit: int, wait: float, given_up: threading.Event) -> list[Delivered]:
        """Up to `limit` messages; the first poll joins the group."""
        consumer = self._consumer or self._join()
        try:
            self._take(consumer, 0)
            self._look_up(consumer)
            deadline = time.monotonic() + wait
            while not self._buffers and not given_up.is_set() and (left := deadline - time.monotonic()) > 0:
                self._take(consumer, min(left, _SLICE_SECONDS))
        except BrokerAway:
            self._topics.doubt()
            raise
        return self._hand_out(limit)

    def _join(self) -> GroupConsumer:
        """That Kafka does not answer is found out here, not by silence."""
        self._topics.ensure()
        self._consumer = GroupConsumer(
            self._clients, self._group, self._wanted, self._assigned, self._revoked
        )
        return self._consumer

    def _assigned(self, mine: Sequence[Partition]) -> None:
        assert self._consumer is not None
        self._moved.update(mine)
        try:
            done = self._consumer.committed(mine)
        except (BrokerAway, AssignmentLost):
            done = dict.fromkeys(mine, 0)
            self._unsure.update(mine)
        self._places |= {each: _Place(done[each], done[each]) for each in mine}
        self._consumer.assign(done)

    def _revoked(self, gone: Sequence[Partition]) -> None:
        self._moved.update(gone)
        self._unsure.difference_update(gone)
        self._buffers.drop(gone)
        for each in gone:
            self._places.pop(each, None)

    def _take(self, consumer: GroupConsumer, wait: float) -> None:
        """Take part in the group, and put what has come into the buffers.

        A call that returns several messages may have moved partitions among them: what it returned of those is not to
        be trusted, and fetched again.
        """
        again = set()
        for message in self._come(consumer, wait):
            where = consumer.where(message)
            if where not in self._places or where in self._unsure:
                continue
            if where in self._moved:
                again.add(where)
            else:
                self._buffers.put(where[0], message)
        self._go_to(consumer, {each: self._places[each].done for each in again})

    def _come(self, consumer: GroupConsumer, wait: float) -> list[KafkaMessage]:
        try:
            first = consumer.poll(wait) if wait else []
            self._moved.clear()
            return first + consumer.drain(self._buffers.room)
        except (BrokerAway, AssignmentLost):
            self.restore()  # something may have come before that is handed to nobody
            raise

    def _look_up(self, consumer: GroupConsumer) -> None:
        """Whether Kafka is there, and where the group is in the partitions that we are not sure of."""
        if consumer.is_doubtful:
            consumer.probe()
            self._take(consumer, 0)  # with what it says of the time when Kafka was away
            consumer.calm()
        if self._unsure:
            done = consumer.committed(self._unsure)
            self._places |= {each: _Place(offset, offset) for each, offset in done.items()}
            self._go_to(consumer, done)
            self._unsure.clear()

    def _go_to(self, consumer: GroupConsumer, offsets: Mapping[Partition, int]) -> None:
        if offsets:
            self._buffers.drop(offsets.keys())
            consumer.go_to(offsets)

    def _hand_out(self, limit: int) -> list[Delivered]:
        found = self._buffers.hand_out(limit)
        for where, offset in _furthest(found).items():
            self._places[where].handed = offset
        return found

    def pass_over(self, messages: Sequence[Delivered]) -> None:
        """Kept here until the next commit."""
        for where, offset in _furthest(messages).items():
            if where in self._places:
                self._places[where].passed = offset

    def commit(self, messages: Sequence[Delivered]) -> None:
        """All of it or none: what is partly ours by now is done again by whoever has it.

        Between the look and the write another member may wind the group back: its rewind is then undone, in the
        partitions of this commit. Kafka has no way to write on condition.
        """
        furthest = {where: place.passed for where, place in self._places.items() if place.passed}
        furthest |= _furthest(messages)
        if not furthest or self._consumer is None:
            return
        places = {where: self._places.get(where) for where in furthest}
        try:
            while not self._is_written(self._consumer, furthest, places):
                self._take(self._consumer, _SLICE_SECONDS)
        except AssignmentLost:
            self.restore()
            raise
        for where, offset in furthest.items():
            self._places[where].done, self._places[where].passed = offset, 0

    def _is_written(
        self,
        consumer: GroupConsumer,
        furthest: Mapping[Partition, int],
        places: Mapping[Partition, _Place | None],
    ) -> bool:
        """False while the group shares its partitions out anew: we have to take part before we may commit."""
        now = consumer.committed(furthest)
        for where, offset in furthest.items():
            place = self._places.get(where)
            if place is None or place is not places[where] or not place.done <= offset <= place.handed:
                raise AssignmentLost(f"{self._group}: {where} is another member's")
            if now[where] != place.done:
                raise AssignmentLost(f"{self._group}: {where} was wound back, or done by another member")
        try:
            consumer.commit(furthest)
        except RebalanceUnderWay:
            return False
        return True

    def restore(self) -> None:
        """Forget what was polled and not committed; where to go on is looked up by the next poll."""
        for place in self._places.values():
            place.passed = 0
        self._buffers.drop(self._places.keys())
        self._unsure.update(self._places)

    def rewind(self) -> None:
        """Every partition of every topic, whoever has it: Kafka asks whether a member commits, not whose it is."""
        self._topics.ensure()
        start = {(topic, each): 0 for topic in self._wanted for each in self._topics.partitions(topic)}
        if self._consumer is None:
            self._rewind_as_guest(start)
            return
        self._consumer.committed(start)  # a commit would wait for long if Kafka were away; a look does not
        while not _is_rewound(self._consumer, start):
            self._take(self._consumer, _SLICE_SECONDS)
        self.restore()

    def _rewind_as_guest(self, start: Mapping[Partition, int]) -> None:
        """Whoever never polled is no member, and becomes one for a moment. What it is assigned meanwhile it lets go of
        when it leaves."""
        joined: list[bool] = []

        def assigned(_: Iterable[Partition]) -> None:
            joined.append(True)

        guest = GroupConsumer(self._clients, self._group, self._wanted, assigned, assigned)
        deadline = time.monotonic() + _JOIN_SECONDS
        try:
            while not joined or not _is_rewound(guest, start):
                guest.poll(_SLICE_SECONDS)
                if guest.is_doubtful:
                    guest.probe()
                if time.monotonic() > deadline:
                    raise self._clients.away(
                        f"{self._group}: 들어갈 수 없습니다. / cannot be joined.", Trouble()
                    )
        finally:
            guest.close()

    def lag(self) -> int:
        """Behind the end, of what is assigned here and not handed out yet."""
        self._topics.ensure()
        ends = {topic: self._topics.ends(topic) for topic in {topic for topic, _ in self._places}}
        return sum(max(0, ends[topic][each] - place.handed) for (topic, each), place in self._places.items())

    def close(self) -> None:
        """Leave the group."""
        if self._consumer is not None:
            self._consumer.close()


def _is_rewound(consumer: GroupConsumer, start: Mapping[Partition, int]) -> bool:
    """False while the group shares its partitions out anew."""
    try:
        consumer.commit(start)
    except RebalanceUnderWay:
        return False
    return True


def _furthest(messages: Sequence[Delivered]) -> dict[Partition, int]:
    """The last offset by partition; a batch has each partition in its order."""
    return {(each.topic, each.partition): each.offset for each in messages}
