"""`make kafka` and `make kafka-stop`."""

import os
import sys
from pathlib import Path

from tools.kafka.jars import HOME, SCRIPTS, KafkaRefused
from tools.kafka.node import Node


def _node() -> Node:
    port = os.environ.get("APTAS_KAFKA_PORT") or "9092"
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 2**16):
        raise KafkaRefused(f"APTAS_KAFKA_PORT={port!r}: 포트 번호가 아닙니다. / is no number of a port.")
    return Node(int(port), Path(os.environ.get("APTAS_KAFKA_DATA") or HOME / "data"))


def _start() -> str:
    node = _node()
    said = "켜졌습니다 / started" if node.start() else "이미 켜져 있습니다 / runs already"
    return (
        f"kafka: {node.address} {said}\n"
        f"       aptas가 쓰게 하기 / let aptas use it: export APTAS_KAFKA={node.address}\n"
        f'       Kafka의 도구 / Kafka\'s tools: export PATH="{SCRIPTS}:$PATH"\n'
        "       끝내기 / stop: make kafka-stop"
    )


def _stop() -> str:
    return "kafka: 껐습니다 / stopped" if _node().stop() else "kafka: 켜져 있지 않습니다 / does not run"


def main() -> None:
    """Do what was asked; what we refuse is one line on standard error and exit code 2."""
    todo = {"start": _start, "stop": _stop}.get(" ".join(sys.argv[1:]))
    if todo is None:
        sys.exit("python -m tools.kafka start | stop")
    try:
        sys.stdout.write(todo() + "\n")
    except KafkaRefused as refused:
        sys.stderr.write(f"kafka: {refused}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
