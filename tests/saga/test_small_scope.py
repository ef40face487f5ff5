"""Small houses, explored to the last state: none breaks a promise of the wall.

APTAS_SCOPE=full explores the larger ones too (minutes, and a few GB).
"""

import os
import time
from collections.abc import Callable

import pytest

from .explore import Explorer, Scope

REPAIR = ("ApproveDefect", "RequestCancellation", "ProposeVisit", "AcceptVisit", "Depart", "CompleteRepair")
ORDINARY = (
    Scope(name="one defect, two attempts, two assignments", asked=1),
    Scope(name="one attempt, two assignments, each question asked twice", attempts=1),
    Scope(
        name="one attempt, mypage at its own pace",
        attempts=1,
        assignments=1,
        asked=1,
        in_flight=6,
        mypage_lags=True,
    ),
    Scope(
        name="two attempts, mypage at its own pace",
        assignments=1,
        asked=1,
        in_flight=3,
        mypage_lags=True,
    ),
    Scope(
        name="two defects in one partition, one message parked",
        defects=2,
        attempts=1,
        assignments=1,
        asked=1,
        in_flight=4,
        wishes=REPAIR,
        parkings=1,
    ),
)
LARGER = (
    Scope(name="one defect, two attempts, two assignments, each question asked twice", most_states=4_000_000),
    Scope(
        name="two defects of two attempts in one partition, two messages parked",
        defects=2,
        assignments=1,
        asked=1,
        in_flight=4,
        wishes=(*REPAIR, "ReopenDefect"),
        parkings=2,
        most_states=2_000_000,
    ),
)
SCOPES = ORDINARY + (LARGER if os.environ.get("APTAS_SCOPE") == "full" else ())


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.name)
def test_no_state_of_a_small_house_breaks_a_promise(scope: Scope, tell: Callable[[str], None]) -> None:
    began = time.perf_counter()
    found = Explorer(scope).explore()
    how = "all" if found.complete else f"the first {scope.most_states:,}, not all"
    tell(
        f"{scope.name}: {found.states:,} states ({how}), {found.steps:,} steps, "
        f"{found.at_rest:,} at rest, {time.perf_counter() - began:.1f} s"
    )
    assert found.broken is None, found.trace
    assert found.at_rest > 50
    assert found.complete or scope in LARGER
