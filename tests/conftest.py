"""What `make test` leaves to `make test-heavy`, which CI runs too: minutes of exploration, kills, poison, fuzzing.

What a test counted it tells: `tell` prints at the end, on the controller, for nobody sees what an xdist worker prints.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests import engines

HEAVY = (
    "simulation",
    "kills",
    "saga/test_small_scope.py",
    "journeys/test_schema.py",
    "messaging/test_poison.py",
)
TOLD = "told"


def pytest_configure(config: pytest.Config) -> None:
    """The servers of a run belong to whoever configured it first, not to its workers."""
    if not hasattr(config, "workerinput"):
        engines.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """They end with it."""
    if not hasattr(config, "workerinput"):
        engines.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by place, so that no heavy test is forgotten; of tests that share an id, xdist would run but one."""
    shared = [each for each, times in Counter(item.nodeid for item in items).items() if times > 1]
    if shared:
        raise pytest.UsageError(f"more than one test is called so: {shared}")
    here = Path(__file__).parent
    for item in items:
        if str(item.path.relative_to(here)).startswith(HEAVY):
            item.add_marker(pytest.mark.heavy)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say a line to whoever runs the tests; a line that is said often is shown once, with how often."""
    return partial(record_property, TOLD)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Everything that was told, by failed tests too."""
    reports = [report for of_one_kind in terminalreporter.stats.values() for report in of_one_kind]
    calls = [report for report in reports if getattr(report, "when", None) == "call"]
    told = Counter(line for report in calls for name, line in report.user_properties if name == TOLD)
    if told:
        terminalreporter.section("told")
    for line, times in told.items():
        terminalreporter.write_line(line if times == 1 else f"{line}: {times:,}")
