"""A home is news once, and again only when something about it changed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec
import pytest

from aptas.homes.commands import RecordHome
from aptas.homes.decisions import decide
from aptas.homes.events import HomeRecorded
from aptas.homes.model import Home, evolve, home_id
from aptas.kernel.messages import NOTHING, Command, Rejection

NOW = datetime(2026, 11, 23, tzinfo=UTC)
RECORD = RecordHome(
    at=NOW,
    home_id=home_id("행복아파트", "101", "1203"),
    complex_name="행복아파트",
    building="101",
    floor="12",
    home_no="1203",
    handover_date=date(2024, 4, 10),
    use_inspection_date=date(2024, 3, 1),
)


def recorded(state: Home | None, command: RecordHome) -> Home:
    facts = decide(state, command)
    assert not isinstance(facts, Rejection)
    (fact,) = facts
    assert isinstance(fact, HomeRecorded)
    return evolve(state, fact, NOW)


def test_a_new_home_is_recorded_as_it_is_and_survives_being_stored() -> None:
    home = recorded(None, RECORD)
    assert (home.building, home.handover_date) == ("101", date(2024, 4, 10))
    assert msgspec.json.decode(msgspec.json.encode(home), type=Home) == home


def test_the_same_record_again_is_no_news() -> None:
    assert decide(recorded(None, RECORD), RECORD) == NOTHING


def test_a_changed_date_is_news() -> None:
    home = recorded(recorded(None, RECORD), replace(RECORD, handover_date=None))
    assert home.handover_date is None


def test_a_wish_of_another_room_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="no answer to Command"):
        decide(None, Command(at=NOW))
