"""management's rows: a dossier a defect, and the copies of the roster and of the homes."""

from typing import Any

from sqlalchemy import Column, Index, Integer, String, text

from aptas import catalogue
from aptas.kernel.clock import to_ms
from aptas.management.addresses import unit_of
from aptas.management.model import Case, Dossier
from aptas.management.roster import KnownHome, RosterEntry
from aptas.storage.states import States
from aptas.storage.tables import BigId, Ledger

UNFINISHED = ("OPEN", "APPROVED", "WITHDRAWING")
"""The statuses of a case that somebody still has to do something about."""

URGENCY_RANKS = {urgency: rank for rank, urgency in enumerate(catalogue.URGENCIES)}
"""0 is the most urgent: the catalogue's order."""

KEY_LENGTH = 255
ledger = Ledger(is_watched=True)


def _where_filled(name: str, column: str) -> Index:
    filled = text(f"{column} IS NOT NULL")
    return Index(name, column, sqlite_where=filled, postgresql_where=filled)


cases = ledger.states(
    "cases",
    Column("receipt_no", String(9), nullable=False),
    Column("status", String(16), nullable=False),
    Column("trade", String(64), nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("due_date", String(10), nullable=False),
    Column("household", String(KEY_LENGTH)),
    Column("contractor_id", BigId),
    Column("busy_contractor_id", BigId),
    Column("asked_at", BigId),
    indexes=(
        Index("cases_status", "status", "id"),
        Index("cases_due", "due_date", "status"),
        Index("cases_receipt", "receipt_no"),
        Index("cases_household", "household", "status"),
        _where_filled("cases_contractor", "contractor_id"),
        _where_filled("cases_busy", "busy_contractor_id"),
        _where_filled("cases_asked", "asked_at"),
    ),
)

roster = ledger.states("roster")

homes = ledger.states(
    "homes",
    Column("household", String(KEY_LENGTH)),
    Column("unit", String(KEY_LENGTH)),
    indexes=(Index("homes_household", "household"), Index("homes_unit", "unit")),
)


def handed_to(case: Case) -> int | None:
    """Who has it or repaired it; nobody while it is open, even if somebody had it and declined."""
    return case.contractor_id if case.underlying in ("APPROVED", "CLOSED") else None


def case_columns(dossier: Dossier) -> dict[str, Any]:
    """What lists, lookups and the asking-again look for: the latest case; of the questions the oldest."""
    case = dossier.latest
    waiting = [each.asked_at for each in dossier.cases if each.status == "WITHDRAWING" and each.asked_at]
    return {
        "receipt_no": case.receipt_no,
        "status": case.status,
        "trade": case.trade,
        "urgency": URGENCY_RANKS[case.urgency],
        "due_date": case.due_date.isoformat(),
        "household": as_stored(case.household),
        "contractor_id": handed_to(case),
        "busy_contractor_id": handed_to(case) if case.status in UNFINISHED else None,
        "asked_at": to_ms(min(waiting)) if waiting else None,
    }


def as_stored(household: str | None) -> str | None:
    """A key, if a column can hold it; a longer one is no home's."""
    return household if household is not None and len(household) <= KEY_LENGTH else None


def home_columns(home: KnownHome) -> dict[str, Any]:
    """How an address finds it, with its complex and without."""
    return {"household": as_stored(home.household), "unit": as_stored(unit_of(home.household))}


case_states = States(cases, Dossier, case_columns)
roster_states = States(roster, RosterEntry, lambda _entry: {})
home_states = States(homes, KnownHome, home_columns)
