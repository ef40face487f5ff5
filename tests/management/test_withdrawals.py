"""The rows for what other rooms say; whatever has no row changes nothing."""

import pytest

from aptas.kernel.messages import COMPENSATION, NOTHING, Facts
from aptas.management import commands as wish
from aptas.management import events as fact
from aptas.management.withdrawals import TOO_LATE

from .cases import (
    CANCEL,
    COMPLETE,
    DECLINE,
    DECLINED,
    DEFECT,
    LATER,
    ON_THE_WAY,
    PATHS,
    REFUSED,
    TILER,
    WITHDREW,
    approving,
    case_after,
    fact_of,
    facts_of,
    note,
    opening,
    rejecting,
    standing,
    told,
)

NEWS = {
    "WorkOrderCancelled": WITHDREW,
    "CancellationRefused": REFUSED,
    "WorkOrderDeclined": DECLINE,
    "DefectCompleted": COMPLETE,
}
ROWS = {
    ("WorkOrderCancelled", "WITHDRAWING"): "WITHDRAWN",
    ("WorkOrderCancelled", "WITHDRAWING, declined"): "WITHDRAWN",
    ("CancellationRefused", "WITHDRAWING"): "APPROVED",
    ("CancellationRefused", "WITHDRAWING, declined"): "OPEN",
    ("WorkOrderDeclined", "APPROVED"): "OPEN",
    ("WorkOrderDeclined", "APPROVED, refused before"): "OPEN",
    ("WorkOrderDeclined", "WITHDRAWING"): "WITHDRAWING",
    ("DefectCompleted", "APPROVED"): "CLOSED",
    ("DefectCompleted", "APPROVED, refused before"): "CLOSED",
    ("DefectCompleted", "WITHDRAWING"): "CLOSED",
    ("DefectCompleted", "WITHDRAWING, declined"): "CLOSED",
}
AGAIN = wish.AskContractorAgain(at=LATER, defect_id=DEFECT, attempt=1)


def withdrawn(assignment: int = 0) -> Facts:
    return (fact.DefectWithdrawn(defect_id=DEFECT, attempt=1, assignment=assignment),)


def requested(asked: int = 1) -> Facts:
    return (
        fact.CancellationRequested(
            defect_id=DEFECT, attempt=1, assignment=1, contractor_id=TILER.contractor_id, asked=asked
        ),
    )


def refused(reason: str, assignment: int = 1) -> Facts:
    return (fact.CancellationRefused(defect_id=DEFECT, attempt=1, assignment=assignment, reason=reason),)


@pytest.mark.parametrize("situation", PATHS)
@pytest.mark.parametrize("news", NEWS)
def test_news_moves_a_case_by_its_row_and_without_a_row_not_at_all(news: str, situation: str) -> None:
    dossier, row = standing(situation), ROWS.get((news, situation))
    if row is None:
        assert facts_of(dossier, NEWS[news]) == NOTHING
    else:
        (settled,) = facts_of(dossier, NEWS[news])
        assert isinstance(settled, fact.CaseSettled)
        assert settled.topic is None
        assert told(dossier, NEWS[news]).latest.status == row


@pytest.mark.parametrize(("news", "situation"), ROWS)
def test_every_answer_is_heard_once(news: str, situation: str) -> None:
    assert facts_of(told(standing(situation), NEWS[news]), NEWS[news]) == NOTHING


@pytest.mark.parametrize(("news", "situation"), ROWS)
@pytest.mark.parametrize(("attempt", "assignment"), [(1, 0), (1, 2), (2, 1)])
def test_news_about_another_hand_over_or_attempt_changes_nothing(
    news: str, situation: str, attempt: int, assignment: int
) -> None:
    assert facts_of(standing(situation), note(type(NEWS[news]), assignment, attempt)) == NOTHING


@pytest.mark.parametrize("kind", [wish.NoteCancellation, *(type(news) for news in NEWS.values())])
def test_news_about_an_unknown_defect_or_attempt_changes_nothing(kind: type[wish.Note]) -> None:
    assert facts_of(None, note(kind)) == NOTHING
    assert facts_of(standing("APPROVED"), note(kind, attempt=2)) == NOTHING


