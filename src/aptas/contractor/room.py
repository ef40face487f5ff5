"""contractor's switchboard: which command is put to which stream, which fact to which policy."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from aptas.contractor import commands as wish
from aptas.contractor import companies, decisions, model, policies
from aptas.contractor.calendar import booked
from aptas.contractor.rules import IN_TWO_PLACES
from aptas.contractor.tables import company_states, contacts, ledger, order_states, reservations
from aptas.kernel.messages import Id
from aptas.management import events as management
from aptas.messaging.streams import Stream, Switchboard
from aptas.storage.beside import Beside

ENROLLED = "ENROLLED"


def reservations_beside(_command: Any, before: model.State, after: model.State) -> Sequence[Beside]:
    """Quarters of an hour that this decision frees and takes."""
    was, is_ = booked(before), booked(after)
    if was == is_:
        return ()
    return [Beside(table=reservations, remove=_rows(was - is_), insert=_rows(is_ - was))]


def _rows(quarters: frozenset[tuple[Id, int]]) -> list[dict[str, int]]:
    return [{"contractor_id": contractor, "cell": cell} for contractor, cell in sorted(quarters)]


def contact_beside(
    command: Any, _before: companies.Company | None, _after: companies.Company
) -> Sequence[Beside]:
    """The full phone number stays here; facts carry it masked."""
    if isinstance(command, wish.EnrolContractor) and command.phone is not None:
        row = {"contractor_id": command.contractor_id, "phone": command.phone}
        return [Beside(table=contacts, insert=[row])]
    return ()


WORK_ORDERS = Stream(
    name="work_orders",
    states=order_states,
    subject=attrgetter("defect_id"),
    decide=decisions.decide,
    evolve=model.evolve,
    bucket=attrgetter("latest.status"),
    beside=reservations_beside,
    clash=IN_TWO_PLACES,
)

COMPANIES = Stream(
    name="companies",
    states=company_states,
    subject=attrgetter("contractor_id"),
    decide=companies.decide,
    evolve=companies.evolve,
    bucket=lambda _company: ENROLLED,
    beside=contact_beside,
)

ROOM = Switchboard(
    name="contractor",
    ledger=ledger,
    commands={
        wish.EnrolContractor: COMPANIES,
        wish.OfferWorkOrder: WORK_ORDERS,
        wish.ProposeVisit: WORK_ORDERS,
        wish.CounterProposeVisit: WORK_ORDERS,
        wish.AcceptVisit: WORK_ORDERS,
        wish.Depart: WORK_ORDERS,
        wish.ReportFailedVisit: WORK_ORDERS,
        wish.CompleteRepair: WORK_ORDERS,
        wish.DeclineWorkOrder: WORK_ORDERS,
        wish.AnswerCancellation: WORK_ORDERS,
    },
    policies={
        management.DefectApproved: policies.whenever_defect_approved,
        management.CancellationRequested: policies.whenever_cancellation_requested,
    },
)
