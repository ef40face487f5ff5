"""Quarters of an hour: what collides, what only touches."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aptas.contractor.calendar import QUARTER, booked, cells
from aptas.contractor.events import Slot
from aptas.kernel.clock import KST
from tests.contractor.orders import (
    CONTRACTOR,
    FAIL,
    SECOND,
    STATES,
    a_cancellation,
    after,
    in_state,
)


def visit(start: str, end: str) -> Slot:
    day = "2026-11-24T{}+09:00"
    return Slot(start=datetime.fromisoformat(day.format(start)), end=datetime.fromisoformat(day.format(end)))


def test_cells_are_counted_from_1970() -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert cells(Slot(start=epoch, end=epoch + QUARTER)) == (0,)
    assert cells(Slot(start=epoch + 4 * QUARTER, end=epoch + 6 * QUARTER)) == (4, 5)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("10:00", "10:30"), ("10:30", "11:00")),
        (("10:00", "10:15"), ("10:15", "10:30")),
        (("10:00", "10:14"), ("10:15", "10:16")),
    ],
)
def test_visits_that_meet_on_the_quarter_share_no_cell(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert not set(cells(visit(*one))) & set(cells(visit(*other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("10:00", "11:00"), ("10:45", "11:45")),
        (("10:00", "12:00"), ("10:30", "10:40")),
        (("10:00", "10:31"), ("10:30", "11:00")),
        (("10:00", "10:20"), ("10:20", "10:40")),
    ],
)
def test_visits_that_overlap_or_meet_inside_a_quarter_share_a_cell(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert set(cells(visit(*one))) & set(cells(visit(*other)))


def test_a_visit_has_the_same_cells_whatever_its_offset() -> None:
    assert cells(Slot(start=SECOND.start.astimezone(KST), end=SECOND.end)) == cells(SECOND)


def test_a_visit_of_a_moment_touches_one_cell_and_the_longest_touches_forty_nine() -> None:
    start = visit("10:07", "10:08").start
    assert len(cells(Slot(start=start, end=start + timedelta(microseconds=1)))) == 1
    assert len(cells(Slot(start=start, end=start + timedelta(hours=12)))) == 49


MOMENTS = st.integers(0, 600).map(
    lambda minute: datetime(2026, 11, 24, tzinfo=UTC) + timedelta(minutes=minute)
)
VISITS = st.builds(
    lambda start, minutes: Slot(start=start, end=start + timedelta(minutes=minutes)),
    MOMENTS,
    st.integers(1, 720),
)


@given(VISITS, VISITS)
def test_two_visits_that_overlap_always_share_a_cell(one: Slot, other: Slot) -> None:
    if one.start < other.end and other.start < one.end:
        assert set(cells(one)) & set(cells(other))


@pytest.mark.parametrize("status", STATES)
def test_only_a_visit_agreed_or_under_way_is_booked(status: str) -> None:
    wanted = {(CONTRACTOR, cell) for cell in cells(SECOND)}
    assert booked(in_state(status)) == (wanted if status in ("SCHEDULED", "DEPARTED") else set())


def test_no_work_orders_book_nothing() -> None:
    assert booked(None) == frozenset()


def test_a_visit_that_failed_or_was_cancelled_frees_its_time() -> None:
    assert booked(after(in_state("DEPARTED"), FAIL)) == frozenset()
    assert booked(after(in_state("SCHEDULED"), a_cancellation())) == frozenset()
