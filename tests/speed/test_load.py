"""What the benchmark says can be believed: its bodies are valid, its counting is right, it stays on this machine."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import phonenumbers
import pytest

from aptas import catalogue
from benchmarks import bodies
from benchmarks.connection import Watch
from benchmarks.distributed.suite import DISTRIBUTED
from benchmarks.embedded.lines import LINES
from benchmarks.embedded.suite import EMBEDDED
from benchmarks.generator import Load, Plan
from benchmarks.lines import Line
from benchmarks.load import main, posts
from benchmarks.results import Results
from benchmarks.sides import OURS, THEIRS
from benchmarks.suite import Suite
from benchmarks.tally import percentile
from benchmarks.trivial import Trivial

PLAN = Plan(
    host="127.0.0.1",
    port=0,
    connections=4,
    seconds=5,
    warm_up=0,
    count=50,
    rate=None,
    is_kept=True,
    watched=None,
)


@asynccontextmanager
async def answering(protocol: type[Trivial] = Trivial) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def plan_for(port: int, **more: Any) -> Plan:
    return replace(PLAN, port=port, **more)


def test_every_body_is_a_registration_that_would_be_taken() -> None:
    new_body = bodies.registrations(seed=1)
    for _ in range(500):
        told = json.loads(new_body())
        assert told["defectType"] in catalogue.DEFECT_TYPES
        assert phonenumbers.is_valid_number(phonenumbers.parse(told["phoneNumber"], "KR"))


def test_bodies_differ() -> None:
    new_body = bodies.registrations(seed=1)
    assert len({new_body() for _ in range(500)}) > 490


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100)])
def test_a_percentile_is_the_nearest_rank(share: float, expected: int) -> None:
    assert percentile(range(1, 101), share) == expected


async def test_a_count_is_kept_to_and_every_answer_is_counted() -> None:
    async with answering() as port:
        load = Load(plan_for(port), posts("127.0.0.1", port), 201)
        report = await load.run()
    assert report["statuses"] == {"201": 50}
    assert (report["errors"], len(load.tally.ids)) == (0, 50)


async def test_another_status_is_an_error() -> None:
    async with answering() as port:
        report = await Load(plan_for(port), posts("127.0.0.1", port), 200).run()
    assert report["errors"] == 50


async def test_an_open_loop_keeps_its_rate() -> None:
    async with answering() as port:
        report = await Load(plan_for(port, rate=200, seconds=0.5), posts("127.0.0.1", port), 201).run()
    assert report["requests"] == 50


class Tells(Trivial):
    """An event stream: an empty first event, then one in two pieces."""

    def on_message_complete(self) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        pieces = (b": hello\ndata: \nretry: 2000\n\n", b'id: 1\ndata: {"defec', b'tId":"7"}\n\n')
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
        self._transport.write(head + chunks)


async def test_a_stream_is_read_whatever_its_pieces() -> None:
    async with answering(Tells) as port:
        loop = asyncio.get_running_loop()
        request = b"GET /mypages/events HTTP/1.1\r\nHost: here\r\n\r\n"
        _, watch = await loop.create_connection(lambda: Watch(request), "127.0.0.1", port)
        assert await asyncio.wait_for(watch.open, 5) == 200
        await asyncio.sleep(0.05)
    assert list(watch.seen) == ["7"]
    assert not watch.is_lost


class HangsUp(Trivial):
    """Takes a request and says nothing."""

    def on_message_complete(self) -> None:
        self._transport.close()


async def test_an_answer_that_never_comes_is_an_error() -> None:
    async with answering(HangsUp) as port:
        report = await Load(plan_for(port, count=3, connections=1), posts("127.0.0.1", port), 201).run()
    assert (report["requests"], report["errors"]) == (0, 3)


@pytest.mark.parametrize(
    "where",
    [
        ["http://example.com"],
        ["http://10.0.0.1:8088"],
        ["http://127.0.0.1:8082", "--watch", "http://example.com"],
    ],
)
def test_only_this_machine_is_put_under_load(where: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["load", "post", *where])
    with pytest.raises(SystemExit, match="not this machine"):
        main()


def test_a_rate_is_met_from_below_and_a_time_from_above() -> None:
    rate, time, errors = (
        next(line for line in LINES if line.key == key) for key in ("1.rate", "1.p99", "1.errors")
    )
    assert (rate.is_met(3000), rate.is_met(2999)) == (True, False)
    assert (time.is_met(59.9), time.is_met(60)) == (True, False)
    assert (errors.is_met(0), errors.is_met(1)) == (True, False)


def test_a_ratio_is_held_against_the_other_side_and_needs_one() -> None:
    faster = Line(key="1.rate", what="", unit="/s", target=6, is_more_better=True, is_ratio=True)
    assert [faster.is_met(600, theirs) for theirs in (100, 101, None)] == [True, False, False]
    assert faster.told_target == "≥ 6×"
    quicker = Line(key="1.p99", what="", unit="ms", target=0.25, is_ratio=True)
    assert [quicker.is_met(ours, 100) for ours in (24.9, 25, None)] == [True, False, False]


@pytest.mark.parametrize("suite", [EMBEDDED, DISTRIBUTED], ids=lambda suite: suite.name)
def test_every_line_belongs_to_a_scenario(suite: Suite) -> None:
    numbers = {line.key.partition(".")[0] for line in suite.lines}
    assert {suite.measured_with.get(number, number) for number in numbers} == {*suite.scenarios}
    assert all(suite.sides_of(number)[0].name == OURS for number in suite.scenarios)


def test_a_target_without_a_number_is_a_miss() -> None:
    line = Line(key="1.rate", what="", unit="/s", target=6, is_more_better=True)
    results = Results([line])
    results.add(THEIRS, {"1.rate": 7})
    assert results.misses() == ["1.rate"]
