"""What `make test` leaves to `make test-heavy`, which CI runs too: minutes of exploration, kills and fuzzing."""

from pathlib import Path

import pytest

HEAVY = ("simulation", "kills", "saga/test_small_scope.py", "journeys/test_schema.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by place, so that no heavy test is forgotten."""
    here = Path(__file__).parent
    for item in items:
        if str(item.path.relative_to(here)).startswith(HEAVY):
            item.add_marker(pytest.mark.heavy)
