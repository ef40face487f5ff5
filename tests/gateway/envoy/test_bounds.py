"""What the entry does not bear: too many requests, too much of one, and one that does not come to its end."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from threading import Semaphore

import httpx
import pytest

from aptas.gateway.entry import Limits
from tests.gateway.envoy.doors import Door, Opens, door_to, opened
from tests.gateway.envoy.services import Received, Serves, Service, hangs, ok, tells
from tests.journeys.test_bad_input import refused

CLAIMS = "/defectRegistrations"
HEAD = b"POST /defectRegistrations HTTP/1.1\r\nhost: localhost\r\n"


@pytest.fixture(scope="module")
def only(envoy: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Door]]:
    """An entry with little patience and small limits."""
    limits = Limits(head=1, whole=4, idle=6, body_bytes=100_000, head_kilobytes=8, answer=1.5)
    with Service() as service:
        entry = door_to([service.port], limits)
        with opened(envoy, tmp_path_factory.mktemp("door"), entry) as door:
            yield service, door


def conversation(door: Door, *pieces: bytes, pause: float = 0) -> tuple[bytes, float]:
    """What comes back on one connection until it is closed from there, and after how many seconds that was."""
    with socket.create_connection(("127.0.0.1", door.port)) as connection:
        began = time.monotonic()
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        connection.settimeout(20)
        answer = b""
        while more := connection.recv(65536):
            answer += more
    return answer, time.monotonic() - began


def problem(answer: bytes) -> dict[str, object]:
    """The problem+json of an answer as it came over the wire."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    status, media_type = int(head.split(b" ")[1]), {"content-type": "application/problem+json"}
    return refused(httpx.Response(status, content=body, headers=media_type), status)


def about(seconds: float) -> float:
    """Not much less: clocks are not one."""
    return seconds - 0.1


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        (b"POST /defectReg", 1),
        (HEAD, 1),
        (HEAD + b"content-length: 100\r\n\r\n", 4),
        (HEAD + b"content-length: 100\r\n\r\n" + b"half of it", 4),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n", 4),
    ],
)
def test_half_a_request_is_answered_closed_and_told_to_nobody(
    service: Service, door: Door, sent: bytes, seconds: float
) -> None:
    answer, took = conversation(door, sent)
    assert problem(answer)["law"] == "a_request_is_sent_to_its_end"
    assert about(seconds) < took < seconds + 2.9, "each part of it has a time of its own"
    assert service.received == []


def test_a_request_that_trickles_in_is_given_its_time_and_no_more(service: Service, door: Door) -> None:
    pieces = [HEAD + b"content-length: 100\r\n\r\n", *[b"x"] * 40]
    with suppress(ConnectionError):  # it may be closed while we are still sending
        answer, _ = conversation(door, *pieces, pause=0.15)
        assert b" 408 " in answer
    assert service.received == []


def test_a_connection_on_which_nothing_is_said_is_closed(door: Door) -> None:
    answer, took = conversation(door)
    assert answer == b""
    assert about(6) < took


def test_a_body_that_is_too_large_is_refused_and_told_to_nobody(service: Service, http: httpx.Client) -> None:
    answer = http.post(CLAIMS, content=b"x" * 100_001)
    assert refused(answer, 413)["law"] == "a_body_holds_at_most_one_megabyte"
    assert service.received == []
    assert http.post(CLAIMS, content=b"x" * 100_000).status_code == 200
    assert len(service.received[0].body) == 100_000


def test_headers_that_are_too_long_are_refused(service: Service, http: httpx.Client) -> None:
    assert refused(http.get(CLAIMS, headers={"cookie": "x" * 9000}), 431)
    assert refused(http.get(CLAIMS, params={"q": "x" * 9000}), 431)
    assert service.received == []


def test_no_answer_in_time_is_answered_for(service: Service, http: httpx.Client) -> None:
    service.behaviour = hangs
    answer = http.post(CLAIMS)
    assert (answer.status_code, answer.headers["retry-after"]) == (504, "2")
    assert "처리되었을 수도" in answer.json()["detail"]
    assert service.methods() == ["POST"]


