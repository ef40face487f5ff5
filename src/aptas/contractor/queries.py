"""Looking work orders and companies up: by their number, and page by page."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import func, select

from aptas.contractor.companies import Company
from aptas.contractor.decisions import UNKNOWN
from aptas.contractor.model import WorkOrders
from aptas.contractor.room import ENROLLED
from aptas.contractor.tables import companies, company_states, order_states, work_orders
from aptas.edge.paging import Paging
from aptas.edge.problems import invalid, refuse
from aptas.edge.service import Service, count_bucket, count_states, list_states
from aptas.kernel.identity import as_id
from aptas.kernel.messages import Id, Rejection
from aptas.storage.engine import Database, rows_of, scalars_of
from aptas.storage.states import States

S = TypeVar("S")
STATUSES = (
    "OFFERED",
    "PROPOSED",
    "COUNTERED",
    "SCHEDULED",
    "DEPARTED",
    "COMPLETED",
    "DECLINED",
    "CANCELLED",
)
LISTED = tuple(status for status in STATUSES if status != "CANCELLED")
STILL_OPEN = ("OFFERED", "PROPOSED", "COUNTERED", "SCHEDULED", "DEPARTED")
SORTABLE = {"defectId": "id", "id": "id", "dueDate": "due_date"}
SORTABLE_COMPANIES = {"contractorId": "id", "id": "id"}

UNKNOWN_COMPANY = Rejection(
    law="a_company_is_enrolled",
    kind="missing",
    ko="그런 업체가 없습니다. GET /contractorCompanies 에서 확인해 주세요.",
    en="There is no such company. Look it up in GET /contractorCompanies.",
)


def read_defect_id(text: str) -> Id:
    """Refusal (missing) when `text` is no defectId."""
    if (defect_id := as_id(text)) is None:
        raise refuse(UNKNOWN)
    return defect_id


async def find_orders(database: Database, address: str) -> WorkOrders:
    """The work orders of one defect; Refusal (missing) when there are none."""
    orders = await _find(database, order_states, as_id(address))
    if orders is None:
        raise refuse(UNKNOWN)
    return orders


async def find_company(database: Database, address: str) -> Company:
    """One company; Refusal (missing) when there is none."""
    company = await _find(database, company_states, as_id(address))
    if company is None:
        raise refuse(UNKNOWN_COMPANY)
    return company


async def _find(database: Database, states: States[S], id_: Id | None) -> S | None:
    if id_ is None:
        return None
    statement = select(states.table.c.body).where(states.table.c.id == id_)
    found = await database.read(scalars_of(statement))
    return states.decode(found[0]) if found else None


async def list_orders(
    service: Service, statuses: Sequence[str], contractor: str | None, paging: Paging
) -> tuple[list[WorkOrders], int]:
    """One page of work orders in these statuses, of one company if `contractor`, and how many there are."""
    where: list[Any] = [work_orders.c.status.in_(list(statuses))]
    if contractor is None:
        total = await count_bucket(service, "work_orders", statuses)
    else:
        where.append(work_orders.c.contractor_id == _read_contractor_id(contractor))
        total = await count_states(service.database, order_states, where)
    return await list_states(service.database, order_states, where, paging, SORTABLE), total


def _read_contractor_id(text: str) -> Id:
    if (contractor_id := as_id(text)) is None:
        raise invalid(
            "a_contractor_id_is_one_we_gave",
            "contractorId는 GET /contractorCompanies 의 번호로 보내 주세요.",
            "Send as contractorId a number that GET /contractorCompanies lists.",
        )
    return contractor_id


async def list_companies(service: Service, paging: Paging) -> tuple[list[Company], int]:
    """One page of companies, and how many there are."""
    rows = await list_states(service.database, company_states, (), paging, SORTABLE_COMPANIES)
    return rows, await count_bucket(service, companies.name, (ENROLLED,))


async def open_work_orders(database: Database, contractors: Iterable[Id]) -> dict[Id, int]:
    """How many latest work orders each company has still open; none: not in the answer."""
    columns = work_orders.c
    statement = (
        select(columns.contractor_id, func.count())
        .where(columns.contractor_id.in_(list(contractors)), columns.status.in_(STILL_OPEN))
        .group_by(columns.contractor_id)
    )
    return {Id(contractor): total for contractor, total in await database.scan(rows_of(statement))}
