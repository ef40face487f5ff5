"""What /schema promises is what is answered, whatever is asked: no 5xx, no undocumented answer.

Through the entry and at every service's own port, at least 500 cases each time it runs (reliability.md);
APTAS_SCHEMA_CASES=10000 asks for more. How many it came to is told at the end.
"""

import os
from collections.abc import Callable, Iterator
from math import ceil
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
from tests.journeys.houses import SERVICES, House, running
from tests.journeys.resources import Story

CASES = int(os.environ.get("APTAS_SCHEMA_CASES", "500"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]
ENDLESS = r"/events$"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The entry and the four services on ports of their own."""
    with running(tmp_path_factory.mktemp("ports"), services=True) as house:
        yield house


@pytest.fixture(scope="module")
def known(house: House) -> list[str]:
    """Defects in several states, so that not every address is unknown."""
    with house.client() as http:
        stories = [Story(http) for _ in range(4)]
        stories[1].approved()
        stories[2].scheduled()
        stories[3].completed()
    return [story.id for story in stories]


def document(name: str) -> dict[str, Any]:
    """What is served there, from the same handlers; that the process serves this very one is a test of its own."""
    served = HANDLERS if name == "entry" else {name: HANDLERS[name]}
    handlers = [handler for each in served.values() for handler in each]
    app = build_app(name, handlers, dict.fromkeys(served))
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(app.openapi_schema.to_schema()))
    return told


def asked_at(name: str) -> Any:
    """A test for each operation that is served there.

    The parameter tells their ids apart: without one they are all called the same (schemathesis 4.32, pytest 9.2), and
    `pytest --dist loadgroup` runs one test of each id.
    """
    schema = schemathesis.openapi.from_dict(document(name)).exclude(path_regex=ENDLESS)
    operations = sum(1 for _ in schema.get_all_operations())

    @pytest.mark.parametrize("port", [name])
    @schema.parametrize()
    @settings(
        max_examples=ceil(CASES / operations),
        deadline=None,
        derandomize="APTAS_SCHEMA_CASES" not in os.environ,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def answered(case: Any, port: str, house: House, known: list[str], tell: Callable[[str], None]) -> None:
        acquaint(case, known)
        case.call_and_validate(base_url=house.at(port), checks=CHECKS)
        tell(f"cases of the schema, {port}")

    return answered


def acquaint(case: Any, known: list[str]) -> None:
    """Let two of three addresses be of something that is there."""
    for name in ("address", "defect_id"):
        said = (case.path_parameters or {}).get(name)
        if said is not None and len(str(said)) % 3:
            case.path_parameters[name] = known[len(str(case.body)) % len(known)]
    if case.query and len(str(case.query.get("after", ""))) % 8:
        del case.query["after"]  # each waits two seconds for an event that never was


test_the_entry_answers_as_its_schema_promises = asked_at("entry")
test_registration_answers_as_its_schema_promises = asked_at("registration")
test_management_answers_as_its_schema_promises = asked_at("management")
test_the_contractor_answers_as_its_schema_promises = asked_at("contractor")
test_mypage_answers_as_its_schema_promises = asked_at("mypage")


def test_nothing_stopped_and_nothing_is_parked_after_all_that(house: House) -> None:
    with house.client() as http:
        assert http.get("/health/live").json() == {"status": "ok", "stalled": []}
        Story(http).completed()


@pytest.mark.parametrize("name", ["entry", *SERVICES])
def test_the_process_serves_the_document_that_was_tried(house: House, name: str) -> None:
    served = httpx.get(f"{house.at(name)}/schema/openapi.json").json()
    health = {path for path in served["paths"] if path.startswith(("/health", "/metrics"))}
    assert len(health) == 3
    tried = document(name)["paths"]
    assert {path: told for path, told in served["paths"].items() if path not in health} == tried


@pytest.mark.parametrize("name", ["entry", *SERVICES])
def test_every_port_has_a_schema_and_a_page_of_its_own(house: House, name: str) -> None:
    document = httpx.get(f"{house.at(name)}/schema/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == f"aptas {name}"
    schemathesis.openapi.from_dict(document).validate()
    _needs_nothing_from_outside(house.at(name))


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
