"""The Kafka that connected tests use: the one that APTAS_TEST_KAFKA names, or one of their own, shared by all workers.

The controller of a test run makes a folder and tells its workers by the environment; whoever needs Kafka first starts
it there, and the controller stops it at the end.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from aptas.kernel.messages import TOPICS
from tools.kafka.jars import KafkaRefused, ToolMissing
from tools.kafka.node import Node, free_port

GIVEN = "APTAS_TEST_KAFKA"
FOLDER = "APTAS_TEST_KAFKA_FOLDER"
ATTEMPTS = 3


def kafka() -> str:
    """Its address, host:port; skips the test that asks where there is none to be had. One that is given has to be on
    this machine, and to allow sessions of two seconds, as that of `make kafka` does."""
    given = os.environ.get(GIVEN)
    return given or _shared(Path(os.environ[FOLDER]))


def _shared(folder: Path) -> str:
    told, controller = folder / "address", folder / "controller"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(_started(folder / "node", None, int(controller.read_text())).address)
    return told.read_text()


@contextmanager
def kafka_of_its_own(folder: Path, port: int | None = None) -> Iterator[Node]:
    """One that a test may stop, kill and start again. Skips the test where there is none to be had."""
    node = _started(folder, port, os.getpid())
    try:
        yield node
    finally:
        node.stop()


def delete_topics(servers: str, prefix: str) -> None:
    """What a test is done with: hundreds of partitions would slow the others down."""
    admin = AdminClient({"bootstrap.servers": servers})
    for promised in admin.delete_topics([prefix + topic for topic in TOPICS], request_timeout=10).values():
        with suppress(KafkaException):  # it may have made none
            promised.result()


def _started(data: Path, port: int | None, user: int) -> Node:
    """A port that was free may be taken by the time that Kafka wants it: then another one is tried."""
    for attempt in range(1, ATTEMPTS + 1):
        node = Node(port or free_port(), data)
        try:
            node.start()
        except ToolMissing as problem:
            pytest.skip(f"no Kafka: {problem}")
        except KafkaRefused:
            if port or attempt == ATTEMPTS:
                raise
        else:
            _stop_when_gone(user, data)
            return node
    raise AssertionError


def _stop_when_gone(user: int, data: Path) -> None:
    """Whoever uses it may be killed, and would leave it running."""
    subprocess.Popen(
        [sys.executable, "-m", __name__, str(user), str(data)],
        cwd=Path(__file__).parents[1],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def begin() -> None:
    """By the controller, before its workers are there."""
    folder = Path(tempfile.mkdtemp(prefix="aptas-kafka-"))
    (folder / "controller").write_text(str(os.getpid()))
    os.environ[FOLDER] = str(folder)


def end() -> None:
    """By the controller, when they are gone."""
    folder = Path(os.environ.pop(FOLDER))
    Node(0, folder / "node").stop()
    shutil.rmtree(folder)


def _watch(user: int, data: Path) -> None:
    node = Node(0, data)
    while node.pid() is not None and _is_alive(user):
        time.sleep(1)
    if node.stop():
        shutil.rmtree(data, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    _watch(int(sys.argv[1]), Path(sys.argv[2]))
