"""The real house keeps its promises whatever the pipes do, and a seed tells the same story every time.

APTAS_SIMULATION_SEEDS=1000 for the long run; 50 otherwise.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .promises import PEOPLES
from .running import Outcome, migrated_files, simulate

FAULTS = (
    "acknowledgement lost",
    "batch cut short",
    "broker away",
    "held before publishing",
    "held after publishing",
    "held after polling",
    "held before applying",
    "held between database and offset",
    "assignment lost",
    "commit's answer lost",
    "database away",
    "database's answer lost",
    "cannot be handled",
    "redrive",
    "group wound back",
    "crash",
    "answer lost",
    "asked again",
)
ENOUGH = 50
SEEDS = int(os.environ.get("APTAS_SIMULATION_SEEDS", str(ENOUGH)))
pytestmark = pytest.mark.xdist_group("simulation")  # one worker: the last test looks at what the others found


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    with migrated_files() as folder:
        yield folder


@pytest.fixture(scope="module")
def outcomes() -> dict[int, Outcome]:
    return {}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_house_keeps_its_promises(empty: Path, outcomes: dict[int, Outcome], seed: int) -> None:
    outcomes[seed] = simulate(seed, empty)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_seed_tells_the_same_story_twice(empty: Path, seed: int) -> None:
    first, second = simulate(seed, empty), simulate(seed, empty)
    assert first.trace == second.trace
    assert first.fingerprint == second.fingerprint


def test_a_seed_tells_the_same_story_in_another_process(empty: Path) -> None:
    again = "from tests.simulation.running import *\nwith migrated_files() as e: print(simulate(2, e).fingerprint)"
    told = subprocess.run(
        [sys.executable, "-c", again],
        env=os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == simulate(2, empty).fingerprint


def test_every_fault_and_every_fact_of_people_was_met(empty: Path, outcomes: dict[int, Outcome]) -> None:
    """A simulation in which nothing happens proves nothing. Asked alone, it runs the seeds first."""
    for seed in range(ENOUGH):
        outcomes[seed] = outcomes.get(seed) or simulate(seed, empty)
    met = {name for outcome in outcomes.values() for name in (*outcome.faults, *outcome.facts)}
    assert {*FAULTS, *PEOPLES} <= met
