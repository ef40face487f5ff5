"""A corrupt message on the bus: parked, shown, what comes later for its key waits, and is let through."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.journeys.houses import House, aptas, told
from tests.journeys.resources import Story, until

HEADERS = {"type": "DefectApproved", "ce_specversion": "1.0", "ce_source": "management"}

STRANGER = {"eventType": "LiftStopped", "timestamp": 1, "eventId": "x", "source": "lifts", "sequence": 1}


def put_on_the_bus(house: House, key: str, value: bytes, headers: bytes) -> None:
    """A message that no relay of ours would send, right behind the last one."""
    with closing(sqlite3.connect(house.data / "broker.db", timeout=10)) as broker, broker:
        broker.execute("BEGIN IMMEDIATE")
        last = broker.execute("SELECT max(offset) FROM messages WHERE topic = 'aptas'").fetchone()[0]
        row = ("aptas", last + 1, key, headers, value)
        broker.execute(
            "INSERT INTO messages (topic, offset, key, headers, value) VALUES (?, ?, ?, ?, ?)", row
        )


def read_everything_again(house: House) -> None:
    """Every group wound back to the start of its topics, and at the end again."""
    with closing(sqlite3.connect(house.data / "broker.db", timeout=10)) as broker:
        with broker:
            broker.execute("UPDATE offsets SET done = 0")
        behind = (
            "SELECT 1 FROM offsets WHERE topic = 'aptas' AND done < (SELECT max(offset) FROM messages"
            " WHERE topic = 'aptas')"
        )
        with house.client() as http:  # whoever wants to commit learns that it was wound back
            Story(http).when("defectManagements", "OPEN")
        until(lambda: {"is": 1} if broker.execute(behind).fetchone() is None else None)


def parked(data: Path) -> list[Any]:
    return told(data, "parked", "list")


def test_a_corrupt_message_is_parked_and_its_key_waits_until_it_is_dropped(fresh: House) -> None:
    with fresh.client() as http:
        story, other = Story(http), Story(http)
        story.when("defectManagements", "OPEN")
        put_on_the_bus(fresh, story.id, b"\xff{ this is no JSON", json.dumps(HEADERS).encode())
        until(lambda: {"is": 1} if len(parked(fresh.data)) >= 2 else None)
        rows = parked(fresh.data)
        assert {row["key"] for row in rows} == {story.id}
        assert {row["context"] for row in rows} >= {"registration", "mypage"}
        assert all("Corrupt" in row["reason"] for row in rows)
        shown = aptas(fresh.data, "parked", "list").stdout
        assert story.id in shown

        story.act(story.when("defectManagements", "OPEN"), "reject", reason="마감")
        behind = until(lambda: {"is": 1} if len(parked(fresh.data)) > len(rows) else None)
        assert behind
        assert http.get(f"/defectRegistrations/{story.id}").json()["status"] == "RECEIVED"
        assert other.completed()["status"] == "COMPLETED"

        stuck = told(fresh.data, "parked", "redrive")[0]
        assert stuck["redriven"] == 0
        for row in rows:
            assert aptas(fresh.data, "parked", "drop", row["context"], str(row["id"])).returncode == 0
        assert told(fresh.data, "parked", "redrive", story.id)[0]["stuck"] == []
        assert parked(fresh.data) == []
        assert story.when("defectRegistrations", "REJECTED")["reason"] == "마감"
        assert story.when("mypages", "REJECTED")
        assert told(fresh.data, "parked", "redrive") == [{"redriven": 0, "stuck": []}]

        read_everything_again(fresh)
        assert Story(http).completed()["status"] == "COMPLETED"
        assert parked(fresh.data) == []
        dropped = told(fresh.data, "parked", "list", "--dropped")
        assert {(row["context"], row["id"]) for row in dropped} == {
            (row["context"], row["id"]) for row in rows
        }
        assert all(row["droppedAt"] for row in dropped)


def test_headers_that_are_no_json_do_not_stop_the_bus(fresh: House) -> None:
    with fresh.client() as http:
        story = Story(http)
        story.when("defectManagements", "OPEN")
        put_on_the_bus(fresh, story.id, b"{}", b"\xff no headers")
        assert Story(http).completed()["status"] == "COMPLETED"
        assert {row["key"] for row in parked(fresh.data)} <= {story.id}
        tail = aptas(fresh.data, "events", "tail", "--from-beginning", "--no-follow", "--json")
        assert tail.returncode == 0, tail.stderr[-500:]


def test_a_stranger_on_the_topic_is_nobodys_business(fresh: House) -> None:
    with fresh.client() as http:
        put_on_the_bus(
            fresh, "7", json.dumps(STRANGER).encode(), json.dumps({"type": "LiftStopped"}).encode()
        )
        assert Story(http).completed()["status"] == "COMPLETED"
        assert parked(fresh.data) == []


def test_a_key_that_looks_like_markup_or_moves_the_cursor_is_shown_as_it_is(fresh: House) -> None:
    with fresh.client() as http:
        Story(http).when("defectManagements", "OPEN")
        for key in ("[/x]", "k[/red]k", "\x1b[2J"):
            put_on_the_bus(fresh, key, b"{ no JSON", json.dumps(HEADERS).encode())
        until(lambda: {"is": 1} if len({row["key"] for row in parked(fresh.data)}) == 3 else None)
        shown = aptas(fresh.data, "parked", "list")
        assert shown.returncode == 0, shown.stderr[-500:]
        assert "[/x]" in shown.stdout
        assert "k[/red]k" in shown.stdout
        assert "\x1b[2J" not in shown.stdout
