"""One demonstration house for a whole run, and fresh ones for the tests that count."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.houses import House, running


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Shared: whoever uses it may add to it, and counts nothing."""
    with running(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[House]:
    """A house of one's own, just seeded."""
    with running(tmp_path / "data") as house:
        yield house


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    """Asks the shared house."""
    with house.client() as client:
        yield client
