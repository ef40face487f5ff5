"""2 to 4: what goes over Kafka, by each side over a Kafka of its own."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import LiteralString

from benchmarks.conventional.steps import TOPIC as THEIR_TOPIC
from benchmarks.distributed import outbox
from benchmarks.distributed.kafka import Kafka, running_kafka
from benchmarks.distributed.workshop import EVERY, Connection, Workshop
from benchmarks.servers import BenchmarkFailed, load
from benchmarks.sides import OURS, THEIRS, Side
from benchmarks.suite import Numbers, seen

RATE, CONNECTIONS, WARM_UP = 500, 64, 5.0
STARTED, WITHIN_SECONDS = 0.1, 300
TOPICS = {OURS: "aptas", THEIRS: THEIR_TOPIC}
PENDING: dict[str, LiteralString] = {
    OURS: "SELECT count(*) FROM registration.events WHERE published_at IS NULL",
    THEIRS: "SELECT count(*) FROM outbox WHERE published_at IS NULL",
}
CONSUMERS = {"cases": "management", "pages": "mypage"}
EFFECTS: dict[tuple[str, str], LiteralString] = {
    (OURS, "cases"): "SELECT coalesce(sum(total), 0) FROM management.counters WHERE stream = 'cases'",
    (OURS, "pages"): "SELECT coalesce(sum(total), 0) FROM mypage.counters WHERE stream = 'mypage'",
    (THEIRS, "cases"): "SELECT count(*) FROM cases",
    (THEIRS, "pages"): "SELECT count(*) FROM mypages",
}
ROWS: dict[tuple[str, str], tuple[LiteralString, ...]] = {
    (OURS, "cases"): ("SELECT count(*) FROM management.cases", "SELECT count(*) FROM management.events"),
    (OURS, "pages"): ("SELECT count(*) FROM mypage.mypages", "SELECT count(*) FROM mypage.changes"),
}
"""One a message, no more and no fewer: a state and what was told of it."""


def relaying(shop: Workshop, side: Side) -> Numbers:
    """2: an outbox that is full, until nothing waits in it and all is in the topic."""
    with running_kafka(shop.new_folder("kafka")) as kafka:
        _, rate, left = _relayed(shop, side, kafka)
    return {"2.rate": rate, "2.left": left}


def consuming(shop: Workshop, side: Side) -> Numbers:
    """3: what was relayed, by the office and by mypage, one after the other."""
    found: dict[str, float] = {"3.wrong": 0}
    events = shop.events_of(side)
    with running_kafka(shop.new_folder("kafka")) as kafka:
        database, _, _ = _relayed(shop, side, kafka)
        with shop.connected(database) as connection:
            for effect, what in CONSUMERS.items():
                done = partial(_one, connection, EFFECTS[side.name, effect])
                with shop.serve(side, what, database, kafka.address):
                    found[f"3.{effect}"] = _pace(done, events)
                for rows in ROWS.get((side.name, effect), (EFFECTS[side.name, effect],)):
                    found["3.wrong"] += abs(_one(connection, rows) - events)
    return found


def visible(shop: Workshop, side: Side) -> Numbers:
    """4: from when a POST is due until its page is told of, with a process each."""
    database = shop.new_database()
    with running_kafka(shop.new_folder("kafka")) as kafka, ExitStack() as processes:
        door, _, pages = (
            processes.enter_context(shop.serve(side, what, database, kafka.address, EVERY))
            for what in ("relay", "management", "mypage")
        )
        found = load(
            "post",
            door.origin,
            *("--connections", CONNECTIONS, "--seconds", shop.seconds, "--warm-up", WARM_UP),
            *("--rate", RATE, "--watch", pages.origin),
        )
    return seen("4", found)


def _relayed(shop: Workshop, side: Side, kafka: Kafka) -> tuple[str, float, int]:
    """(database, events a second, how many are not in the topic or still wait)."""
    events, topic = shop.events_of(side), TOPICS[side.name]
    database = shop.new_database()
    if side.name == OURS:
        shop.run(side, "upgrade", database)
        with shop.connected(database, "registration") as connection:
            outbox.fill(connection, events)
    else:
        shop.run(side, "fill", database, events=events)
    with shop.serve(side, "relay", database, kafka.address), shop.connected(database) as connection:
        rate = _pace(lambda: kafka.messages(topic), events)
        _until(lambda: _one(connection, PENDING[side.name]) == 0, 5)
        left = _one(connection, PENDING[side.name]) + abs(kafka.messages(topic) - events)
    return database, rate, left


def _pace(count: Callable[[], int], wanted: int) -> float:
    """How many a second, from the first tenth on: before that, processes start and groups are joined."""
    _until(lambda: count() >= wanted * STARTED, WITHIN_SECONDS)
    first, began = count(), time.perf_counter()
    if not _until(lambda: count() >= wanted, WITHIN_SECONDS) or first >= wanted:
        raise BenchmarkFailed(f"{count()} of {wanted}, {first} of them before anybody looked")
    return (wanted - first) / (time.perf_counter() - began)


def _until(is_so: Callable[[], bool], seconds: float) -> bool:
    deadline = time.perf_counter() + seconds
    while not is_so():
        if time.perf_counter() > deadline:
            return False
        time.sleep(0.02)
    return True


def _one(connection: Connection, question: LiteralString) -> int:
    row = connection.execute(question).fetchone()
    return int(row[0]) if row else 0
