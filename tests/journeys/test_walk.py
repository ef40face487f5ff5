"""The walk of the README, typed line by line into a shell at a terminal: it shows what the text says."""

import json
import os
import pty
import re
import select
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.houses import environment, running
from tests.journeys.resources import until

README = Path(__file__).parents[2] / "README.md"
PORTS = {"registration": 8082, "management": 8083, "contractor": 8084, "mypage": 8085}


def walk() -> list[str]:
    """Every line of every block between the two marks."""
    text = (
        README.read_text(encoding="utf-8")
        .partition("<!-- walk:begin -->")[2]
        .partition("<!-- walk:end -->")[0]
    )
    return [
        line
        for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
        if line
    ]


class Terminal:
    """bash at a pseudo-terminal: programs behave as under somebody's hands. `ports`: where the services are."""

    def __init__(self, data: Path, ports: Mapping[str, int]) -> None:
        self._data, self._ports = data, ports
        self._hand, theirs = pty.openpty()
        shell = environment(data) | {"PS1": "", "TERM": "dumb", "HTTPIE_CONFIG_DIR": str(data)}
        (data / "config.json").write_text('{"default_options": ["--pretty=format"]}')
        self._shell = subprocess.Popen(
            ["bash", "--norc", "--noediting", "-i"], stdin=theirs, stdout=theirs, stderr=theirs, env=shell
        )
        os.close(theirs)
        self.type("stty -echo")

    def type(self, line: str) -> str:
        """Type a line, wait for its end, then for the bus; what the screen shows."""
        for name, port in self._ports.items():
            line = line.replace(f"localhost:{PORTS[name]}", f"localhost:{port}")
        os.write(self._hand, f"{line}\necho end-of-$((40 + 2))\n".encode())
        shown, deadline = b"", time.monotonic() + 30
        while b"end-of-42" not in shown:
            assert time.monotonic() < deadline, shown.decode()
            if select.select([self._hand], [], [], 0.5)[0]:
                shown += os.read(self._hand, 65536)
        self._until_heard()
        return shown.decode().replace("\r\n", "\n").partition("end-of-42")[0]

    def _until_heard(self) -> None:
        """A person types more slowly than the bus; this is how the test waits for it."""
        last = "(SELECT max(offset) FROM messages WHERE messages.topic = offsets.topic)"
        behind = f"SELECT count(*) FROM offsets WHERE done < {last}"
        calm = [0]

        def look() -> dict[str, Any] | None:
            with closing(sqlite3.connect(self._data / "broker.db")) as broker:
                calm[0] = calm[0] + 1 if broker.execute(behind).fetchone()[0] == 0 else 0
            return {"is": 1} if calm[0] >= 5 else None

        until(look)

    def close(self) -> None:
        """The shell is ended by its pid."""
        self._shell.kill()
        self._shell.wait()
        os.close(self._hand)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with running(tmp_path / "data", services=True) as house:
        terminal = Terminal(house.data, house.ports)
        yield terminal
        terminal.close()


def test_the_walk_shows_what_it_says(terminal: Terminal) -> None:
    shown = [(line, terminal.type(line)) for line in walk()]
    screen = "\n".join(f"$ {line}\n{text}" for line, text in shown)
    answers = [(line, _status(text), _body(text)) for line, text in shown if "HTTP/1.1" in text]
    assert [status for _, status, _ in answers] == [
        201,
        200,
        200,
        200,
        200,
        200,
        200,
        200,
        200,
        201,
        202,
        201,
        200,
        202,
        200,
        200,
    ], screen
    said = [body["status"] for _, _, body in answers]
    assert said == [
        "RECEIVED",
        "OPEN",
        "OPEN",
        "APPROVED",
        "PROPOSED",
        "SCHEDULED",
        "DEPARTED",
        "COMPLETED",
        "CONFIRMED",
        "RECEIVED",
        "CANCELLING",
        "RECEIVED",
        "APPROVED",
        "CANCELLING",
        "CONFIRMED",
        "CANCELLED",
    ]
    case = answers[1][2]
    assert (case["trade"], case["warranty"]["verdict"]) == ("tile", "undecided: home unknown")
    assert case["suggestedContractor"]["contractorId"]
    assert case["dueDate"]
    assert [text.strip() for line, text in shown if line.endswith("pick page totalElements")] == [
        "8",
        "9",
        "8",
    ]
    aptas, compensation = (text for line, text in shown if line.startswith("aptas events tail"))
    assert aptas.count('"eventType":"DefectCancelled"') == 2
    assert re.findall(r'"eventType":"(\w+)"', compensation) == [
        "DefectWithdrawn",
        "CancellationRequested",
        "WorkOrderCancelled",
    ]
    assert [body["statusLabel"]["ko"] for _, _, body in answers[-2:]] == ["확인", "취소"]
    assert not [text for _, text in shown if "Traceback" in text or "error" in text.lower()], screen


def _status(text: str) -> int:
    return int(text.partition("HTTP/1.1 ")[2][:3])


def _body(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text[text.index("\n{") :])
    return found


def test_the_walk_needs_nothing_a_newcomer_lacks() -> None:
    for line in walk():
        assert "jq" not in line.split()
        assert "date -d" not in line
