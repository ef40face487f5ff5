"""registration's rows: claims, and the contacts that never leave this room."""

from typing import Any

from sqlalchemy import Column, Index, String, Table, text

from aptas.registration.model import Claim
from aptas.storage.states import States
from aptas.storage.tables import BigId, Ledger

ledger = Ledger()
_asked = text("asked_at IS NOT NULL")

claims = ledger.states(
    "claims",
    Column("receipt_no", String(9), nullable=False, unique=True),
    Column("defect_type", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("asked_at", BigId),
    indexes=(
        Index("claims_type_status", "defect_type", "status"),
        Index("claims_status", "status", "id"),
        Index("claims_asked", "asked_at", sqlite_where=_asked, postgresql_where=_asked),
    ),
)

contacts = Table(
    "contacts",
    ledger.metadata,
    Column("defect_id", BigId, primary_key=True, autoincrement=False),
    Column("phone", String(16), nullable=False),
)


def claim_columns(claim: Claim) -> dict[str, Any]:
    """What lists and the asking-again look for."""
    waiting = claim.asked_at if claim.cancellation == "asked" else None
    return {
        "receipt_no": claim.receipt_no,
        "defect_type": claim.defect_type,
        "status": claim.status,
        "asked_at": None if waiting is None else int(waiting.timestamp() * 1000),
    }


claim_states = States(claims, Claim, claim_columns)
