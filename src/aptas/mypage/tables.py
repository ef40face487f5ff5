"""mypage's rows: one a defect, and the changes that were told, in order."""

from datetime import date
from typing import Any

from sqlalchemy import Column, Index, String, Table, Text

from aptas.mypage.rows import MyPage
from aptas.storage.states import States
from aptas.storage.tables import BigId, Ledger

ledger = Ledger()
COLUMNS = (("receipt_no", String(9)), ("status", String(16)), ("due_date", String(10)))


def _columns() -> list[Column[Any]]:
    return [Column(name, kind) for name, kind in COLUMNS]


mypages = ledger.states(
    "mypages",
    *_columns(),
    indexes=(Index("mypages_status", "status", "id"), Index("mypages_receipt", "receipt_no")),
)

changes = Table(
    "changes",
    ledger.metadata,
    Column("position", BigId, primary_key=True, autoincrement=True),
    Column("subject", BigId, nullable=False),
    Column("event_id", String(36), nullable=False, index=True),
    Column("type", String(64), nullable=False),
    Column("data", Text, nullable=False),
    Index("changes_subject", "subject", "position"),
)


def mypage_columns(row: MyPage) -> dict[str, Any]:
    """What lists look for."""
    return {
        "receipt_no": row.receipt_no or None,
        "status": row.status,
        "due_date": (row.due_date or date.max).isoformat(),
    }


mypage_states = States(mypages, MyPage, mypage_columns)


def states_in(table: Table) -> States[MyPage]:
    """The same states in another table: a rebuild's."""
    return States(table, MyPage, mypage_columns)


def shadow_table() -> Table:
    """A table like mypages, beside it, without its indexes (they are made after the switch)."""
    return Ledger().states("mypages_rebuilt", *_columns())
