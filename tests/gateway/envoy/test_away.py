"""Replicas that are away, ill, or about to leave; and what is said when there is none."""

import time
from typing import Any

import httpx
import pytest

from tests.gateway.envoy.doors import Door, Opens
from tests.gateway.envoy.services import Serves, dies, refuses
from tests.journeys.resources import until

CLAIMS = "/defectRegistrations"
HEALTHY = "envoy_cluster_membership_healthy"
EJECTED = "envoy_cluster_outlier_detection_ejections_active"


def well(door: Door, count: int, name: str = "registration") -> None:
    """Wait until so many replicas of a service are held to be well."""

    def look() -> dict[str, Any] | None:
        return {"is": 1} if door.counted(HEALTHY, envoy_cluster_name=name) == count else None

    until(look)


def test_a_service_that_is_away_is_answered_for(serves: Serves, opens: Opens) -> None:
    service = serves()
    with opens(service).client() as http:
        service.end()
        for method in ("GET", "POST", "DELETE"):
            answer = http.request(method, f"{CLAIMS}/1?phone=01075546068")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            assert answer.headers["content-type"] == "application/problem+json"
            told = answer.json()
            korean, _, english = told.pop("detail").partition(" / ")
            assert "연결할 수 없습니다" in korean
            assert "cannot be reached" in english
            assert told == {
                "type": "urn:aptas:unavailable",
                "title": "not now",
                "status": 503,
                "instance": f"{CLAIMS}/1",
            }
        answer = http.head(CLAIMS)
        assert (answer.status_code, answer.content) == (503, b"")


def test_the_entry_is_ready_as_long_as_every_service_has_a_replica_that_is(
    serves: Serves, opens: Opens
) -> None:
    first, second = serves(), serves()
    door = opens(first, second)
    with door.client() as http:
        assert http.get("/health/ready").json() == {"status": "ok"}
        first.is_ready = False
        well(door, 1)
        assert http.get("/health/ready").status_code == 200
        second.is_ready = False
        well(door, 0)
        answer = http.get("/health/ready")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert http.get("/health/live").json() == {"status": "ok"}, "which is not the entry's fault"
        assert http.get(CLAIMS).status_code == 200, "and all are tried: they may be better than they say"
        second.is_ready = True
        well(door, 1)
        assert http.get("/health/ready").status_code == 200


def test_who_is_about_to_leave_is_sent_nothing_within_a_second(serves: Serves, opens: Opens) -> None:
    leaving, staying = serves(), serves()
    with opens(leaving, staying).client() as http:
        while not leaving.received:
            http.post(CLAIMS)
        leaving.is_ready = False
        time.sleep(1)
        heard = len(leaving.received)
        assert {http.post(CLAIMS).status_code for _ in range(20)} == {200}
        assert len(leaving.received) == heard
        leaving.is_ready = True
        until(lambda: {"is": 1} if http.post(CLAIMS) and len(leaving.received) > heard else None)


def test_a_replica_that_only_fails_is_left_alone_for_a_while(serves: Serves, opens: Opens) -> None:
    """It says that it is ready, and so would be asked for ever."""
    well_, ill = serves(), serves(dies)
    door = opens(well_, ill)
    with door.client() as http:
        until(lambda: {"is": 1} if http.post(CLAIMS) and len(ill.received) >= 10 else None)
        assert door.counted(EJECTED, envoy_cluster_name="registration") == 1
        heard = len(ill.received)
        time.sleep(1.5)
        assert {http.post(CLAIMS).status_code for _ in range(20)} == {200}
        assert len(ill.received) == heard


@pytest.mark.parametrize("behaviour", [dies, refuses])
def test_the_only_replica_is_never_left_alone(serves: Serves, opens: Opens, behaviour: Any) -> None:
    only = serves(behaviour)
    door = opens(only)
    with door.client() as http:
        for _ in range(25):
            http.post(CLAIMS)
        assert len(only.received) == 25, "each of them reached it"
        assert door.counted(EJECTED) == 0


def test_a_dead_replica_is_found_out_without_a_request_that_fails(serves: Serves, opens: Opens) -> None:
    dead, alive = serves(), serves()
    door = opens(dead, alive)
    with door.client() as http:
        dead.end()
        answers: list[httpx.Response] = []
        deadline = time.monotonic() + 4
        while time.monotonic() < deadline:
            answers += [http.get(CLAIMS), http.post(CLAIMS)]
        assert {each.status_code for each in answers} == {200}
        assert door.counted(HEALTHY, envoy_cluster_name="registration") == 1
