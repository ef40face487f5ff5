"""What the office is told when a case opens: trade, urgency, warranty, due date, a contractor to ask. Pure.

It advises and decides nothing; what the catalogue marks as judgement stays marked (`Warranty.mapping`, `.source`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aptas import catalogue
from aptas.catalogue import statute
from aptas.kernel.clock import korean_date
from aptas.kernel.messages import Id
from aptas.management.commands import Candidate
from aptas.management.events import Home, Warranty

TEN_YEARS_BY_THE_DECREE = ("load-bearing", "ground")
"""공동주택관리법 시행령 제36조제1항: load-bearing structure and ground."""

DAYS_OF_EXPIRY_NOTICE = 30
"""공동주택관리법 시행령 제39조제1항: the notice of expiry goes out 30 days before the warranty ends."""


@dataclass(frozen=True, kw_only=True)
class Classification:
    """Who does such work, and how soon; `urgency_basis` tells statute from judgement."""

    trade: str
    urgency: str
    urgency_basis: str


def classify(defect_type: str) -> Classification:
    """The catalogue's own answer for one of its defect types."""
    line = catalogue.DEFECT_TYPES[defect_type]
    return Classification(trade=line.trade, urgency=line.default_urgency, urgency_basis=line.urgency_basis)


def assess_warranty(defect_type: str, home: Home | None, claimed_at: datetime) -> Warranty:
    """The verdict on the Korean day of the claim (공동주택관리법 제36조제3항, 시행령 제36조제1항)."""
    line = catalogue.DEFECT_TYPES[defect_type]
    work = catalogue.WORK_TYPES[line.warranty_work_type]
    start = _start_date(line.scope, home)
    until = last_day(start, line.warranty_years) if isinstance(start, date) else None
    return Warranty(
        verdict=_verdict(until, korean_date(claimed_at)) if until else f"undecided: {start}",
        work_type=work.id,
        work_type_ko=work.ko,
        years=line.warranty_years,
        until=until,
        article=article_of(work, line.warranty_years),
        mapping=line.warranty_mapping,
        source=work.source,
    )


def article_of(work: catalogue.WorkType, years: int) -> str:
    """별표 4 lists the works of two, three and five years; the ten years stand in the decree's own text."""
    if work.id in TEN_YEARS_BY_THE_DECREE:
        return "공동주택관리법 제36조제3항, 시행령 제36조제1항"
    return f"공동주택관리법 제36조제3항, 같은 법 시행령 제36조제1항 별표 4({work.ko} {years}년)"


def last_day(start: date, years: int) -> date:
    """The last day of a period of years, inclusive.

    The first day is not counted (민법 제157조): the count begins the day after `start` and ends on the day before
    the day that corresponds to it (제160조제2항); where the last month has no such day, with that month (제3항).
    """
    counted_from = start + timedelta(days=1)
    try:
        return counted_from.replace(year=counted_from.year + years) - timedelta(days=1)
    except ValueError:
        return date(counted_from.year + years, 2, 28)


def due_date(claimed_at: datetime) -> date:
    """The day by which the claim is repaired or a plan sent, counted from its Korean date."""
    return statute.due_date(korean_date(claimed_at))


def suggest_contractor(trade: str, roster: Iterable[Candidate]) -> Id | None:
    """Who does this trade and has the fewest work orders open; of several the lowest id."""
    able = (candidate for candidate in roster if trade in candidate.trades)
    chosen = min(able, key=lambda one: (one.open_orders, one.contractor_id), default=None)
    return chosen.contractor_id if chosen else None


def _start_date(scope: str, home: Home | None) -> date | str:
    """The day the warranty starts from, or what is missing to know it."""
    if home is None:
        return "home unknown"
    if scope == "private":
        return home.handover_date or "handover date unknown"
    return home.use_inspection_date or "use-inspection date unknown"


def _verdict(until: date, claimed_on: date) -> str:
    if claimed_on > until:
        return "out"
    return "expiring" if (until - claimed_on).days <= DAYS_OF_EXPIRY_NOTICE else "in"
