"""Killed at a named point or at random, started again: nothing answered is lost, nothing is done twice."""

from pathlib import Path

import pytest

from .campaign import Campaign
from .process import POINTS

TIMES = 2
RANDOM_KILLS = 5


@pytest.mark.parametrize("point", POINTS)
async def test_what_was_answered_survives_a_kill_at(point: str, tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, seed=POINTS.index(point))
    for _ in range(TIMES):
        await campaign.kill_at(point)
    await campaign.have_peace()
    assert campaign.died == {point: TIMES}


async def test_what_was_answered_survives_kills_at_random(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, seed=7)
    for _ in range(RANDOM_KILLS):
        await campaign.kill_at_random()
    await campaign.have_peace()
    assert campaign.died == {"at random": RANDOM_KILLS}
