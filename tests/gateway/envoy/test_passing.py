"""What passes through the entry as it came, what is taken away, and what is told about it."""

import re

import httpx

from tests.gateway.envoy.doors import Door, Opens
from tests.gateway.envoy.services import Received, Serves, Service, ok

CLAIMS = "/defectRegistrations"
TRACE = f"00-{'0af7651916cd43dd' * 2}-b7ad6b7169203331-01"


def test_what_the_services_read_comes_as_it_was_sent(service: Service, http: httpx.Client) -> None:
    sent = {
        "Host": "aptas.example:8088",
        "Idempotency-Key": "한 번만".encode().hex(),
        "Last-Event-ID": "17",
        "traceparent": TRACE,
        "Origin": "http://aptas.example:8088",
        "Sec-Fetch-Site": "same-origin",
    }
    http.post(f"{CLAIMS}/1/cancel?x=%ED%95%98&y=1", headers=sent, json={"a": 1})
    (received,) = service.received
    assert (received.method, received.path) == ("POST", f"{CLAIMS}/1/cancel?x=%ED%95%98&y=1")
    assert received.body == b'{"a":1}'
    for name, value in sent.items():
        assert received.headers[name.lower()] == value


def test_who_the_services_are_told_sent_it_is_who_sent_it(service: Service, http: httpx.Client) -> None:
    lies = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "1",
        "Forwarded": "for=203.0.113.9",
        "X-Original-URL": "/office",
        "X-Rewrite-URL": "/office",
        "X-Envoy-Original-Path": "/office",
        "X-Envoy-Internal": "true",
        "X-Request-Id": "mine",
    }
    answer = http.get(CLAIMS, headers=lies)
    (received,) = service.received
    assert not {"203.0.113.9", "evil.example", "/office", "https", "mine", "true"} & set(
        received.headers.values()
    )
    assert "203.0.113.9" not in received.headers["x-forwarded-for"]
    assert received.headers["x-forwarded-proto"] == "http"
    assert received.headers["x-request-id"] == answer.headers["x-request-id"]
    assert "envoy" not in str(answer.headers)


def test_the_answer_is_the_services_own(service: Service, http: httpx.Client) -> None:
    def teapot(_: Received) -> bytes:
        head = (
            b"HTTP/1.1 405 Method Not Allowed\r\nallow: GET\r\naptas-event-id: 7\r\ncontent-length: 2\r\n\r\n"
        )
        return head + b"no"

    service.behaviour = teapot
    answer = http.post(CLAIMS)
    assert (answer.status_code, answer.text) == (405, "no")
    assert (answer.headers["allow"], answer.headers["aptas-event-id"]) == ("GET", "7")
    service.behaviour = ok
    answer = http.head(CLAIMS)
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "2")


def test_what_each_process_tells_of_itself_is_not_shown(service: Service, http: httpx.Client) -> None:
    for path in ("/metrics", "/health", "/health/other", "/metrics?x"):
        answer = http.get(path)
        assert (answer.status_code, answer.json()["law"]) == (404, "an_address_leads_somewhere")
    assert service.received == []


def test_each_request_is_told_of_in_one_line_without_anything_personal(serves: Serves, opens: Opens) -> None:
    phone = "010-7554-6068"
    door = opens(serves())
    with door.client() as http:
        answer = http.get(
            f"{CLAIMS}/191984280712203776/cancel?phoneNumber={phone}&x=%EA%B9%80",
            headers={"traceparent": TRACE, "referer": f"http://localhost/resident?receiptNo={phone}"},
        )
        http.post(f"{CLAIMS}/{phone}", json={"phoneNumber": phone}, headers={"traceparent": phone})
        http.get("/health/ready")
        http.get(f"/{phone}%2F{phone}")
        http.get("/mypages", headers={"User-Agent": phone, "Cookie": phone, "Host": f"{phone}:1"})
    lines = door.lines(4)
    assert len(lines) == 4
    assert not re.search("6068|%EA|phoneNumber", door.log.read_text())
    told = {name: lines[0][name] for name in ("event", "level", "method", "path", "status", "attempts")}
    assert told == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "path": f"{CLAIMS}/191984280712203776/cancel",
        "status": 200,
        "attempts": 1,
    }
    assert lines[0]["request_id"] == answer.headers["x-request-id"]
    assert lines[0]["traceparent"] == TRACE
    assert lines[0]["route"] == "registration reads"
    assert [each["path"] for each in lines[1:]] == [f"{CLAIMS}/", None, "/mypages"]
    assert {each["traceparent"] for each in lines[1:]} <= {None, ""}


def test_prometheus_reads_statistics_and_nobody_gives_orders(door: Door, http: httpx.Client) -> None:
    http.get(CLAIMS)
    assert door.counted("envoy_cluster_upstream_rq_total", envoy_cluster_name="registration") > 0
    assert door.counted("envoy_http_downstream_rq_xx", envoy_response_code_class="2") > 0
    admin = f"http://localhost:{door.admin_port}"
    for path in ("/quitquitquit", "/healthcheck/fail", "/drain_listeners", "/logging", "/runtime_modify"):
        assert httpx.post(admin + path).status_code == 403
    assert httpx.get(f"{admin}/config_dump").status_code == 403
    assert httpx.get(f"{admin}/ready").status_code == 200
