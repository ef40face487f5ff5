"""What is asked again, and what never is: counted by services that die, refuse, hang, or are not there."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.gateway.envoy.doors import Opens
from tests.gateway.envoy.services import Behaviour, Serves, Service, at_first, dies, hangs, refuses

KEY = {"Idempotency-Key": "once-only"}
CLAIMS = "/defectRegistrations"
WRITING = ("POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("method", WRITING)
def test_what_was_sent_without_a_key_is_not_sent_again(
    service: Service, http: httpx.Client, method: str
) -> None:
    service.behaviour = dies
    answer = http.request(method, CLAIMS, content=b"{}")
    assert service.methods() == [method]
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "처리되었을 수도" in answer.json()["detail"], "nobody knows what became of it"
    service.behaviour = refuses
    assert http.request(method, CLAIMS, content=b"{}").headers["retry-after"] == "7", (
        "the service's own answer"
    )
    assert service.methods() == [method] * 2


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("behaviour", [dies, refuses, hangs])
def test_what_is_read_is_asked_for_again(
    service: Service, http: httpx.Client, method: str, behaviour: Behaviour
) -> None:
    for path in (CLAIMS, "/mypages/1"):
        service.received.clear()
        service.behaviour = at_first(behaviour)
        assert http.request(method, path).status_code == 200
        assert service.methods() == [method] * 2


@pytest.mark.parametrize("method", WRITING)
@pytest.mark.parametrize("behaviour", [dies, refuses])
def test_what_has_a_key_is_sent_again_with_it_and_whole(
    service: Service, http: httpx.Client, method: str, behaviour: Behaviour
) -> None:
    service.behaviour = at_first(behaviour)
    body = b"x" * 900_000
    assert http.request(method, CLAIMS, content=body, headers=KEY).status_code == 200
    first, second = service.received
    assert first.body == second.body == body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == "once-only"


def test_a_form_of_the_pages_is_sent_once(service: Service, http: httpx.Client) -> None:
    """Its key is in the form, for the pages to use: what they do with it, they ask of the services."""
    service.behaviour = dies
    assert http.post("/resident", data={"key": "k"}, headers=KEY).status_code == 503
    assert service.methods() == ["POST"]


def test_asking_again_ends(service: Service, http: httpx.Client) -> None:
    service.behaviour = refuses
    answer = http.get(CLAIMS)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert service.methods() == ["GET"] * 4


def test_nobody_outside_says_what_is_asked_again(service: Service, http: httpx.Client) -> None:
    service.behaviour = dies
    orders = {"x-envoy-retry-on": "reset", "x-envoy-max-retries": "5", "x-envoy-upstream-rq-timeout-ms": "1"}
    assert http.post(CLAIMS, headers=orders).status_code == 503
    assert service.methods() == ["POST"]
    service.behaviour = at_first(dies)
    assert http.get(CLAIMS, headers={"x-envoy-max-retries": "0"}).status_code == 200


@pytest.mark.parametrize("method", ["GET", *WRITING])
def test_what_was_never_sent_is_sent_to_another_replica(serves: Serves, opens: Opens, method: str) -> None:
    there, gone = serves(), serves()
    with opens(there, gone).client() as http:
        gone.end()
        answers = [http.request(method, CLAIMS) for _ in range(10)]
    assert {each.status_code for each in answers} == {200}
    assert there.methods() == [method] * 10


@pytest.mark.parametrize("behaviour", [dies, refuses])
def test_a_replica_that_failed_is_not_the_one_that_is_asked_again(
    serves: Serves, opens: Opens, behaviour: Behaviour
) -> None:
    well, ill = serves(), serves(behaviour)
    with opens(well, ill).client() as http:
        for method, headers in (("GET", {}), ("POST", KEY)):
            assert {http.request(method, CLAIMS, headers=headers).status_code for _ in range(12)} == {200}
    assert ill.received, "it had its chances"


def test_when_all_is_lost_asking_again_has_a_budget(serves: Serves, opens: Opens) -> None:
    """Of 200 requests at a time half may be under way a second time: a service in need is not asked four times
    as much."""
    lost = serves(refuses)
    door = opens(lost, requests=1000)
    with ThreadPoolExecutor(64) as pool, door.client() as http:
        answers = list(pool.map(lambda _: http.get(CLAIMS).status_code, range(1000)))
    assert set(answers) == {503}
    assert len(lost.received) < 3000
    assert door.counted("envoy_cluster_upstream_rq_retry_overflow") > 0
