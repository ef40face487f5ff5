"""`aptas up` with APTAS_KAFKA: it starts without its broker, not with one that it cannot use."""

import json
import subprocess
from pathlib import Path
from typing import Any

from confluent_kafka.admin import AdminClient, NewTopic

from aptas.kernel.messages import APTAS
from tests.journeys.houses import House, aptas, running, told
from tests.journeys.resources import until
from tests.kafka_server import kafka_of_its_own
from tools.kafka.jars import SCRIPTS
from tools.kafka.node import HOST, Node, free_port

CLAIM = {"defectType": "toilet-tile", "phoneNumber": "010-7554-6068"}


def registered(house: House) -> str:
    with house.client() as client:
        answer = client.post("/defectRegistrations", json=CLAIM)
        assert answer.status_code == 201, answer.text
        assert client.get("/health/ready").status_code == 200
    return str(answer.json()["defectId"])


def page(house: House, defect: str) -> dict[str, Any] | None:
    with house.client() as client:
        answer = client.get(f"/mypages/{defect}")
    return answer.json() if answer.status_code == 200 else None


def console(node: Node, *arguments: str) -> str:
    """The line that consumers of the original know."""
    line = [str(SCRIPTS / "kafka-console-consumer.sh"), "--bootstrap-server", f"localhost:{node.port}"]
    said = subprocess.run([*line, *arguments, "--from-beginning"], capture_output=True, text=True, timeout=60)
    return said.stdout


def test_what_is_written_while_kafka_is_away_is_on_it_and_in_mypage_once_it_is_there(tmp_path: Path) -> None:
    port = free_port()
    address = f"{HOST}:{port}"
    with running(tmp_path / "data", demo=False, APTAS_KAFKA=address) as house:
        defect = registered(house)
        with kafka_of_its_own(tmp_path / "kafka", port) as node:
            assert until(lambda: page(house, defect), seconds=30)["status"] == "RECEIVED"
            (event,) = console(node, "--topic", "aptas", "--max-messages", "1").splitlines()
            assert json.loads(event)["defectId"] == defect
            again = [json.loads(event)] if event else []
            assert [each["eventType"] for each in again] == ["DefectRegistered"]
            assert registered(house) != defect
            said = house.stop()
    waits = [json.loads(line) for line in said.splitlines() if "_waits" in line]
    assert {each["event"] for each in waits} == {"relay_waits", "consumer_waits"}
    assert all(f"APTAS_KAFKA={address}" in each["problem"] for each in waits)
    assert told(tmp_path / "data", "parked", "list") == []


def test_a_topic_with_too_few_partitions_ends_the_start_in_one_line(tmp_path: Path) -> None:
    with kafka_of_its_own(tmp_path / "kafka") as node:
        admin = AdminClient({"bootstrap.servers": node.address})
        (made,) = admin.create_topics([NewTopic(APTAS, 3, 1)]).values()
        made.result()
        for command in ("up --no-service-ports", "events tail"):
            done = aptas(tmp_path / "data", *command.split(), APTAS_KAFKA=node.address)
            (line,) = done.stderr.splitlines()
            assert done.returncode == 2
            assert line.startswith(f"aptas: APTAS_KAFKA={node.address}: ")
            assert "topic aptas has 3 partitions and needs 12" in line
