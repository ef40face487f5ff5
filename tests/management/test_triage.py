"""What the office is told when a case opens, day by day."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from aptas import catalogue
from aptas.kernel.clock import KST
from aptas.kernel.messages import Id
from aptas.management import triage
from aptas.management.commands import Candidate

from .cases import HOME, NOW

UNTIL = date(2027, 1, 15)
"""The last day of two years of finishing work in HOME, handed over on 2025-01-15."""


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), KST)


def tiler(number: int, open_orders: int, trades: tuple[str, ...] = ("tile",)) -> Candidate:
    return Candidate(contractor_id=Id(number), name=f"타일 {number}", trades=trades, open_orders=open_orders)


@pytest.mark.parametrize("defect_type", catalogue.DEFECT_TYPES)
def test_every_line_of_the_catalogue_is_classified_and_assessed(defect_type: str) -> None:
    line, advice = catalogue.DEFECT_TYPES[defect_type], triage.classify(defect_type)
    assert (advice.trade, advice.urgency) == (line.trade, line.default_urgency)
    assert advice.urgency_basis == line.urgency_basis
    warranty = triage.assess_warranty(defect_type, HOME, NOW)
    start = HOME.handover_date if line.scope == "private" else HOME.use_inspection_date
    assert start is not None
    assert warranty.until == start.replace(year=start.year + line.warranty_years)
    assert (warranty.mapping, warranty.years) == (line.warranty_mapping, line.warranty_years)


@pytest.mark.parametrize(
    ("days_left", "verdict"),
    [(365, "in"), (31, "in"), (30, "expiring"), (1, "expiring"), (0, "expiring"), (-1, "out"), (-400, "out")],
)
def test_a_warranty_expires_thirty_days_ahead_and_lasts_through_its_last_day(
    days_left: int, verdict: str
) -> None:
    warranty = triage.assess_warranty("toilet-tile", HOME, noon(UNTIL - timedelta(days=days_left)))
    assert (warranty.verdict, warranty.until) == (verdict, UNTIL)


def test_the_last_day_ends_at_midnight_in_korea() -> None:
    last_minute = datetime(2027, 1, 15, 14, 59, 59, tzinfo=UTC)
    assert triage.assess_warranty("toilet-tile", HOME, last_minute).verdict == "expiring"
    midnight = last_minute + timedelta(seconds=1)
    assert triage.assess_warranty("toilet-tile", HOME, midnight).verdict == "out"


@pytest.mark.parametrize(
    ("start", "years", "until"),
    [
        (date(2024, 2, 29), 2, date(2026, 2, 28)),
        (date(2024, 2, 29), 5, date(2029, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2022, 2, 28), 2, date(2024, 2, 29)),
        (date(2024, 2, 28), 2, date(2026, 2, 28)),
        (date(2024, 2, 28), 4, date(2028, 2, 28)),
        (date(2023, 2, 28), 2, date(2025, 2, 28)),
        (date(2024, 3, 1), 2, date(2026, 3, 1)),
        (date(2023, 12, 31), 3, date(2026, 12, 31)),
    ],
)
def test_years_are_counted_from_the_day_after_and_end_before_its_anniversary(
    start: date, years: int, until: date
) -> None:
    assert triage.last_day(start, years) == until


@pytest.mark.parametrize(
    ("defect_type", "home", "verdict"),
    [
        ("toilet-tile", None, "undecided: home unknown"),
        ("toilet-tile", replace(HOME, handover_date=None), "undecided: handover date unknown"),
        (
            "common-floor-stone",
            replace(HOME, use_inspection_date=None),
            "undecided: use-inspection date unknown",
        ),
    ],
)
def test_what_is_not_known_is_left_undecided(defect_type: str, home: None, verdict: str) -> None:
    warranty = triage.assess_warranty(defect_type, home, NOW)
    assert (warranty.verdict, warranty.until) == (verdict, None)
    assert warranty.work_type == "finishing"


def test_private_parts_do_not_need_the_use_inspection_nor_common_parts_the_handover() -> None:
    private = triage.assess_warranty("toilet-tile", replace(HOME, use_inspection_date=None), NOW)
    common = triage.assess_warranty("common-floor-stone", replace(HOME, handover_date=None), NOW)
    assert (private.until, common.until) == (UNTIL, date(2026, 12, 20))


def test_a_verdict_names_its_article_work_type_and_years() -> None:
    article = triage.assess_warranty("bath-waterproof", HOME, NOW).article
    for part in ("공동주택관리법 제36조제3항", "시행령 제36조제1항 별표 4", "방수공사", "5년"):
        assert part in article


@pytest.mark.parametrize("work_type", ["load-bearing", "ground"])
def test_the_ten_years_of_structure_and_ground_do_not_stand_in_the_annex(work_type: str) -> None:
    work = catalogue.WORK_TYPES[work_type]
    assert triage.article_of(work, work.years) == "공동주택관리법 제36조제3항, 시행령 제36조제1항"
    assert work.years == 10


def test_a_crack_in_the_structure_names_the_decree_alone() -> None:
    article = triage.assess_warranty("load-bearing-defect", HOME, NOW).article
    assert article == "공동주택관리법 제36조제3항, 시행령 제36조제1항"


def test_years_that_were_not_read_in_the_annex_itself_stay_marked() -> None:
    assert triage.assess_warranty("toilet-tile", HOME, NOW).source.startswith("secondary: ")
    assert not triage.assess_warranty("load-bearing-defect", HOME, NOW).source.startswith("secondary")


def test_what_the_catalogue_marks_as_judgement_stays_marked() -> None:
    assert triage.assess_warranty("floor-board", HOME, NOW).mapping == "judgement (수장공사)"


@pytest.mark.parametrize(
    ("claimed_at", "due"),
    [
        (datetime(2026, 3, 10, 14, 59, 59, tzinfo=UTC), date(2026, 3, 25)),
        (datetime(2026, 3, 10, 15, 0, tzinfo=UTC), date(2026, 3, 26)),
        (datetime(2026, 12, 20, 0, 0, tzinfo=KST), date(2027, 1, 4)),
        (datetime(2028, 2, 20, 9, 0, tzinfo=KST), date(2028, 3, 6)),
    ],
)
def test_a_claim_is_due_fifteen_korean_calendar_days_later(claimed_at: datetime, due: date) -> None:
    assert triage.due_date(claimed_at) == due


@pytest.mark.parametrize(
    ("roster", "suggested"),
    [
        ((), None),
        ((tiler(1, 0, trades=("paint",)),), None),
        ((tiler(1, 5), tiler(2, 1), tiler(3, 4)), 2),
        ((tiler(7, 1), tiler(4, 1), tiler(5, 1)), 4),
        ((tiler(1, 0, trades=("paint",)), tiler(2, 9, trades=("stone", "tile"))), 2),
    ],
)
def test_the_least_busy_contractor_of_the_trade_is_suggested(
    roster: tuple[Candidate, ...], suggested: int | None
) -> None:
    assert triage.suggest_contractor("tile", roster) == suggested
