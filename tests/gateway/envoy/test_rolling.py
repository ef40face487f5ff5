"""Replicas are ended and started again one after the other, while residents read and write: nobody notices."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.gateway.envoy.apart import Apart, apart
from tests.gateway.envoy.test_away import well
from tests.journeys.houses import is_ready
from tests.journeys.resources import Story, until

CLIENTS = 4
Tell = Callable[[str], None]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Apart]:
    """Two of each service that this test ends one of."""
    with apart(tmp_path, leave_seconds=1.5, registration=2, mypage=2, pages=2) as house:
        yield house


class Residents:
    """They read and write without a pause, and count what they are answered."""

    def __init__(self, house: Apart) -> None:
        with house.client() as http:
            story = Story(http)
            until(lambda: story.at("mypages"), seconds=30)
        self.answers: Counter[tuple[str, str]] = Counter()
        self._house, self._seen, self._is_over = house, story.id, threading.Event()
        self._threads = [threading.Thread(target=self._live) for _ in range(CLIENTS)]

    def __enter__(self) -> "Residents":
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for each in self._threads:
            each.join()

    def _live(self) -> None:
        with self._house.client() as http:
            while not self._is_over.is_set():
                self._ask(http, "GET", f"/defectRegistrations/{self._seen}")
                self._ask(http, "GET", f"/mypages/{self._seen}")
                self._ask(http, "GET", "/static/plain.css")
                self._ask(http, "POST", "/defectRegistrations", json={"defectType": "light"})
                time.sleep(0.01)

    def _ask(self, http: httpx.Client, method: str, path: str, **more: object) -> None:
        try:
            said = str(http.request(method, path, **more).status_code)  # type: ignore[arg-type]
        except httpx.HTTPError as problem:
            said = repr(problem)
        self.answers[f"{method} {path.split('/')[1]}", said] += 1


def test_no_request_fails_while_one_replica_after_the_other_is_ended_and_started(
    house: Apart, tell: Tell
) -> None:
    with Residents(house) as residents:
        for name in ("registration", "mypage", "pages"):
            for port in house.ports[name]:
                assert house.end(port) == 0
                house.start(name, port)
                is_ready(port)
                well(house.door, 2, name)
    assert {said for _, said in residents.answers} == {"200", "201"}, residents.answers
    assert min(residents.answers.values()) > 100
    with house.client() as http:
        listed = http.get("/defectRegistrations").json()["page"]["totalElements"]
        made = residents.answers["POST defectRegistrations", "201"]
    assert listed >= made, "whatever was acknowledged is there"
    tell(f"requests while six replicas were ended and started, none failed: {residents.answers.total():,}")


def test_no_reading_fails_when_a_replica_is_killed(house: Apart, tell: Tell) -> None:
    with Residents(house) as residents:
        for name in ("registration", "mypage"):
            port = house.ports[name][0]
            house.processes[port].kill()
            house.processes.pop(port).wait(timeout=20)
            time.sleep(2)
            house.start(name, port)
            is_ready(port)
            well(house.door, 2, name)
    failed = {asked for asked, said in residents.answers if said not in ("200", "201")}
    assert failed <= {"POST defectRegistrations"}, residents.answers
    lost = sum(times for (_, said), times in residents.answers.items() if said not in ("200", "201"))
    assert lost <= CLIENTS, "no more than were under way there: what was sent without a key is not sent again"
    tell(f"requests while two replicas were killed: {residents.answers.total():,}; unanswered: {lost}")
