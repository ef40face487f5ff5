"""One house in which everything happens, for all who read what it told."""

import pytest

from tests.interop.journeys import Carried, everything_that_happens


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> list[Carried]:
    """Every message of a journey in which each published fact happens."""
    return everything_that_happens(tmp_path_factory.mktemp("everything"))
