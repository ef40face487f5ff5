"""HEAD is answered wherever GET is, with the same headers, without a body, and at once."""

import socket
import time

import httpx
import pytest

from tests.journeys.houses import House
from tests.journeys.resources import Story, until

PLACES = (
    "/",
    "/office",
    "/defectTypes",
    "/defectRegistrations",
    "/defectManagements?status=OPEN",
    "/contractorCompanies",
    "/mypages?size=2",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/schema",
    "/schema/openapi.json",
    "/schema-assets/swagger-ui.css",
)
STREAMS = ("/mypages/{}/events", "/mypages/events", "/defectManagements/events")
SAME = ("content-type", "location", "allow")


@pytest.mark.parametrize("place", PLACES)
def test_head_is_get_without_its_body(http: httpx.Client, place: str) -> None:
    whole, head = http.get(place), http.head(place)
    assert (head.status_code, head.content) == (whole.status_code, b"") == (200, b"")
    assert [head.headers.get(name) for name in SAME] == [whole.headers.get(name) for name in SAME]
    if place not in ("/metrics", "/"):
        assert head.headers.get("content-length") == whole.headers.get("content-length")


def test_head_of_one_thing_and_of_none(http: httpx.Client) -> None:
    story = Story(http)
    story.approved()
    for room in ("defectRegistrations", "defectManagements", "defectContractors", "mypages"):
        assert http.head(f"/{room}/{story.id}").status_code == 200
        assert http.head(f"/{room}/999").status_code == 404
    refused = http.head(f"/defectRegistrations/{story.id}/cancel")
    assert refused.status_code == 405
    assert set(refused.headers["allow"].split(", ")) == {"OPTIONS", "POST"}
    assert story.at("defectRegistrations") is not None


@pytest.mark.parametrize("place", STREAMS)
def test_head_of_a_stream_ends_and_leaves_none_open(house: House, http: httpx.Client, place: str) -> None:
    story = Story(http)
    story.mypage()
    place = place.format(story.id)
    began = time.perf_counter()
    for _ in range(20):
        answer = http.head(place, timeout=5)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
    assert time.perf_counter() - began < 5
    assert http.head(place, headers={"Last-Event-ID": "x"}).status_code == 422
    with http.stream("GET", place, timeout=10) as stream:
        assert next(stream.iter_lines()) is not None
    _the_connection_serves_on(house, place)


def _the_connection_serves_on(house: House, place: str) -> None:
    """Two requests down one connection: nothing of the first answer's body stands before the second answer."""
    asked = f"HEAD {place} HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", house.port), timeout=5) as line:
        line.sendall(asked.encode())
        heard = b""

        def listen() -> dict[str, bytes] | None:
            nonlocal heard
            heard += line.recv(65536)
            return {"heard": heard} if b'"stalled":[]' in heard else None

        until(listen)
    first, _, second = heard.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 200"), first
    assert second.startswith(b"HTTP/1.1 200"), second