@pytest.mark.parametrize(
    ("situation", "answer", "then"),
    [
        ("OPEN", withdrawn(), "WITHDRAWN"),
        ("OPEN, declined", withdrawn(assignment=1), "WITHDRAWN"),
        ("OPEN, refused before", refused(ON_THE_WAY), "OPEN"),
        ("APPROVED", requested(), "WITHDRAWING"),
        ("APPROVED, refused before", refused(ON_THE_WAY), "APPROVED"),
        ("REJECTED", refused(TOO_LATE["REJECTED"], assignment=0), "REJECTED"),
        ("REJECTED, asked before", refused(TOO_LATE["REJECTED"], assignment=0), "REJECTED"),
        ("CLOSED", refused(TOO_LATE["CLOSED"]), "CLOSED"),
        ("CLOSED, refused before", refused(ON_THE_WAY), "CLOSED"),
        ("WITHDRAWING", NOTHING, "WITHDRAWING"),
        ("WITHDRAWING, declined", NOTHING, "WITHDRAWING"),
        ("WITHDRAWN", withdrawn(), "WITHDRAWN"),
        ("WITHDRAWN by the contractor", withdrawn(assignment=1), "WITHDRAWN"),
    ],
)
def test_a_cancellation_is_answered_by_its_row(situation: str, answer: Facts, then: str) -> None:
    dossier = standing(situation)
    assert facts_of(dossier, CANCEL) == answer
    assert told(dossier, CANCEL).latest.status == then


@pytest.mark.parametrize("situation", [one for one in PATHS if one != "APPROVED"])
def test_whoever_asks_again_is_answered_the_same(situation: str) -> None:
    dossier = standing(situation)
    assert facts_of(told(dossier, CANCEL), CANCEL) == facts_of(dossier, CANCEL)


def test_a_refusal_is_repeated_even_after_the_case_moved_on() -> None:
    rejected_later = told(standing("OPEN, refused before"), rejecting())
    approved_later = told(standing("OPEN, refused before"), approving())
    assert facts_of(rejected_later, CANCEL) == refused(ON_THE_WAY)
    assert facts_of(approved_later, CANCEL) == refused(ON_THE_WAY, assignment=2)


def test_a_repair_done_while_the_contractor_was_asked_is_too_late_to_cancel() -> None:
    closed = told(standing("WITHDRAWING"), COMPLETE)
    assert facts_of(closed, CANCEL) == refused(TOO_LATE["CLOSED"])
    assert facts_of(closed, REFUSED) == NOTHING
    assert facts_of(closed, AGAIN) == NOTHING


def test_the_office_refuses_in_both_languages() -> None:
    for reason in TOO_LATE.values():
        korean, english = reason.split(" / ")
        assert korean.endswith("주세요.") or korean.endswith("없습니다.")
        assert english.isascii()


@pytest.mark.parametrize("situation", ["OPEN", "APPROVED", "REJECTED", "CLOSED"])
def test_the_answers_of_the_saga_travel_on_their_own_topic(situation: str) -> None:
    assert fact_of(standing(situation), CANCEL).topic == COMPENSATION


def test_a_decline_says_so_and_why() -> None:
    case = case_after("APPROVED", DECLINE)
    assert (case.declined, case.reason, case.contractor_id) == (True, DECLINED, TILER.contractor_id)


def test_a_refusal_keeps_the_reason_of_the_decision_apart() -> None:
    case = case_after("REJECTED", CANCEL)
    assert (case.reason, case.refusal) == (rejecting().reason, TOO_LATE["REJECTED"])
    assert case_after("APPROVED, refused before").shown_reason == ON_THE_WAY


@pytest.mark.parametrize("situation", ["WITHDRAWING", "WITHDRAWING, declined"])
def test_an_unanswered_contractor_is_asked_again_about_the_same_hand_over(situation: str) -> None:
    dossier = standing(situation)
    assert facts_of(dossier, AGAIN) == requested(asked=2)
    twice = told(dossier, AGAIN)
    assert twice.latest.underlying == dossier.latest.underlying
    assert facts_of(twice, AGAIN) == requested(asked=3)


@pytest.mark.parametrize("situation", [one for one in PATHS if not one.startswith("WITHDRAWING")])
def test_nobody_is_asked_again_once_answered(situation: str) -> None:
    assert facts_of(standing(situation), AGAIN) == NOTHING
    assert facts_of(None, AGAIN) == NOTHING


def test_a_late_answer_does_not_reach_a_re_opened_defect() -> None:
    dossier = told(standing("REJECTED"), opening(attempt=2), approving())
    assert facts_of(dossier, WITHDREW) == NOTHING
    assert told(dossier, CANCEL).latest.status == "APPROVED"
