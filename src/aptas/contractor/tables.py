"""contractor's rows: work orders, the calendar of reservations, companies and their telephones."""

from datetime import date
from typing import Any

from sqlalchemy import Column, Date, Index, Integer, String, Table

from aptas.contractor.companies import Company
from aptas.contractor.model import WorkOrders
from aptas.storage.states import States
from aptas.storage.tables import BigId, Ledger

ledger = Ledger()

work_orders = ledger.states(
    "work_orders",
    Column("contractor_id", BigId, nullable=False),
    Column("status", String(16), nullable=False),
    Column("due_date", Date, nullable=False),
    indexes=(
        Index("work_orders_contractor_status", "contractor_id", "status", "id"),
        Index("work_orders_status", "status", "id"),
        Index("work_orders_due", "due_date"),
    ),
)

companies = ledger.states("companies")

reservations = Table(
    "reservations",
    ledger.metadata,
    Column("contractor_id", BigId, primary_key=True, autoincrement=False),
    Column("cell", Integer, primary_key=True, autoincrement=False),
)
"""One row a quarter of an hour that is taken: its primary key keeps a technician from being in two places."""

contacts = Table(
    "contacts",
    ledger.metadata,
    Column("contractor_id", BigId, primary_key=True, autoincrement=False),
    Column("phone", String(16), nullable=False),
)


def order_columns(orders: WorkOrders) -> dict[str, Any]:
    """What lists look for, of the latest work order. A tombstone is never due."""
    latest = orders.latest
    return {
        "contractor_id": latest.contractor_id,
        "status": latest.status,
        "due_date": latest.due_date or date.max,
    }


def company_columns(_company: Company) -> dict[str, Any]:
    """Companies are found by their number alone."""
    return {}


order_states = States(work_orders, WorkOrders, order_columns)
company_states = States(companies, Company, company_columns)
