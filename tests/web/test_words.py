"""Dates and times as Korea writes them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from aptas.kernel.clock import KST
from aptas.web import words
from aptas.web.client import Refused
from aptas.web.forms import Form, read_slots
from aptas.web.shapes import Slot

NOON = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


def test_times_are_korean() -> None:
    assert words.day(date(2026, 12, 1)) == "2026-12-01 (화)"
    assert words.moment(NOON) == "2026-12-01 (화) 12:00"
    assert words.visit(Slot(start=NOON, end=NOON + timedelta(hours=2))) == "2026-12-01 (화) 12:00–14:00"
    assert words.visit(None) == "–"


def test_a_day_is_overdue_when_it_is_over_in_korea() -> None:
    due = date(2026, 12, 1)
    assert not words.is_overdue(due, "OPEN", datetime(2026, 12, 1, 14, 59, tzinfo=UTC))
    assert words.is_overdue(due, "OPEN", datetime(2026, 12, 1, 15, 0, tzinfo=UTC))
    assert not words.is_overdue(due, "CLOSED", datetime(2026, 12, 5, tzinfo=UTC))


def test_a_local_time_is_korean_and_empty_lines_are_passed_over() -> None:
    form = Form(values={"start": ["2026-12-01T10:00", "", ""], "minutes": ["90", "120", "120"]})
    start = datetime(2026, 12, 1, 10, 0, tzinfo=KST)
    assert read_slots(form) == [
        {"start": start.isoformat(), "end": (start + timedelta(minutes=90)).isoformat()}
    ]


@pytest.mark.parametrize(
    ("start", "minutes"),
    [("", "60"), ("tomorrow", "60"), ("2026-12-01T10:00", "x"), ("9999-12-31T23:59", "9")],
)
def test_a_visit_that_cannot_be_read_is_told(start: str, minutes: str) -> None:
    with pytest.raises(Refused) as refused:
        read_slots(Form(values={"start": [start], "minutes": [minutes]}))
    assert refused.value.status == 422
