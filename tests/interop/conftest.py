"""One house in which everything happens, for all who read what it told; and how a test is skipped here."""

import os
from collections.abc import Callable
from typing import NoReturn

import pytest

from tests.interop.journeys import Carried, everything_that_happens

Skip = Callable[[Exception], NoReturn]


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> list[Carried]:
    """Every message of a journey in which each published fact happens."""
    return everything_that_happens(tmp_path_factory.mktemp("everything"))


@pytest.fixture
def skip_aloud(tell: Callable[[str], None]) -> Skip:
    """Skip for want of a program, and say so in a line; where CI runs, it has to be there."""

    def skip(missing: Exception) -> NoReturn:
        if os.environ.get("CI"):
            raise missing
        tell(f"skipped: {missing}")
        pytest.skip(str(missing))

    return skip
