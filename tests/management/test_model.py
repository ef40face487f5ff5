"""A dossier keeps a case per attempt, and comes back from storage as it went in."""

import msgspec
import pytest

from aptas.management import commands as wish
from aptas.management.model import STATUSES, Dossier, evolve

from .cases import (
    CANCEL,
    DECLINE,
    DEFECT,
    LATER,
    NOW,
    PATHS,
    REFUSED,
    approving,
    case_after,
    facts_of,
    note,
    opening,
    rejecting,
    standing,
    told,
)


@pytest.mark.parametrize("situation", PATHS)
def test_every_situation_shows_the_status_it_is_named_for(situation: str) -> None:
    shown = standing(situation).latest.status
    assert situation.replace(" by", ",").split(",")[0] == shown
    assert shown in STATUSES


@pytest.mark.parametrize("situation", PATHS)
def test_a_dossier_survives_storage(situation: str) -> None:
    dossier = standing(situation)
    assert msgspec.json.decode(msgspec.json.encode(dossier), type=Dossier) == dossier


@pytest.mark.parametrize("situation", PATHS)
def test_every_fact_survives_storage(situation: str) -> None:
    dossier = None
    for command in (opening(), *PATHS[situation]):
        for fact in facts_of(dossier, command):
            assert msgspec.json.decode(msgspec.json.encode(fact), type=type(fact)) == fact
            dossier = evolve(dossier, fact, command.at)


def test_a_re_opening_adds_a_case_and_leaves_the_earlier_ones_alone() -> None:
    first = standing("REJECTED")
    both = told(first, opening(attempt=2, reason="다시 들떴어요"))
    assert both.of(1) == first.latest
    assert (both.latest.attempt, both.latest.status, both.latest.assignment) == (2, "OPEN", 0)
    assert both.latest.shown_reason == "다시 들떴어요"


def test_cases_are_kept_by_attempt_in_whatever_order_they_come() -> None:
    dossier = told(None, opening(attempt=2), opening(attempt=1))
    assert [case.attempt for case in dossier.cases] == [1, 2]


def test_news_of_an_earlier_attempt_moves_that_attempt_only() -> None:
    dossier = told(standing("APPROVED"), opening(attempt=2), note(wish.NoteCompletion))
    assert [case.status for case in dossier.cases] == ["CLOSED", "OPEN"]


def test_the_office_acts_upon_the_latest_attempt() -> None:
    dossier = told(standing("REJECTED"), opening(attempt=2), approving())
    assert [case.status for case in dossier.cases] == ["REJECTED", "APPROVED"]


def test_a_refusal_reveals_what_moved_underneath_and_not_a_saved_copy() -> None:
    case = case_after("APPROVED", CANCEL, DECLINE, REFUSED)
    assert (case.status, case.declined) == ("OPEN", True)


def test_a_question_remembers_when_and_how_often_it_was_asked_until_it_is_answered() -> None:
    asked = case_after("APPROVED", CANCEL)
    assert (asked.asked, asked.asked_at) == (1, LATER)
    assert case_after("WITHDRAWING, declined").asked_at == LATER
    assert case_after("APPROVED, refused before").asked_at is None
    assert case_after("WITHDRAWN by the contractor").asked_at is None


def test_a_decision_is_dated() -> None:
    assert case_after("APPROVED").decided_at == NOW
    assert told(standing("OPEN"), rejecting()).latest.decided_at == NOW
    assert standing("OPEN").defect_id == DEFECT


def test_a_new_trade_forgets_the_suggestion_made_for_the_old_one() -> None:
    other = wish.IdentifyDefect(at=NOW, defect_id=DEFECT, trade="paint", reason="도장 문제입니다.")
    same = wish.IdentifyDefect(at=NOW, defect_id=DEFECT, urgency="high", reason="급합니다.")
    assert case_after("OPEN", same).suggested_contractor == 31
    assert case_after("OPEN", other).suggested_contractor is None


def test_an_urgency_chosen_by_the_office_says_so() -> None:
    confirmed = wish.IdentifyDefect(at=NOW, defect_id=DEFECT)
    raised = wish.IdentifyDefect(at=NOW, defect_id=DEFECT, urgency="high", reason="급합니다.")
    basis = standing("OPEN").latest.urgency_basis
    assert case_after("OPEN", confirmed).urgency_basis == basis
    assert case_after("OPEN", raised).urgency_basis == "office"
