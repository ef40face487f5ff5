"""The statute's clock, from legal-deadlines.json: one place for the number that every room shows."""

from datetime import date, timedelta
from typing import Any

from aptas.catalogue import read_data

_ENTRIES: dict[str, dict[str, Any]] = {row["id"]: row for row in read_data("legal-deadlines.json")["entries"]}

REPAIR_OR_PLAN_DAYS: int = _ENTRIES["repair-or-plan"]["period"]
"""시행령 제38조제3항: repair, or send the plan, within 15 days of the claim."""


def due_date(claimed: date) -> date:
    """The last day to repair or to send a plan; `claimed` is the claim's calendar day in Korea, itself not counted."""
    return claimed + timedelta(days=REPAIR_OR_PLAN_DAYS)
