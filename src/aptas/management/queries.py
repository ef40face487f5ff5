"""Looking cases up: one, page by page, what happened, and what was asked and is unanswered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from aptas.edge.paging import Paging
from aptas.edge.problems import refuse
from aptas.edge.service import Service, count_bucket, count_states, list_states
from aptas.kernel.clock import to_ms
from aptas.kernel.identity import as_id, as_receipt_number
from aptas.kernel.messages import Id
from aptas.management.addresses import household_key, unit_of
from aptas.management.decisions import UNKNOWN
from aptas.management.model import Dossier
from aptas.management.tables import (
    UNFINISHED,
    URGENCY_RANKS,
    case_states,
    cases,
    homes,
    roster,
    roster_states,
)
from aptas.storage.engine import Database, scalars_of

SORTABLE = {"defectId": "id", "id": "id", "dueDate": "due_date", "urgency": "urgency"}
"""By urgency the most urgent come first."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed to. `overdue_on`: due before that day and still unfinished."""

    statuses: Sequence[str]
    trade: str | None = None
    urgency: str | None = None
    contractor_id: int | None = None
    overdue_on: date | None = None
    q: str | None = None

    @property
    def is_by_status_alone(self) -> bool:
        """Then counters know the total."""
        others = (self.trade, self.urgency, self.contractor_id, self.overdue_on, self.q)
        return all(each is None for each in others)

    def where(self) -> list[Any]:
        """The conditions."""
        found: list[Any] = [cases.c.status.in_(list(self.statuses))]
        if self.trade is not None:
            found.append(cases.c.trade == self.trade)
        if self.urgency is not None:
            found.append(cases.c.urgency == URGENCY_RANKS[self.urgency])
        if self.contractor_id is not None:
            found.append(cases.c.contractor_id == self.contractor_id)
        if self.overdue_on is not None:
            found.append(cases.c.due_date < self.overdue_on.isoformat())
            found.append(cases.c.status.in_(UNFINISHED))
        if self.q is not None:
            found.append(_called(self.q))
        return found


def _called(q: str) -> Any:
    """A receipt number, or the address of a household; without its complex, of every complex that has it."""
    means: list[Any] = [cases.c.receipt_no == (as_receipt_number(q) or "")]
    if key := household_key(q):
        means.append(cases.c.household == key)
        if key.startswith("|"):
            means.append(cases.c.household.in_(select(homes.c.household).where(homes.c.unit == unit_of(key))))
    return or_(*means)


async def find_case(database: Database, address: str) -> Dossier:
    """`address`: a defectId or a receiptNo. Refusal (missing) when there is none."""
    if (receipt_no := as_receipt_number(address)) is not None:
        where = cases.c.receipt_no == receipt_no
    else:
        where = cases.c.id == (as_id(address) or 0)
    found = await database.read(scalars_of(select(cases.c.body).where(where).limit(1)))
    if not found:
        raise refuse(UNKNOWN)
    return case_states.decode(found[0])


async def list_cases(service: Service, filters: Filters, paging: Paging) -> tuple[list[Dossier], int]:
    """One page of what fits, and how many there are."""
    where = filters.where()
    rows = await list_states(service.database, case_states, where, paging, SORTABLE)
    if filters.is_by_status_alone:
        return rows, await count_bucket(service, "cases", filters.statuses)
    return rows, await count_states(service.database, case_states, where)


async def names_for(database: Database, dossiers: Iterable[Dossier]) -> dict[Id, str]:
    """The names of the contractors suggested in these."""
    wanted = {each.latest.suggested_contractor for each in dossiers} - {None}
    if not wanted:
        return {}
    statement = select(roster.c.body).where(roster.c.id.in_(sorted(each for each in wanted if each)))
    entries = [roster_states.decode(body) for body in await database.read(scalars_of(statement))]
    return {entry.contractor_id: entry.name for entry in entries}


async def unanswered(database: Database, before_ms: int, limit: int) -> list[tuple[Id, int]]:
    """(defect, attempt) of cancellations the contractor was last asked about before then, oldest first."""
    statement = (
        select(cases.c.body).where(cases.c.asked_at < before_ms).order_by(cases.c.asked_at).limit(limit)
    )
    dossiers = [case_states.decode(body) for body in await database.read(scalars_of(statement))]
    return [
        (dossier.defect_id, case.attempt)
        for dossier in dossiers
        for case in dossier.cases
        if case.status == "WITHDRAWING" and case.asked_at and to_ms(case.asked_at) < before_ms
    ]
