"""The office's copies of contractors and homes are the last word heard."""

from datetime import date

import msgspec

from aptas.kernel.messages import NOTHING, Id, Rejection
from aptas.management import events
from aptas.management.commands import Candidate, NoteContractor, NoteHome
from aptas.management.roster import (
    KnownHome,
    RosterEntry,
    as_candidate,
    as_home,
    decide_note_contractor,
    decide_note_home,
    evolve_contractor,
    evolve_home,
)

from .cases import HOME, NOW

TILER = NoteContractor(at=NOW, contractor_id=Id(31), name="한빛타일", trades=("tile",))
FLAT = NoteHome(
    at=NOW,
    home_id=Id(9),
    complex_name="행복아파트",
    building="101",
    floor="12",
    home_no="1203",
    handover_date=date(2025, 1, 15),
    use_inspection_date=date(2024, 12, 20),
)


def enrolled(state: RosterEntry | None, command: NoteContractor) -> RosterEntry:
    decision = decide_note_contractor(state, command)
    assert not isinstance(decision, Rejection)
    (fact,) = decision
    return evolve_contractor(state, fact, command.at)


def recorded(state: KnownHome | None, command: NoteHome) -> KnownHome:
    decision = decide_note_home(state, command)
    assert not isinstance(decision, Rejection)
    (fact,) = decision
    return evolve_home(state, fact, command.at)


def test_a_contractor_is_noted_and_comes_back_as_a_candidate() -> None:
    entry = enrolled(None, TILER)
    assert as_candidate(entry, open_orders=3) == Candidate(
        contractor_id=Id(31), name="한빛타일", trades=("tile",), open_orders=3
    )


def test_a_contractor_noted_anew_replaces_what_was_known() -> None:
    wider = NoteContractor(at=NOW, contractor_id=Id(31), name="한빛", trades=("tile", "stone"))
    assert enrolled(enrolled(None, TILER), wider).trades == ("tile", "stone")


def test_the_same_news_of_a_contractor_changes_nothing() -> None:
    assert decide_note_contractor(enrolled(None, TILER), TILER) == NOTHING


def test_a_home_is_noted_under_the_key_its_address_has() -> None:
    assert as_home(recorded(None, FLAT)) == HOME


def test_a_home_noted_anew_replaces_its_dates() -> None:
    undated = NoteHome(
        at=NOW, home_id=Id(9), complex_name="행복아파트", building="101", floor="12", home_no="1203"
    )
    assert recorded(recorded(None, undated), FLAT).handover_date == date(2025, 1, 15)
    assert decide_note_home(recorded(None, FLAT), FLAT) == NOTHING


def test_copies_stay_in_the_room_and_survive_storage() -> None:
    assert (events.ContractorNoted.topic, events.HomeNoted.topic) == (None, None)
    entry, home = enrolled(None, TILER), recorded(None, FLAT)
    assert msgspec.json.decode(msgspec.json.encode(entry), type=RosterEntry) == entry
    assert msgspec.json.decode(msgspec.json.encode(home), type=KnownHome) == home
