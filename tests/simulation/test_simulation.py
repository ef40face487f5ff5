"""The real house keeps its promises whatever the pipes do, and a seed tells the same story every time.

APTAS_SIMULATION_SEEDS=1000 for the long run; 50 otherwise.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from .running import migrated_files, simulate

SEEDS = int(os.environ.get("APTAS_SIMULATION_SEEDS", "50"))


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    with migrated_files() as folder:
        yield folder


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_house_keeps_its_promises(empty: Path, seed: int) -> None:
    simulate(seed, empty)
