"""The Spring consumer under spring/: built once through Maven, and run against a Kafka."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tools.kafka.jars import KafkaRefused, java

PROJECT = Path(__file__).parent / "spring"
BUILT = Path(__file__).parents[2] / ".aptas" / "interop" / "spring"
STAMP = BUILT / "built-from"
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
PATIENCE_SECONDS = 90


class NoSpring(Exception):
    """There is no Maven or no JDK to build and run it with."""


def heard_by_spring(kafka: str, topics: list[str], group: str, messages: int) -> list[Any]:
    """What it printed, once it was given so many messages."""
    built()
    settings = {
        "spring.cloud.stream.kafka.binder.brokers": kafka,
        "spring.cloud.stream.bindings.event-in.destination": ",".join(topics),
        "spring.cloud.stream.bindings.event-in.group": group,
        "messages": messages,
    }
    path = os.pathsep.join((str(BUILT / "classes"), f"{BUILT}/lib/*"))
    line = [_java(), *QUICK, "-Dfile.encoding=UTF-8", "-cp", path, "aptas.interop.Application"]
    line += [f"--{name}={value}" for name, value in settings.items()]
    done = subprocess.run(line, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(each) for each in done.stdout.decode().splitlines()]


def built() -> None:
    """Maven is asked only when the project is not the one that was built."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another test run may be about to do the same
        if not STAMP.exists() or STAMP.read_text() != _sources():
            _build()
            STAMP.write_text(_sources())


def _sources() -> str:
    files = sorted(each for each in PROJECT.rglob("*") if each.is_file())
    return hashlib.sha256(b"".join(each.read_bytes() for each in files)).hexdigest()


def _build() -> None:
    _program("javac")
    repository = BUILT / "repository"  # of our own: elsewhere we may not be allowed to write
    line = [_program("mvn"), "-q", "-B", "-f", str(PROJECT / "pom.xml")]
    line += [f"-Dmaven.repo.local={repository}", f"-Dbuilt={BUILT}"]
    line += [
        "compile",
        "dependency:copy-dependencies",
        "-DincludeScope=runtime",
        f"-DoutputDirectory={BUILT}/lib",
    ]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    shutil.rmtree(repository)


def _program(name: str) -> str:
    if (found := shutil.which(name)) is None:
        raise NoSpring(f"{name} is not here, so no Spring consumer was tried")
    return found


def _java() -> str:
    try:
        return java()
    except KafkaRefused as problem:
        raise NoSpring(str(problem)) from problem