MALFORMED = {
    "no HTTP": (b"hello\r\n\r\n", 400),
    "two lengths of a body": (
        HEAD + b"content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "a length that is none": (HEAD + b"content-length: -1\r\n\r\n", 400),
    "another coding": (HEAD + b"transfer-encoding: gzip\r\n\r\n", 501),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "an underscore": (b"GET / HTTP/1.1\r\nhost: localhost\r\nx_y: 1\r\n\r\n", 400),
    "NUL": (b"GET /a%00 HTTP/1.1\r\nhost: localhost\r\n\r\n", 400),
    "an escaped slash": (b"GET /mypages%2F1 HTTP/1.1\r\nhost: localhost\r\n\r\n", 400),
    "HTTP/1.0": (b"GET / HTTP/1.0\r\n\r\n", 426),
    "HTTP/2 by heart": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "an upgrade": (
        b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
        403,
    ),
}


@pytest.mark.parametrize("sent", MALFORMED)
def test_what_is_no_clean_http_is_refused_and_told_to_nobody(service: Service, door: Door, sent: str) -> None:
    answer, _ = conversation(door, MALFORMED[sent][0])
    assert problem(answer)["status"] == MALFORMED[sent][1]
    assert service.received == []


def test_a_path_has_one_spelling(service: Service, http: httpx.Client) -> None:
    for spelling in ("//mypages///1", "/./mypages/1", "/x/../mypages/1", "/mypages/%31"):
        raw = http.build_request("GET", "/")
        raw.url = raw.url.copy_with(raw_path=spelling.encode())
        http.send(raw)
    assert {each.path for each in service.received} == {"/mypages/1"}


def test_too_many_requests_are_refused_and_those_after_them_taken(serves: Serves, opens: Opens) -> None:
    service = serves()
    with opens(service, requests_per_second=20).client() as http:
        answers = [http.get(CLAIMS) for _ in range(60)]
        taken = [each for each in answers if each.status_code == 200]
        turned = [each for each in answers if each.status_code != 200]
        assert 20 <= len(taken) < 60
        assert len(service.received) == len(taken), "no other reached it"
        for each in turned:
            assert refused(each, 429)["law"] == "requests_come_at_a_bounded_rate"
            assert each.headers["retry-after"] == "1"
        assert http.get("/health/ready").status_code == 200, "who watches over it is not counted"
        time.sleep(1)
        assert http.get(CLAIMS).status_code == 200


def test_a_service_is_sent_no_more_at_a_time_than_it_bears(serves: Serves, opens: Opens) -> None:
    under_way, seen = Semaphore(4), []

    def slow(request: Received) -> bytes:
        seen.append(under_way.acquire(blocking=False))
        time.sleep(1)
        under_way.release()
        return ok(request)

    door = opens(serves(slow), requests=4)
    with ThreadPoolExecutor(20) as pool, door.client() as http:
        answers = list(pool.map(lambda _: http.post(CLAIMS), range(20)))
    assert all(seen), "never a fifth"
    turned = [each for each in answers if each.status_code != 200]
    assert len(turned) >= 12, "four under way, four waiting"
    assert {(each.status_code, each.headers["retry-after"]) for each in turned} == {(503, "2")}
    assert door.counted("envoy_cluster_upstream_rq_pending_overflow", envoy_cluster_name="registration") > 0


def test_a_stream_lasts_as_long_as_it_says_something_and_each_word_comes_at_once(
    serves: Serves, opens: Opens
) -> None:
    door, heard = opens(serves(tells), answer=1, attempt=1, idle=2), list[float]()
    began = time.monotonic()
    with door.client() as http, http.stream("GET", "/mypages/events") as answer:
        with suppress(httpx.RemoteProtocolError):
            for _ in answer.iter_raw():
                heard.append(time.monotonic() - began)
        silence = time.monotonic() - began - heard[-1]
    assert [round(each * 2) / 2 for each in heard] == pytest.approx([0, 0.5, 1, 1.5, 2, 2.5], abs=0.5)
    assert about(2) < silence < 8, "and then it is closed"


def test_streams_take_no_requests_place(serves: Serves, opens: Opens) -> None:
    service = serves(lambda request: tells(request) if request.path.endswith("/events") else ok(request))
    with opens(service, requests=3).client() as http, ExitStack() as streams:
        for _ in range(3):
            answer = streams.enter_context(http.stream("GET", "/mypages/1/events"))
            assert answer.status_code == 200
        assert http.get("/mypages/1").status_code == 200
        assert streams.enter_context(http.stream("GET", "/mypages/1/events")).status_code == 503, (
            "they have a bound, too"
        )


def test_no_more_connections_than_there_is_room_for(serves: Serves, opens: Opens) -> None:
    door = opens(serves(), connections=5)
    held = [socket.create_connection(("127.0.0.1", door.port)) for _ in range(5)]
    for each in held:
        each.sendall(b"GET /mypages HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert b" 200 " in each.recv(65536)
    with pytest.raises(httpx.TransportError), door.client() as http:
        http.get("/mypages")
    held[0].sendall(b"GET /mypages HTTP/1.1\r\nhost: localhost\r\n\r\n")
    assert b" 200 " in held[0].recv(65536), "those that are there are served on"
    for each in held:
        each.close()
