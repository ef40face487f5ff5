"""The walk of the README again, typed at the entry: five processes and Envoy show what one process showed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.envoy.apart import apart
from tests.gateway.envoy.doors import envoy_or_skip
from tests.journeys.houses import SERVICES, running
from tests.journeys.test_walk import Terminal, test_the_walk_shows_what_it_says  # noqa: F401


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """Every address of the walk leads to the entry. The demonstration is seeded by one process before."""
    envoy_or_skip()
    with running(tmp_path):
        pass
    with apart(tmp_path) as house:
        terminal = Terminal(tmp_path, dict.fromkeys(SERVICES, house.door.port))
        yield terminal
        terminal.close()
