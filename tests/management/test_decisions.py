"""What the office decides: the rows of its commands, and the facts they lead to."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from aptas.kernel.messages import NOTHING, Command, Fact, Id
from aptas.management import commands as wish
from aptas.management import decisions
from aptas.management import events as fact
from aptas.management.model import Dossier

from .cases import (
    ADDRESS,
    DECLINE,
    DEFECT,
    HOME,
    LATER,
    NOW,
    PAINTER,
    PATHS,
    TILER,
    approving,
    fact_of,
    facts_of,
    opening,
    refusal_of,
    rejecting,
    standing,
    told,
)

OPEN = [situation for situation in PATHS if situation.startswith("OPEN")]
IDENTIFY = wish.IdentifyDefect(at=NOW, defect_id=DEFECT)
DECISIONS: dict[str, tuple[Command, str]] = {
    "identify": (IDENTIFY, "OPEN"),
    "approve": (approving(), "APPROVED"),
    "reject": (rejecting(), "REJECTED"),
}
WHY_NOT = {
    "identify": decisions.why_not_identify,
    "approve": decisions.why_not_approve,
    "reject": decisions.why_not_reject,
}


def said_last(state: Dossier, command: Command) -> Fact:
    return facts_of(state, command)[-1]


def identifying(**said: Any) -> wish.IdentifyDefect:
    return wish.IdentifyDefect(at=NOW, defect_id=DEFECT, **said)


@pytest.mark.parametrize("action", DECISIONS)
@pytest.mark.parametrize("situation", PATHS)
def test_only_an_open_case_is_decided_and_its_link_says_so(action: str, situation: str) -> None:
    command, then = DECISIONS[action]
    dossier, why_not = standing(situation), WHY_NOT[action]
    if situation in OPEN:
        assert why_not(dossier) is None
        assert told(dossier, command).latest.status == then
    else:
        assert refusal_of(dossier, command) == why_not(dossier)


@pytest.mark.parametrize(
    ("situation", "law"),
    [
        ("APPROVED", "only_an_open_case_is_decided"),
        ("REJECTED", "only_an_open_case_is_decided"),
        ("CLOSED", "only_an_open_case_is_decided"),
        ("WITHDRAWING", "nothing_is_decided_while_a_withdrawal_is_under_way"),
        ("WITHDRAWING, declined", "nothing_is_decided_while_a_withdrawal_is_under_way"),
        ("WITHDRAWN", "a_withdrawn_case_stays_withdrawn"),
        ("WITHDRAWN by the contractor", "a_withdrawn_case_stays_withdrawn"),
    ],
)
def test_each_status_is_refused_by_its_own_law(situation: str, law: str) -> None:
    assert refusal_of(standing(situation), approving()).law == law


@pytest.mark.parametrize("action", DECISIONS)
def test_an_unknown_defect_is_missing(action: str) -> None:
    assert refusal_of(None, DECISIONS[action][0]) == decisions.UNKNOWN


def test_a_case_opens_with_what_triage_found() -> None:
    opened = fact_of(None, opening())
    assert isinstance(opened, fact.CaseOpened)
    assert (opened.trade, opened.urgency, opened.due_date) == ("tile", "normal", date(2026, 3, 25))
    assert (opened.warranty.verdict, opened.warranty.until) == ("in", date(2027, 1, 15))
    assert (opened.suggested_contractor, opened.similar) == (TILER.contractor_id, (Id(650),))
    assert (opened.household, opened.home) == (HOME.household, HOME)


def test_a_case_opens_when_nothing_was_looked_up() -> None:
    opened = fact_of(None, opening(lookups=None))
    assert isinstance(opened, fact.CaseOpened)
    assert opened.warranty.verdict == "undecided: home unknown"
    assert (opened.suggested_contractor, opened.similar, opened.home) == (None, (), None)
    assert opened.household == "행복아파트|101|1203"


def test_a_case_opens_without_an_address() -> None:
    opened = fact_of(None, opening(lookups=None, address=None))
    assert isinstance(opened, fact.CaseOpened)
    assert opened.household is None


def test_a_defect_is_not_similar_to_itself() -> None:
    found = wish.Lookups(similar=(DEFECT, Id(650)))
    opened = fact_of(None, opening(lookups=found))
    assert isinstance(opened, fact.CaseOpened)
    assert opened.similar == (Id(650),)


@pytest.mark.parametrize("situation", PATHS)
def test_an_attempt_has_one_case(situation: str) -> None:
    assert facts_of(standing(situation), opening()) == NOTHING


def test_confirming_the_catalogue_needs_no_reason() -> None:
    said = fact_of(standing("OPEN"), identifying(defect_type="toilet-tile", trade="tile", urgency="normal"))
    assert isinstance(said, fact.DefectIdentified)
    assert (said.defect_type, said.trade, said.urgency) == ("toilet-tile", "tile", "normal")
    assert (said.override_reason, said.due_date) == (None, date(2026, 3, 25))


def test_another_type_brings_its_own_trade_urgency_and_warranty() -> None:
    said = said_last(standing("OPEN"), identifying(defect_type="bath-waterproof", reason=" 방수층 문제 "))
    assert isinstance(said, fact.DefectIdentified)
    assert said.warranty is not None
    assert (said.trade, said.urgency, said.override_reason) == ("waterproof", "emergency", "방수층 문제")
    assert (said.warranty.work_type, said.warranty.until) == ("waterproofing", date(2030, 1, 15))


def test_a_type_of_the_common_parts_counts_from_the_use_inspection() -> None:
    said = said_last(standing("OPEN"), identifying(defect_type="common-floor-stone", reason="공용부분"))
    assert isinstance(said, fact.DefectIdentified)
    assert said.warranty is not None
    assert said.warranty.until == date(2026, 12, 20)


def test_what_is_not_said_stays_as_the_case_has_it() -> None:
    raised = told(standing("OPEN"), identifying(urgency="high", reason="넓게 번집니다."))
    said = said_last(raised, identifying(trade="stone", reason="석재입니다."))
    assert isinstance(said, fact.DefectIdentified)
    assert (said.trade, said.urgency) == ("stone", "high")


def test_a_new_trade_is_suggested_to_another_contractor() -> None:
    other = replace(identifying(trade="paint", reason="도장"), roster=(TILER, PAINTER))
    assert told(standing("OPEN"), other).latest.suggested_contractor == PAINTER.contractor_id
    suggested, identified = facts_of(standing("OPEN"), other)
    assert isinstance(suggested, fact.ContractorSuggested)
    assert isinstance(identified, fact.DefectIdentified)


def test_the_same_trade_keeps_the_suggestion_whatever_the_roster_says_now() -> None:
    same = replace(identifying(urgency="high", reason="급합니다."), roster=(PAINTER,))
    assert told(standing("OPEN"), same).latest.suggested_contractor == TILER.contractor_id


@pytest.mark.parametrize(
    "said", [{"defect_type": "bath-waterproof"}, {"trade": "stone"}, {"urgency": "emergency"}]
)
@pytest.mark.parametrize("reason", [{}, {"reason": "  "}])
def test_an_override_carries_a_reason(said: dict[str, str], reason: dict[str, str]) -> None:
    refusal = refusal_of(standing("OPEN"), identifying(**said, **reason))
    assert (refusal.law, refusal.kind) == ("an_override_carries_a_reason", "invalid")


def test_returning_to_the_catalogue_after_an_override_needs_no_reason() -> None:
    other = told(standing("OPEN"), identifying(defect_type="bath-waterproof", reason="방수층"))
    back = told(other, identifying(defect_type="toilet-tile")).latest
    assert (back.trade, back.urgency, back.override_reason) == ("tile", "normal", None)


@pytest.mark.parametrize(
    ("said", "law"),
    [
        ({"defect_type": "moon-dust"}, "a_defect_type_stands_in_the_catalogue"),
        ({"trade": "alchemy"}, "a_trade_stands_in_the_catalogue"),
        ({"urgency": "yesterday"}, "an_urgency_stands_in_the_catalogue"),
    ],
)
def test_what_is_identified_stands_in_the_catalogue(said: dict[str, str], law: str) -> None:
    refusal = refusal_of(standing("OPEN"), identifying(**said, reason="이유"))
    assert (refusal.law, refusal.kind) == (law, "invalid")


def test_a_claim_of_an_unknown_type_opens_no_case() -> None:
    assert refusal_of(None, opening(defect_type="moon-dust")).law == "a_defect_type_stands_in_the_catalogue"


def test_an_approval_tells_the_contractor_all_it_needs() -> None:
    assert fact_of(standing("OPEN"), approving()) == fact.DefectApproved(
        defect_id=DEFECT,
        attempt=1,
        assignment=1,
        contractor_id=TILER.contractor_id,
        contractor_name="한빛타일",
        defect_type="toilet-tile",
        trade="tile",
        urgency="normal",
        address=ADDRESS,
        description="타일이 들떠요",
        location="bathroom-common",
        kind="lifting",
        qty=2,
        due_date=date(2026, 3, 25),
        defectmanagement_dt=NOW,
    )


def test_every_hand_over_has_its_own_number() -> None:
    again = told(standing("OPEN, declined"), approving()).latest
    assert (again.assignment, again.declined, again.reason) == (2, False, None)


def test_a_new_attempt_counts_its_hand_overs_from_one() -> None:
    dossier = told(standing("OPEN, declined"), approving(), opening(attempt=2), approving())
    assert [case.assignment for case in dossier.cases] == [2, 1]


def test_a_contractor_stands_on_the_roster() -> None:
    refusal = refusal_of(standing("OPEN"), approving(None))
    assert (refusal.law, refusal.kind) == ("a_contractor_stands_on_the_roster", "invalid")


def test_a_contractor_does_the_trade() -> None:
    dossier = told(standing("OPEN"), identifying(trade="paint", reason="도장"))
    assert refusal_of(dossier, approving(TILER)).law == "a_contractor_does_the_trade"


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_rejection_is_given_in_writing(reason: str) -> None:
    refusal = refusal_of(standing("OPEN"), rejecting(reason))
    assert (refusal.law, refusal.kind) == ("a_rejection_is_given_in_writing", "invalid")
    assert "시행령 제38조제3항 단서" in refusal.ko


def test_a_rejection_carries_its_reason() -> None:
    said = fact_of(standing("OPEN, declined"), rejecting("  하자가 아닙니다. "))
    assert said == fact.DefectRejected(
        defect_id=DEFECT, attempt=1, assignment=1, reason="하자가 아닙니다.", defectmanagement_dt=NOW
    )


def test_a_declined_case_shows_why() -> None:
    assert told(standing("APPROVED"), DECLINE).latest.shown_reason == DECLINE.reason


def test_the_due_date_of_a_re_opening_counts_from_the_re_opening() -> None:
    again = opening(attempt=2, at=LATER, claimed_at=datetime(2026, 5, 1, tzinfo=UTC))
    assert told(standing("CLOSED"), again).latest.due_date == date(2026, 5, 16)


def test_a_stranger_to_this_room_is_a_mistake_in_the_wiring() -> None:
    with pytest.raises(TypeError, match="no answer to Command"):
        decisions.decide(None, Command(at=NOW))
