"""The command line as people and scripts use it: help everywhere, JSON that parses, refusals in one line."""

import json
import os
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aptas.cli import app
from tests.engines import DATABASES
from tests.journeys.houses import House, aptas, free_ports, told, topic
from tests.journeys.test_bad_input import events_of

COMMANDS = (
    "",
    "up",
    "serve",
    "wall",
    "events",
    "events tail",
    "events replay",
    "parked",
    "parked list",
    "parked redrive",
    "parked drop",
    "mypage",
    "mypage rebuild",
    "db",
    "db upgrade",
    "homes",
    "homes import",
    "gateway",
    "gateway config",
    "gateway run",
)


def test_a_broker_that_is_needed_and_away_is_named_in_one_line(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    done = aptas(tmp_path, "events", "tail", APTAS_KAFKA=f"127.0.0.1:{port}")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2
    assert line.startswith(f"aptas: APTAS_KAFKA=127.0.0.1:{port}: ")


def test_every_command_helps(tmp_path: Path) -> None:
    assert aptas(tmp_path, "--help").stdout.startswith("Usage")
    for command in COMMANDS:
        done = CliRunner().invoke(app, [*command.split(), "--help"])
        assert done.exit_code == 0, command
        assert any("가" <= letter <= "힣" for letter in done.stdout), command
        assert "Usage" in done.stdout


GARBAGE = (
    "nope",
    "up --port x",
    "up --port 0",
    "up --port 99999",
    "up --nope",
    "serve",
    "serve nope",
    "serve mypage --port -1",
    "serve pages --port x",
    "gateway run --port 0",
    "gateway run --admin-port 99999",
    "gateway config --port nope",
    "gateway config --out /nowhere/gateway.json",
    "events tail --topic nope",
    "parked drop nope 1",
    "parked drop mypage x",
    "parked drop mypage 1",
    "parked redrive --context nope",
    "homes import",
    "homes import /nowhere.json",
    "wall nope",
)


@pytest.mark.parametrize("command", GARBAGE)
def test_garbage_is_refused_in_plain_words(tmp_path: Path, command: str) -> None:
    done = aptas(tmp_path / "data", *command.split())
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def refused_in_one_line(data: Path, *arguments: str, **more: str) -> str:
    done = aptas(data, *arguments, **more)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APTAS_ASK_AGAIN_SECONDS", "soon"),
        ("APTAS_ASK_AGAIN_SECONDS", "nan"),
        ("APTAS_KEEP_KEYS_SECONDS", "-1"),
        ("APTAS_KEEP_KEYS_SECONDS", "inf"),
        ("APTAS_PORTS", "registration"),
        ("APTAS_PORTS", "nowhere=1"),
        ("APTAS_PORTS", "mypage=99999"),
        ("APTAS_REPLICAS", "mypage"),
        ("APTAS_REPLICAS", "mypage=8085"),
        ("APTAS_REPLICAS", "mypage=localhost"),
        ("APTAS_REPLICAS", "mypage=localhost:0"),
        ("APTAS_REPLICAS", "nowhere=localhost:1"),
        ("APTAS_REPLICAS", "mypage=local host:1"),
        ("APTAS_LEAVE_SECONDS", "0"),
        ("APTAS_REQUESTS_PER_SECOND", "0"),
        ("APTAS_REQUESTS_PER_SECOND", "many"),
        ("APTAS_REQUESTS_PER_SECOND", "1.5"),
        ("APTAS_DATABASE_URL_MYPAGE", "nonsense"),
        ("APTAS_DATABASE_URL_MYPAGE", "oracle://who@where/what"),
        ("APTAS_DATABASE_URL_NOWHERE", "sqlite:///x.db"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    line = refused_in_one_line(tmp_path / "data", "parked", "list", **{name: value})
    assert name in line or "oracle" in line or "nonsense" in line or "database" in line


def test_a_port_that_is_taken_is_named_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert port in refused_in_one_line(tmp_path, "up", "--no-service-ports", "--port", port)
        for name in ("mypage", "pages"):
            assert port in refused_in_one_line(tmp_path, "serve", name, "--port", port)
        one = str(free_ports(1)[0])
        ports = f"registration={one},management={port}"
        assert port in refused_in_one_line(tmp_path, "up", "--port", str(free_ports(1)[0]), APTAS_PORTS=ports)


@pytest.mark.skipif(DATABASES in os.environ, reason="files are spoiled, and there are none")
def test_data_that_cannot_be_used_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "data").mkdir()
    for name in ("broker", "homes", "registration", "management", "contractor", "mypage"):
        (tmp_path / "data" / f"{name}.db").write_bytes(b"this is no database at all" * 500)
    for command in (
        "up --no-service-ports",
        "parked list",
        "events tail --no-follow",
        "db upgrade",
        "mypage rebuild",
    ):
        assert "file" in refused_in_one_line(tmp_path / "file", *command.split())
        assert ".db" in refused_in_one_line(tmp_path / "data", *command.split())


def test_a_homes_file_with_one_bad_row_writes_nothing(fresh: House, tmp_path: Path) -> None:
    before, count = told(fresh.data, "events", "replay"), len(topic(fresh.data, "aptas"))
    good = {"building": "101", "floor": "1", "home": "101", "handoverDate": "2024-01-01"}
    bad = {**good, "home": "102", "handoverDate": "2024-13-01"}
    file = tmp_path / "homes.json"
    for text in (
        json.dumps({"complexes": [{"name": "x", "useInspectionDate": "2024-01-01", "homes": [good, bad]}]}),
        "{",
        "[]",
        "",
        "[" * 100_000,
    ):
        file.write_text(text, encoding="utf-8")
        done = aptas(fresh.data, "homes", "import", str(file))
        assert done.returncode == 2, text[:50]
        assert "Traceback" not in done.stderr
    assert len(topic(fresh.data, "aptas")) == count
    file.write_text(json.dumps({"complexes": [{"name": "새마을", "homes": [good]}]}), encoding="utf-8")
    assert "1" in aptas(fresh.data, "homes", "import", str(file)).stdout
    assert told(fresh.data, "events", "replay") == before == [dict.fromkeys(before[0], 0)]


def test_what_scripts_read_is_json(fresh: House) -> None:
    for each in told(fresh.data, "events", "tail", "--from-beginning", "--no-follow"):
        assert {"topic", "offset", "key", "headers", "value"} <= set(each)
        assert json.loads(each["value"])["eventId"] == each["headers"]["ce_id"]
    assert told(fresh.data, "mypage", "rebuild")[0]["events"] >= 7
    assert told(fresh.data, "parked", "list") == []
    assert set(events_of(fresh)) == {"registration", "management", "contractor"}


def test_the_wall_is_printed_from_the_code(tmp_path: Path) -> None:
    drawn = Path(__file__).parents[2] / "docs" / "wall.md"
    assert aptas(tmp_path, "wall").stdout == drawn.read_text(encoding="utf-8")
    assert not list(tmp_path.iterdir())
