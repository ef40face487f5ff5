"""What /schema promises is what is answered, whatever is asked: no 5xx, no undocumented answer.

~500 cases in an ordinary run; APTAS_SCHEMA_CASES=10000 asks for more.
"""

import os
from typing import Any

import httpx
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from aptas.bootstrap import HANDLERS
from aptas.edge.app import build_app
from tests.journeys.houses import House, running
from tests.journeys.resources import Story

OPERATIONS = 32
CASES = int(os.environ.get("APTAS_SCHEMA_CASES", "512"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]
ENDLESS = r"/events$"


@pytest.fixture(scope="module")
def known(house: House) -> list[str]:
    """Defects in several states, so that not every address is unknown."""
    with house.client() as http:
        stories = [Story(http) for _ in range(4)]
        stories[1].approved()
        stories[2].scheduled()
        stories[3].completed()
    return [story.id for story in stories]


def document() -> dict[str, Any]:
    """The entry's, from the same handlers; that the process serves this very one is a test of its own."""
    handlers = [handler for each in HANDLERS.values() for handler in each]
    app = build_app("entry", handlers, dict.fromkeys(HANDLERS))
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(app.openapi_schema.to_schema()))
    return told


schema = schemathesis.openapi.from_dict(document())


@schema.exclude(path_regex=ENDLESS).parametrize()
@settings(
    max_examples=max(CASES // OPERATIONS, 1),
    deadline=None,
    derandomize="APTAS_SCHEMA_CASES" not in os.environ,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_schema_promises(case: Any, house: House, known: list[str]) -> None:
    for name in ("address", "defect_id"):
        said = (case.path_parameters or {}).get(name)
        if said is not None and len(str(said)) % 3:
            case.path_parameters[name] = known[len(str(case.body)) % len(known)]
    if case.query and len(str(case.query.get("after", ""))) % 8:
        del case.query["after"]  # each waits two seconds for an event that never was
    case.call_and_validate(base_url=house.url, checks=CHECKS)


def test_nothing_stopped_and_nothing_is_parked_after_all_that(house: House) -> None:
    with house.client() as http:
        assert http.get("/health/live").json() == {"status": "ok", "stalled": []}
        Story(http).completed()


def test_the_process_serves_the_document_that_was_tried(house: House) -> None:
    with house.client() as http:
        served = http.get("/schema/openapi.json").json()
    health = {path for path in served["paths"] if path.startswith(("/health", "/metrics"))}
    assert len(health) == 3
    assert {path: told for path, told in served["paths"].items() if path not in health} == document()["paths"]


def test_every_port_has_a_schema_and_a_page_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running(tmp_path_factory.mktemp("ports"), services=True, demo=False) as house:
        for name, port in {"entry": house.port, **house.ports}.items():
            origin = f"http://localhost:{port}"
            document = httpx.get(f"{origin}/schema/openapi.json").json()
            assert document["openapi"] == "3.1.0"
            assert document["info"]["title"] == f"aptas {name}"
            schemathesis.openapi.from_dict(document).validate()
            _needs_nothing_from_outside(origin)


def _needs_nothing_from_outside(origin: str) -> None:
    page = httpx.get(f"{origin}/schema").text
    addresses = [
        part.split(quote)[0]
        for quote in "'\""
        for name in ("src=", "href=")
        for part in page.split(f"{name}{quote}")[1:]
    ]
    assert len(addresses) >= 3
    for address in addresses:
        assert address.startswith(("/schema-assets/", "data:")), address
        if address.startswith("/"):
            assert httpx.get(origin + address).status_code == 200
