"""Small houses, explored to the last state: none breaks a promise of the wall.

APTAS_SCOPE=full explores the larger ones too (minutes, and some GB). Which, and how far: docs/decisions/0010.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from .explore import Explorer
from .moments import Moment, Numbers, Scope

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
    Scope(name="two attempts, one message given twice", assignments=1, asked=1, twice=True),
    Scope(
        name="one attempt, one message parked, one given twice",
        attempts=1,
        assignments=1,
        asked=1,
        in_flight=4,
        parkings=1,
        twice=True,
    ),
)
LARGER = (
    Scope(
        name="two defects of two attempts in one partition",
        defects=2,
        assignments=1,
        asked=1,
        wishes=(*REPAIR, "ReopenDefect"),
    ),
)
SAMPLED = (
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
SCOPES = ORDINARY + (LARGER + SAMPLED if os.environ.get("APTAS_SCOPE") == "full" else ())


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
    assert found.complete or scope in SAMPLED


@pytest.mark.parametrize(
    "together",
    [
        Scope(name="every wish", defects=2, assignments=1, asked=1, in_flight=1),
        Scope(
            name="repair and cancellation, one message parked",
            defects=2,
            attempts=1,
            assignments=1,
            asked=1,
            in_flight=3,
            wishes=REPAIR,
            parkings=1,
        ),
        Scope(
            name="repair and cancellation, one message given twice",
            defects=2,
            attempts=1,
            assignments=1,
            asked=1,
            in_flight=2,
            wishes=REPAIR,
            twice=True,
        ),
    ],
    ids=lambda scope: scope.name,
)
def test_what_each_of_two_defects_does_it_does_alone_too(together: Scope) -> None:
    """So a promise about one defect that holds in a house of one holds in a house of many (docs/decisions/0010)."""
    both = Explorer(together)
    assert both.explore().complete
    for place, defect in enumerate(both.defects):
        one = Explorer(replace(together, defects=1))
        one.defects, one.states, one.facts = [defect], both.states, both.facts
        assert one.explore().complete
        alone = set(seen_by(one, 0))
        assert set(seen_by(both, place)) <= alone
        assert len(alone) > 50


def seen_by(explorer: Explorer, defect: int) -> Iterator[Moment]:
    """All that was reached, as it is when the other defects are taken away."""

    def own(facts: Numbers) -> Numbers:
        return tuple(fact for fact in facts if explorer.defect_of(fact) == defect)

    attempts = explorer.scope.attempts
    for moment in explorer.came_from:
        yield Moment(
            cells=moment.cells[defect * 4 : defect * 4 + 4],
            queues=tuple(map(own, moment.queues)),
            lots=moment.lots[defect :: explorer.scope.defects],
            outcomes=moment.outcomes[defect * attempts : (defect + 1) * attempts],
        )
