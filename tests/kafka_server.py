"""The Kafka that connected tests use: the one that APTAS_TEST_KAFKA names, or one of their own, shared by all workers.

The controller of a test run makes a folder and tells its workers by the environment; whoever needs Kafka first starts
it there, and the controller stops it at the end.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools.kafka.jars import KafkaRefused
from tools.kafka.node import Node, free_port

GIVEN = "APTAS_TEST_KAFKA"
FOLDER = "APTAS_TEST_KAFKA_FOLDER"


def kafka() -> str:
    """Its address, host:port; skips the test that asks where there is none to be had."""
    given = os.environ.get(GIVEN)
    return given or _own(Path(os.environ[FOLDER]))


def _own(folder: Path) -> str:
    told, refused = folder / "address", folder / "refused"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists() and not refused.exists():
            node = Node(free_port(), folder / "node")
            try:
                node.start()
                told.write_text(node.address)
            except KafkaRefused as problem:
                refused.write_text(str(problem))
    if refused.exists():
        pytest.skip(f"no Kafka: {refused.read_text()}")
    return told.read_text()


@contextmanager
def kafka_of_its_own(folder: Path, port: int | None = None) -> Iterator[Node]:
    """One that a test may stop, kill and start again. Skips the test where there is none to be had."""
    node = Node(port or free_port(), folder)
    try:
        node.start()
    except KafkaRefused as problem:
        pytest.skip(f"no Kafka: {problem}")
    try:
        yield node
    finally:
        node.stop()


def begin() -> None:
    """By the controller, before its workers are there."""
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="aptas-kafka-")


def end() -> None:
    """By the controller, when they are gone."""
    folder = Path(os.environ.pop(FOLDER))
    Node(0, folder / "node").stop()
    shutil.rmtree(folder)
