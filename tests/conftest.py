"""What `make test` leaves to others, which CI runs too: `make test-heavy` (minutes of exploration, kills, poison,
fuzzing) and `make test-connected` (what needs a server beside the tests).

What a test counted it tells: `tell` prints at the end, on the controller, for nobody sees what an xdist worker prints.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests import engines, kafka_server

HEAVY = (
    "simulation",
    "kills",
    "saga/test_small_scope.py",
    "journeys/test_schema.py",
    "messaging/test_poison.py",
)
CONNECTED = (
    "distributed",
    "gateway/envoy",
    "image",
    "interop/test_kafka.py",
    "interop/test_spring.py",
    "journeys/test_on_kafka.py",
    "journeys/test_on_servers.py",
    "journeys/test_walk_apart.py",
    "messaging/test_kafka.py",
    "speed/test_archive.py",
    "speed/test_outbox.py",
)
SERVERS = {"kafka", "postgresql", "mariadb"}
"""Backends of the behaviour suites that are servers of their own."""
TOWNS = "distributed"
"""A cluster at a time: two of them on two cores would be tests of patience."""
TOLD = "told"


def pytest_configure(config: pytest.Config) -> None:
    """Only on the controller: workers find what it made."""
    if not hasattr(config, "workerinput"):
        kafka_server.begin()
        engines.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last thing of all."""
    if not hasattr(config, "workerinput"):
        kafka_server.end()
        engines.end()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by place, so that no heavy test is forgotten, and before xdist looks for groups; of tests that share an id,
    it would run but one."""
    shared = [each for each, times in Counter(item.nodeid for item in items).items() if times > 1]
    if shared:
        raise pytest.UsageError(f"more than one test is called so: {shared}")
    here = Path(__file__).parent
    for item in items:
        place = str(item.path.relative_to(here))
        if place.startswith(HEAVY):
            item.add_marker(pytest.mark.heavy)
        if place.startswith(CONNECTED) or SERVERS & _parameters(item):
            item.add_marker(pytest.mark.connected)
        if place.startswith(TOWNS):
            item.add_marker(pytest.mark.xdist_group("towns"))


def _parameters(item: pytest.Item) -> set[object]:
    given = getattr(item, "callspec", None)
    return set() if given is None else {each for each in given.params.values() if isinstance(each, str)}


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say a line to whoever runs the tests; a line that is said often is shown once, with how often."""
    return partial(record_property, TOLD)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Everything that was told, by failed tests too; and what was skipped for want of a server."""
    skipped = [report.longrepr for report in terminalreporter.stats.get("skipped", ())]
    wanting = Counter(each[-1] for each in skipped if isinstance(each, tuple))
    for reason, times in wanting.items():
        terminalreporter.write_line(f"{reason} ({times:,})")
    reports = [report for of_one_kind in terminalreporter.stats.values() for report in of_one_kind]
    calls = [report for report in reports if getattr(report, "when", None) == "call"]
    told = Counter(line for report in calls for name, line in report.user_properties if name == TOLD)
    if told:
        terminalreporter.section("told")
    for line, times in told.items():
        terminalreporter.write_line(line if times == 1 else f"{line}: {times:,}")
