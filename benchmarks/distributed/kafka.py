"""A Kafka for one measurement: nothing has gone over it before, and it is thrown away after."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec

from aptas.messaging.kafka_topics import PARTITIONS
from benchmarks.conventional.steps import TOPIC as THEIR_TOPIC
from benchmarks.servers import BenchmarkFailed
from tools.kafka.jars import JARS, KafkaRefused, resolve
from tools.kafka.node import Node, free_port


class Kafka:
    """One that runs. `pid` is its process."""

    def __init__(self, node: Node) -> None:
        self.address = node.address
        self.pid = node.pid() or 0
        self._admin = AdminClient({"bootstrap.servers": node.address, "log_level": 2})

    def make_their_topic(self) -> None:
        """aptas makes its own; the other side gets as many partitions."""
        for made in self._admin.create_topics([NewTopic(THEIR_TOPIC, PARTITIONS, 1)]).values():
            made.result()

    def messages(self, topic: str) -> int:
        """How many there are in all partitions; 0 as well while the topic is being made."""
        ends = {TopicPartition(topic, each): OffsetSpec.latest() for each in range(PARTITIONS)}
        try:
            return sum(found.result().offset for found in self._admin.list_offsets(ends).values())
        except KafkaException:
            return 0


@contextmanager
def running_kafka(data: Path) -> Iterator[Kafka]:
    """Started where we are kept to, ended at the end. BenchmarkFailed: there is none to be had."""
    node = Node(free_port(), data)
    try:
        node.start()
    except KafkaRefused as refused:
        raise BenchmarkFailed(str(refused)) from refused
    kafka = Kafka(node)
    try:
        kafka.make_their_topic()
        yield kafka
    finally:
        node.stop()
        with suppress(ChildProcessError):
            os.waitpid(kafka.pid, 0)  # what it has spent is ours from here on
        shutil.rmtree(data)


def version_of_kafka() -> str:
    """As its jar is called; or why there is none."""
    try:
        resolve()
    except KafkaRefused as refused:
        return str(refused)
    return next(JARS.glob("kafka_2.13-*.jar")).stem.partition("-")[2]
