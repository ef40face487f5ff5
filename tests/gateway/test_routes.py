"""Every address of every service is routed to it; what may be done twice is told from what may not."""

import re
from typing import Any

from aptas.bootstrap import HANDLERS
from aptas.edge.app import build_app
from aptas.gateway.entry import Limits
from aptas.gateway.routes import READING, STREAMS, routes

AS_ROUTED = {
    service: [
        each
        for each in build_app(service, handlers, {service: None}).routes
        if not each.path.startswith("/schema")
    ]
    for service, handlers in HANDLERS.items()
}


def fits(match: dict[str, Any], method: str, path: str, keyed: bool) -> bool:
    """As Envoy decides it."""
    for header in match.get("headers", ()):
        if header == READING and method not in ("GET", "HEAD"):
            return False
        if header["name"] == "idempotency-key" and not keyed:
            return False
    if "safe_regex" in match:
        return re.fullmatch(match["safe_regex"]["regex"], path) is not None
    if "prefix" in match:
        return path.startswith(match["prefix"])
    prefix = match["path_separated_prefix"]
    return path == prefix or path.startswith(f"{prefix}/")


def route_of(path: str, method: str = "GET", keyed: bool = False) -> dict[str, Any]:
    return next(each for each in routes(Limits()) if fits(each["match"], method, path, keyed))


def test_every_address_of_a_service_leads_to_it() -> None:
    seen = 0
    for service, of_service in AS_ROUTED.items():
        for each in of_service:
            path = re.sub(r"{[^}]*}", "191984280712203776", each.path)
            for method in ("GET", "POST", "DELETE"):
                seen += 1
                assert route_of(path, method)["route"]["cluster"] == service, path
    assert seen > 50


def test_exactly_the_streams_have_no_end() -> None:
    streams = {
        (service, re.sub(r"{[^}]*}", "1", route.path))
        for service, of_service in AS_ROUTED.items()
        for route in of_service
        for handler in getattr(route, "route_handlers", ())
        if handler.media_type == "text/event-stream"
    }
    assert {service for service, _ in streams} == set(STREAMS)
    for service, path in streams:
        told = route_of(path)["route"]
        assert (told["cluster"], told["timeout"], told["priority"]) == (service, "0s", "HIGH")
        assert route_of(path, "POST")["route"]["timeout"] != "0s"
    for service, of_service in AS_ROUTED.items():
        for route in of_service:
            path = re.sub(r"{[^}]*}", "1", route.path)
            if (service, path) not in streams:
                assert route_of(path)["route"]["timeout"] != "0s"


def test_everything_else_is_a_page() -> None:
    for path in (
        "/",
        "/resident",
        "/office/1",
        "/schema",
        "/static/plain.css",
        "/defectRegistrationsX",
        "/x",
    ):
        assert route_of(path)["route"]["cluster"] == "pages"


def test_no_process_tells_the_world_how_it_is() -> None:
    for path in ("/metrics", "/health", "/health/anything", "/metrics/x"):
        assert route_of(path)["direct_response"] == {"status": 404}
    assert route_of("/healthy")["route"]["cluster"] == "pages"


def test_what_may_be_done_twice_is_asked_again_and_nothing_else() -> None:
    def asked_again(method: str, keyed: bool, path: str = "/defectRegistrations") -> set[str]:
        return set(route_of(path, method, keyed)["route"]["retry_policy"]["retry_on"].split(","))

    only_if_nothing_was_sent = {"connect-failure", "refused-stream", "reset-before-request"}
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert asked_again(method, keyed=False) == only_if_nothing_was_sent
        assert asked_again(method, keyed=True) > {"reset", "retriable-status-codes"}
        assert asked_again(method, keyed=True, path="/resident") == only_if_nothing_was_sent
    for method in ("GET", "HEAD"):
        assert asked_again(method, keyed=False) > {"reset", "retriable-status-codes"}
