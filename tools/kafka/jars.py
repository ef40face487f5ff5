"""Kafka's jars, resolved once through Maven, and its scripts beside them."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
HOME = HERE.parent.parent / ".aptas" / "kafka"
JARS = HOME / "jars"
SCRIPTS = HOME / "bin"
TOOLS = {
    "kafka-topics.sh": "org.apache.kafka.tools.TopicCommand",
    "kafka-console-producer.sh": "org.apache.kafka.tools.ConsoleProducer",
    "kafka-console-consumer.sh": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "kafka-consumer-groups.sh": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
}
JAVA_NEEDED = 17
_LOGS = HERE / "log4j2.properties"
_COMPLETE = JARS / ".complete"


class KafkaRefused(Exception):
    """There is no Kafka to be had; the message says why."""


class ToolMissing(KafkaRefused):
    """Java or Maven is not installed."""


def java() -> str:
    """The `java` to run; KafkaRefused when there is none, or it is too old."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    said = subprocess.run([found, "-version"], capture_output=True, text=True).stderr if found else ""
    version = re.search(r'version "(\d+)', said)
    if found is None or version is None or int(version[1]) < JAVA_NEEDED:
        raise ToolMissing(
            f"Java {JAVA_NEEDED} 이상이 필요합니다. 설치하거나 JAVA_HOME 을 주세요. / "
            f"Java {JAVA_NEEDED} or newer is needed: install it, or set JAVA_HOME."
        )
    return found


def java_line(main: str, *flags: str, level: str = "WARN") -> list[str]:
    """The command that runs one of Kafka's classes."""
    logs = [f"-Dlog4j2.configurationFile={_LOGS}", f"-Dlevel={level}"]
    return [java(), *flags, *logs, "-cp", f"{JARS}/*", main]


def resolve() -> None:
    """Have the jars and the scripts; Maven is asked only when the pom is not the one that they were made from."""
    wanted = hashlib.sha256((HERE / "pom.xml").read_bytes()).hexdigest()
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another test run may be about to do the same
        if not _COMPLETE.exists() or _COMPLETE.read_text() != wanted:
            shutil.rmtree(JARS, ignore_errors=True)
            _copy_jars()
            _COMPLETE.write_text(wanted)
        _write_scripts()


def _copy_jars() -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ToolMissing(
            "Kafka를 받으려면 Maven(mvn)이 필요합니다. 설치하고 다시 실행해 주세요. / "
            "Maven (mvn) is needed to fetch Kafka: install it and run this again."
        )
    sys.stderr.write("kafka: Maven으로 받습니다 (한 번만, 70 MB) / fetching through Maven, once, 70 MB\n")
    repository = HOME / "repository"  # of our own: elsewhere we may not be allowed to write
    line = [
        maven,
        "-q",
        "-B",
        "-Dstyle.color=never",
        "-f",
        str(HERE / "pom.xml"),
        f"-Dmaven.repo.local={repository}",
    ]
    line += ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={JARS}"]
    done = subprocess.run(line, capture_output=True, text=True)
    if done.returncode:
        problem = next((each for each in done.stdout.splitlines() if "ERROR" in each), done.stderr.strip())
        raise KafkaRefused(f"Maven이 Kafka를 받지 못했습니다. / Maven could not fetch Kafka: {problem}")
    shutil.rmtree(repository)


def _write_scripts() -> None:
    """The names that Kafka's own distribution gives them."""
    SCRIPTS.mkdir(parents=True, exist_ok=True)
    for name, main in TOOLS.items():
        script = SCRIPTS / name
        command = " ".join(f'"{part}"' for part in java_line(main, "-Xmx256m"))
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        script.chmod(0o755)
