"""The row: its status and reason, its labels, its way over the wire, and what the resident may do next."""

from dataclasses import replace
from typing import get_args

import msgspec
import pytest

from aptas.kernel.messages import DefectFact
from aptas.mypage.rows import STATUS_LABELS, Base, MyPage, what_next

from . import stories as s

BLANK = MyPage(defect_id=s.DEFECT)


def test_every_status_has_the_label_of_the_wall() -> None:
    assert {status: text.ko for status, text in STATUS_LABELS.items()} == {
        "RECEIVED": "접수",
        "ASSIGNED": "배정",
        "SCHEDULING": "일정협의",
        "SCHEDULED": "방문예정",
        "DEPARTED": "출발",
        "COMPLETED": "완료",
        "CONFIRMED": "확인",
        "REJECTED": "반려",
        "CANCELLING": "취소요청",
        "CANCELLED": "취소",
    }
    assert set(STATUS_LABELS) == {*get_args(Base), "CANCELLING", "CANCELLED"}
    assert all(text.en.isascii() and text.en for text in STATUS_LABELS.values())


@pytest.mark.parametrize("base", get_args(Base))
def test_the_cancellation_lies_over_any_base_and_a_refusal_reveals_it(base: Base) -> None:
    row = replace(BLANK, base=base)
    asked = replace(row, cancellation_asked=True)
    assert row.status == base
    assert asked.status == "CANCELLING"
    assert replace(asked, cancellation_answer="done").status == "CANCELLED"
    assert replace(asked, cancellation_answer="refused").status == base


@pytest.mark.parametrize("story", s.STORIES)
def test_a_row_survives_the_wire(story: str) -> None:
    for end in range(1, len(s.STORIES[story][1]) + 1):
        row = s.page_after(*s.STORIES[story][1][:end])
        assert msgspec.json.decode(msgspec.json.encode(row), type=MyPage) == row


@pytest.mark.parametrize(
    ("facts", "links"),
    [
        ((), ("cancel",)),
        ((s.rejected(),), ("reopen",)),
        (s.VISITED[:1], ("cancel",)),
        (s.VISITED[:2], ("cancel", "accept-visit", "counter-propose-visit")),
        (s.VISITED[:3], ("cancel",)),
        (s.VISITED[:4], ("cancel", "accept-visit", "counter-propose-visit")),
        (s.VISITED[:5], ("cancel", "counter-propose-visit")),
        (s.VISITED, ()),
        ((*s.VISITED, s.visit_failed()), ("cancel",)),
        ((*s.VISITED, s.completed()), ("confirm", "reopen")),
        ((*s.VISITED, s.completed(), s.confirmed()), ("reopen",)),
    ],
)
def test_the_resident_is_offered_what_the_tables_allow(
    facts: tuple[DefectFact, ...], links: tuple[str, ...]
) -> None:
    assert what_next(s.page_after(s.registered(), *facts)) == links


@pytest.mark.parametrize("base", get_args(Base))
def test_nothing_is_offered_under_a_cancellation(base: Base) -> None:
    row = replace(BLANK, base=base, proposed_by="contractor", cancellation_asked=True)
    assert what_next(row) == ()
    assert what_next(replace(row, cancellation_answer="done")) == ()


def test_a_refused_cancellation_is_not_offered_again_in_that_attempt() -> None:
    refused = (s.registered(), *s.VISITED, s.cancelled(n=1), s.contractor_refused(), s.visit_failed())
    row = s.page_after(*refused, s.proposed())
    assert row.status == "SCHEDULING"
    assert what_next(row) == ("accept-visit", "counter-propose-visit")
    assert what_next(s.page_after(*refused, s.scheduled(), s.departed(), s.completed(), s.reopened(2))) == (
        "cancel",
    )


def test_the_reason_is_of_the_base_then_of_the_refusal_and_none_once_cancelled() -> None:
    refused = replace(BLANK, cancellation_asked=True, cancellation_answer="refused", refusal="늦음")
    assert refused.reason == "늦음"
    assert replace(refused, base_reason="아무도 없음").reason == "아무도 없음"
    assert (
        replace(BLANK, base_reason="자재", cancellation_asked=True, cancellation_answer="done").reason is None
    )
