"""homes' rows: one a home."""

from typing import Any

from aptas.homes.model import Home
from aptas.storage.states import States
from aptas.storage.tables import Ledger

ledger = Ledger()
homes = ledger.states("homes")


def home_columns(_home: Home) -> dict[str, Any]:
    """Homes are found by their number alone: see home_id."""
    return {}


home_states = States(homes, Home, home_columns)
