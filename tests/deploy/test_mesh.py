"""The cluster's own gateway and the mesh: every field known, routes as in the table, no call but those declared."""

import sys
from typing import Any

import jsonschema
import pytest
import yaml

from aptas.gateway.entry import Limits
from aptas.gateway.httproutes import http_route
from aptas.gateway.routes import COLLECTIONS, STREAMS
from tests.deploy.clusters import K8S, SERVICES, built
from tests.deploy.crds import schemas

KINDS = {"Gateway", "HTTPRoute", "PeerAuthentication", "AuthorizationPolicy"}
KINDS |= {"DestinationRule", "VirtualService", "Telemetry"}
OTHERS = [key for key in built("mesh") if key[0] in KINDS]


@pytest.mark.parametrize("key", OTHERS, ids=["-".join(key) for key in OTHERS])
def test_its_own_schema_knows_every_field(key: tuple[str, str]) -> None:
    manifest = built("mesh")[key]
    jsonschema.validate(manifest, schemas()[manifest["apiVersion"], manifest["kind"]])


def test_a_field_that_istio_does_not_know_is_found() -> None:
    manifest = built("mesh")["PeerAuthentication", "everybody"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            {**manifest, "spec": {"mtsl": {}}}, schemas()[manifest["apiVersion"], manifest["kind"]]
        )


def test_the_route_is_the_one_that_the_table_makes() -> None:
    written = yaml.safe_load((K8S / "components/gateway-api/httproute.yaml").read_text())
    assert written == http_route(Limits())


@pytest.mark.parametrize(
    ("path", "service"),
    [
        *((path, service) for service, paths in COLLECTIONS.items() for path in paths),
        ("/defectManagements/17/approve", "management"),
        ("/defectManagements/events", "management"),
        ("/mypages/17/events", "mypage"),
        ("/", "pages"),
        ("/resident", "pages"),
    ],
)
def test_a_path_leads_where_envoy_would_lead_it(path: str, service: str) -> None:
    assert _rule_for(path)["backendRefs"] == [{"name": service, "port": 8080}]


def test_streams_have_no_end_and_what_a_process_tells_is_shown_nobody() -> None:
    for path in ("/defectManagements/events", "/mypages/events", "/mypages/17/events"):
        assert _rule_for(path)["timeouts"] == {"request": "0s"}
    for path in ("/metrics", "/health/live"):
        assert _rule_for(path)["filters"][0]["urlRewrite"]["path"]["replaceFullPath"] == "/not-shown"
    assert set(STREAMS) == {"management", "mypage"}


def test_only_what_is_read_is_asked_again() -> None:
    for service in (*SERVICES, "pages"):
        reads, once = built("mesh")["VirtualService", service]["spec"]["http"]
        assert reads["match"] == [{"method": {"regex": "GET|HEAD"}}]
        assert (reads["retries"]["attempts"], once["retries"], "match" in once) == (3, {"attempts": 0}, False)


def test_calls_are_let_through_by_name_only() -> None:
    assert built("mesh")["AuthorizationPolicy", "nobody"]["spec"] == {}
    assert built("mesh")["PeerAuthentication", "everybody"]["spec"] == {"mtls": {"mode": "STRICT"}}
    callers = _callers("the-gateway-calls-the-services")
    assert callers == {"gateway", "aptas-istio"}
    assert _callers("services-use-their-databases") == {*SERVICES, "migrate"}
    assert _callers("services-use-kafka") == {*SERVICES, "kafka"}


def _callers(policy: str) -> set[str]:
    (rule,) = built("mesh")["AuthorizationPolicy", policy]["spec"]["rules"]
    return {name.rpartition("/")[2] for each in rule["from"] for name in each["source"]["principals"]}


def _rule_for(path: str) -> dict[str, Any]:
    """As the Gateway API orders them: an exact path, then the longest prefix; a regular expression is ours to place."""
    best: tuple[int, int, dict[str, Any]] = (-1, -1, {})
    for rule in built("mesh")["HTTPRoute", "aptas"]["spec"]["rules"]:
        for match in rule["matches"]:
            best = max(best, (*_fit(match["path"], path), rule), key=lambda found: found[:2])
    return best[2]


def _fit(match: dict[str, str], path: str) -> tuple[int, int]:
    import re

    value = match["value"]
    if match["type"] == "PathPrefix":
        fits = value == "/" or path == value or path.startswith(f"{value}/")
        return (1, len(value)) if fits else (-1, -1)
    fits = re.fullmatch(value, path) is not None
    return (sys.maxsize, len(value)) if fits else (-1, -1)
