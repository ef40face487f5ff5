"""What operations and the office watch of the cases: how many of which trade, and how many are late."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from aptas import catalogue
from aptas.kernel.clock import korean_date
from aptas.kernel.messages import Fact
from aptas.management.events import CaseSettled
from aptas.management.model import Dossier
from aptas.management.tables import UNFINISHED, cases
from aptas.metrics import CASES, OVERDUE, REPAIR_DAYS
from aptas.storage.engine import Database, rows_of

_UNFINISHED = (
    select(cases.c.trade, cases.c.status, func.count())
    .where(cases.c.status.in_(UNFINISHED))
    .group_by(cases.c.trade, cases.c.status)
)
_LATE = select(cases.c.trade, func.count()).where(cases.c.status.in_(UNFINISHED)).group_by(cases.c.trade)


async def measure(database: Database, now: datetime) -> None:
    """Unfinished cases by trade and status; of them those whose day of the statute is over."""
    late = _LATE.where(cases.c.due_date < korean_date(now).isoformat())
    found, overdue = await database.scan(rows_of(_UNFINISHED)), await database.scan(rows_of(late))
    CASES.clear()
    for trade, status, total in found:
        CASES.labels(trade, status).set(total)
    for trade in catalogue.TRADES:
        OVERDUE.labels(trade).set(0)
    for trade, total in overdue:
        OVERDUE.labels(trade).set(total)


def forget() -> None:
    """Another replica measures from here on: what this one knew would only grow old."""
    CASES.clear()
    OVERDUE.clear()


def note(fact: Fact, dossier: Any, at: datetime) -> None:
    """A case that was just closed: how long it took, from the claim to the repair."""
    if isinstance(fact, CaseSettled) and fact.status == "CLOSED" and isinstance(dossier, Dossier):
        case = dossier.latest
        REPAIR_DAYS.labels(case.trade).observe((at - case.claimed_at).total_seconds() / 86_400)
