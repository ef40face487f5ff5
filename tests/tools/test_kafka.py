"""`make kafka`: what it refuses in one line, and that it ends nothing but its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka_server import kafka
from tools.kafka import jars
from tools.kafka.jars import KafkaRefused
from tools.kafka.node import HOST, Node, answers, free_port


@pytest.fixture
def nothing_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "JARS", "SCRIPTS"):
        monkeypatch.setattr(jars, name, tmp_path / name)
    monkeypatch.setattr(jars, "_COMPLETE", tmp_path / "JARS" / ".complete")


@pytest.fixture
def somebody_else() -> Iterator["subprocess.Popen[bytes]"]:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield other
    other.kill()
    other.wait()


def empty_path(monkeypatch: pytest.MonkeyPatch, *programs: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", os.pathsep.join(str(each.parent) for each in programs))


def a_java(folder: Path, version: str) -> Path:
    java = folder / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    java.chmod(0o755)
    return java


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(KafkaRefused, match=f"Port {port} is in use"):
            Node(port, tmp_path).start()


@pytest.mark.parametrize("versions", [[], ["11.0.2"], ["1.8.0_392"]])
def test_without_java_17_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, versions: list[str]
) -> None:
    empty_path(monkeypatch, *(a_java(tmp_path, each) for each in versions))
    with pytest.raises(KafkaRefused, match="Java 17 or newer is needed"):
        jars.java()


@pytest.mark.usefixtures("nothing_resolved")
def test_without_maven_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_path(monkeypatch, a_java(tmp_path, "17.0.15"))
    with pytest.raises(KafkaRefused, match="Maven"):
        Node(free_port(), tmp_path / "data").start()


@pytest.mark.usefixtures("nothing_resolved")
def test_maven_is_asked_only_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_path(monkeypatch, a_java(tmp_path, "21"))
    asked = []

    def copied() -> None:
        jars.JARS.mkdir()
        asked.append(jars.JARS)

    monkeypatch.setattr(jars, "_copy_jars", copied)
    jars.resolve()
    jars.resolve()
    assert len(asked) == 1
    assert os.access(jars.SCRIPTS / "kafka-console-consumer.sh", os.X_OK)


def test_a_process_that_got_the_recorded_number_later_is_not_ended(
    tmp_path: Path, somebody_else: "subprocess.Popen[bytes]"
) -> None:
    (tmp_path / "pid").write_text(str(somebody_else.pid))
    assert not Node(free_port(), tmp_path).stop()
    assert somebody_else.poll() is None


@pytest.mark.connected
def test_it_starts_answers_keeps_its_data_and_stops(tmp_path: Path) -> None:
    kafka()
    node = Node(free_port(), tmp_path / "data with a space")
    try:
        assert node.start()
        assert not node.start()
        assert answers(node.port)
    finally:
        assert node.stop()
    assert not answers(node.port)
    assert not node.stop()
    try:
        assert node.start()
    finally:
        node.stop()
