"""The merge rule: any interleaving of two topics, older and newer attempts, news before its row."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aptas.kernel.messages import COMPENSATION, DefectFact
from aptas.mypage.rows import MyPage, what_next

from . import stories as s

ABOUT_ONE_ATTEMPT: tuple[Any, ...] = (
    *(s.cancelled, s.confirmed, s.identified, s.approved, s.rejected, s.proposed, s.countered, s.scheduled),
    *(s.departed, s.visit_failed, s.completed, s.declined),
    *(s.withdrawn, s.passed_on, s.office_refused, s.contractor_refused, s.order_cancelled),
)
ANSWERS = (s.withdrawn, s.order_cancelled, s.office_refused, s.contractor_refused)


def without_timeline(row: MyPage) -> MyPage:
    return replace(row, timeline=())


@pytest.mark.parametrize("clock", ["true", "stopped", "answers early"])
@pytest.mark.parametrize("story", s.STORIES)
def test_every_interleaving_of_the_two_topics_ends_in_one_row(story: str, clock: str) -> None:
    status, facts = s.STORIES[story]
    news = s.as_news(facts)
    if clock == "stopped":
        news = [replace(item, at=s.MORNING) for item in news]
    if clock == "answers early":
        news = [replace(item, at=item.at - timedelta(hours=item.topic == COMPENSATION)) for item in news]
    told = s.shown(news)
    assert told.status == status
    assert len(told.timeline) == len(facts)
    for arrival in s.interleavings(news):
        assert s.shown(arrival) == told


@st.composite
def _logs(draw: st.DrawFn) -> tuple[list[s.News], list[s.News]]:
    """A log in which registration opens its attempts and all else is noise; and one way it may arrive."""
    attempts = draw(st.integers(1, 3))
    noise = st.builds(
        lambda build, attempt: build(attempt), st.sampled_from(ABOUT_ONE_ATTEMPT), st.integers(1, attempts)
    )
    facts: list[DefectFact] = []
    for attempt in range(1, attempts + 1):
        facts.append(s.reopened(attempt, qty=attempt) if attempt > 1 else s.registered())
        heard_so_far = draw(st.lists(noise, max_size=6))
        facts += [fact for fact in heard_so_far if fact.attempt <= attempt]
    moments = draw(st.lists(st.integers(0, 5), min_size=len(facts), max_size=len(facts)))
    happened = [
        replace(item, at=s.MORNING + timedelta(minutes=moment))
        for item, moment in zip(s.as_news(facts), moments, strict=True)
    ]
    overlay = [item for item in happened if item.topic == COMPENSATION]
    base = [item for item in happened if item.topic != COMPENSATION]
    turns = draw(st.permutations([True] * len(overlay) + [False] * len(base)))
    return happened, [overlay.pop(0) if turn else base.pop(0) for turn in turns]


@settings(max_examples=300, deadline=None)
@given(_logs())
def test_the_row_depends_on_neither_topics_lead_whatever_is_said(
    logs: tuple[list[s.News], list[s.News]],
) -> None:
    happened, arrived = logs
    assert s.shown(arrived) == s.shown(happened)


@pytest.mark.parametrize("build", ABOUT_ONE_ATTEMPT)
def test_a_lower_attempt_touches_the_timeline_only(build: Any) -> None:
    row = s.page_after(s.registered(), s.rejected(), s.reopened(2), s.approved(2), s.proposed(2))
    after = s.shown([s.heard(build(1), minute=99)], row)
    assert without_timeline(after) == without_timeline(row)
    assert after.timeline[-1].attempt == 1


def test_a_reopening_of_a_lower_attempt_touches_the_timeline_only() -> None:
    row = s.page_after(s.registered(), s.rejected(), s.reopened(2), s.rejected(2), s.reopened(3))
    after = s.shown([s.heard(s.reopened(2, qty=9), minute=99)], row)
    assert without_timeline(after) == without_timeline(row)


def test_a_reopening_resets_all_but_the_description() -> None:
    before = (*s.REPAIRED, s.cancelled(n=1), s.office_refused())
    row = s.page_after(*before, s.reopened(2))
    fresh = s.page_after(s.registered())
    assert without_timeline(row) == replace(
        without_timeline(fresh), attempt=2, base_reason="물이 다시 샙니다"
    )
    assert row.reason == "물이 다시 샙니다"
    assert row.timeline[:-1] == s.page_after(*before).timeline


@pytest.mark.parametrize("build", ANSWERS)
def test_an_answer_before_its_question_implies_it(build: Any) -> None:
    asked_first = s.page_after(s.registered(), s.approved(), s.cancelled(n=1), build())
    news = s.as_news((s.registered(), s.approved(), s.cancelled(n=1), build()))
    answered_first = s.shown([news[0], news[1], news[3]])
    assert answered_first.status == asked_first.status
    assert "cancel" not in what_next(answered_first)
    assert s.shown([news[2]], answered_first) == asked_first


@pytest.mark.parametrize("build", [*ANSWERS, s.passed_on])
def test_news_of_the_next_attempt_that_overtakes_its_reopening_resets_the_row(build: Any) -> None:
    row = s.page_after(*s.REPAIRED, s.cancelled(n=1), s.office_refused(), build(2))
    assert (row.attempt, row.base, row.assignment, row.base_reason) == (2, "RECEIVED", 0, None)
    assert (row.contractor_id, row.visit, row.note, row.due_date) == (None, None, None, None)
    assert (row.receipt_no, row.photos) == ("7K3M-9Q2D", ("photo.jpg",))
    assert row.refusal != "이미 끝난 접수" or build is s.office_refused


def test_a_reopening_keeps_the_answer_that_overtook_it() -> None:
    overtaken = s.page_after(*s.REPAIRED, s.withdrawn(2))
    assert overtaken.status == "CANCELLED"
    late = s.shown([s.heard(s.confirmed(), 50), s.heard(s.reopened(2), 51)], overtaken)
    assert (late.status, late.base, late.base_reason) == ("CANCELLED", "RECEIVED", "물이 다시 샙니다")
    assert s.shown([s.heard(s.cancelled(2), 52)], late).status == "CANCELLED"


@pytest.mark.parametrize(
    ("fact", "base"),
    [
        *((s.approved(2), "ASSIGNED"), (s.proposed(2), "SCHEDULING"), (s.countered(2), "SCHEDULING")),
        *((s.scheduled(2), "SCHEDULED"), (s.departed(2), "DEPARTED"), (s.visit_failed(2), "ASSIGNED")),
        *((s.completed(2), "COMPLETED"), (s.confirmed(2), "CONFIRMED"), (s.declined(2), "RECEIVED")),
        *((s.rejected(2), "REJECTED"), (s.identified(2), "RECEIVED"), (s.cancelled(2), "RECEIVED")),
    ],
)
def test_the_first_news_of_an_attempt_says_its_base(fact: DefectFact, base: str) -> None:
    for before in ((), s.REPAIRED):
        row = s.page_after(*before, fact)
        assert (row.attempt, row.base) == (2, base)
        assert row.cancellation_asked == (fact == s.cancelled(2))


@pytest.mark.parametrize("build", [*ANSWERS, s.passed_on])
def test_compensation_before_the_registration_begins_a_row_that_is_filled_in_later(build: Any) -> None:
    news = s.as_news((s.registered(), build()))
    begun = s.shown(news[1:])
    assert (begun.defect_id, begun.receipt_no, begun.attempt) == (s.DEFECT, "", 1)
    assert s.shown(news[:1], begun) == s.shown(news)


def test_a_registration_names_even_a_row_of_a_later_attempt() -> None:
    row = s.shown([s.heard(s.withdrawn(2), 9), s.heard(s.registered())])
    assert (row.receipt_no, row.attempt, row.status) == ("7K3M-9Q2D", 2, "CANCELLED")


def test_a_registration_heard_late_does_not_move_the_base_back() -> None:
    row = s.page_after(s.approved(), s.registered())
    assert (row.status, row.receipt_no, row.contractor_name) == ("ASSIGNED", "7K3M-9Q2D", "한빛타일")


def test_the_timeline_is_by_time_then_by_topic_then_as_the_topic_said() -> None:
    news = [s.heard(fact) for fact in (s.withdrawn(), s.registered(), s.cancelled())]
    late = s.heard(s.identified(), minute=-1)
    assert [entry.event_type for entry in s.shown([*news, late]).timeline] == [
        *("DefectIdentified", "DefectRegistered", "DefectCancelled", "DefectWithdrawn"),
    ]
