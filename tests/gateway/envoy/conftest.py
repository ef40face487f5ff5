"""A real Envoy, in front of services that do what a test asks of them, or of a whole house."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from aptas.gateway.entry import Limits
from tests.gateway.envoy.doors import Door, Opens, door_to, envoy_or_skip, opened
from tests.gateway.envoy.services import Behaviour, Serves, Service, ok


@pytest.fixture(scope="session", autouse=True)
def envoy() -> str:
    """The program; without it there is nothing to see here."""
    return envoy_or_skip()


@pytest.fixture
def serves() -> Iterator[Serves]:
    """Services that end with the test."""
    with ExitStack() as stack:

        def serve(behaviour: Behaviour = ok) -> Service:
            return stack.enter_context(Service(behaviour))

        yield serve


@pytest.fixture
def opens(tmp_path: Path, envoy: str) -> Iterator[Opens]:
    """Entries with these limits, to these services as replicas of one another."""
    with ExitStack() as stack:

        def open_one(*services: Service, **limits: Any) -> Door:
            entry = door_to([each.port for each in services], Limits(**limits))
            return stack.enter_context(opened(envoy, tmp_path, entry))

        yield open_one


@pytest.fixture(scope="module")
def only(envoy: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Door]]:
    """One service behind one entry, for all tests of a file."""
    with Service() as service:
        entry = door_to([service.port], Limits(attempt=1))
        with opened(envoy, tmp_path_factory.mktemp("door"), entry) as door:
            yield service, door


@pytest.fixture
def service(only: tuple[Service, Door]) -> Service:
    """It has heard nothing yet, and everything is fine."""
    only[0].received.clear()
    only[0].behaviour = ok
    return only[0]


@pytest.fixture
def door(only: tuple[Service, Door]) -> Door:
    """The entry in front of it."""
    return only[1]


@pytest.fixture
def http(door: Door) -> Iterator[httpx.Client]:
    """Asks the entry."""
    with door.client() as client:
        yield client
