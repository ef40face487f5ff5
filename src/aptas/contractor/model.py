"""The work orders of one defect, and how facts fold into them. Pure.

A tombstone is a work order cancelled before it was offered: the two topics may arrive in any order, and it
keeps the late hand-over from beginning a repair nobody wants. `refused` remembers that a cancellation was.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from aptas.contractor import events
from aptas.contractor.events import Slot
from aptas.kernel.messages import DefectFact, Fact, Id

Status = Literal[
    "OFFERED", "PROPOSED", "COUNTERED", "SCHEDULED", "DEPARTED", "COMPLETED", "DECLINED", "CANCELLED"
]


@dataclass(frozen=True, kw_only=True)
class WorkOrder:
    """One hand-over. A tombstone knows its numbers and its contractor, nothing else."""

    attempt: int
    assignment: int
    contractor_id: Id
    contractor_name: str | None = None
    defect_type: str | None = None
    trade: str | None = None
    urgency: str | None = None
    address: str | None = None
    description: str | None = None
    location: str | None = None
    kind: str | None = None
    qty: int = 1
    due_date: date | None = None
    status: Status = "OFFERED"
    slots: tuple[Slot, ...] = ()
    """The times on the table: the contractor's while PROPOSED, the resident's while COUNTERED."""
    visit: Slot | None = None
    """The time agreed; kept once the contractor came."""
    note: str | None = None
    reason: str | None = None
    refused: bool = False
    tombstone: bool = False

    @property
    def number(self) -> tuple[int, int]:
        """What this work order is called within its defect."""
        return self.attempt, self.assignment


@dataclass(frozen=True, kw_only=True)
class WorkOrders:
    """All hand-overs of one defect, by (attempt, assignment); never empty."""

    defect_id: Id
    orders: tuple[WorkOrder, ...]

    @property
    def latest(self) -> WorkOrder:
        """The one that wishes over HTTP are about."""
        return self.orders[-1]

    def numbered(self, attempt: int, assignment: int) -> WorkOrder | None:
        """The work order that a message names."""
        return next((order for order in self.orders if order.number == (attempt, assignment)), None)

    def with_order(self, changed: WorkOrder) -> "WorkOrders":
        """The same, but for this one work order."""
        others = (order for order in self.orders if order.number != changed.number)
        return replace(self, orders=tuple(sorted((*others, changed), key=lambda order: order.number)))


State = WorkOrders | None


def evolve(state: State, fact: Fact, at: datetime) -> WorkOrders:
    """Fold one fact of this room into the work orders of its defect."""
    assert isinstance(fact, DefectFact), "companies fold elsewhere"
    orders = state or WorkOrders(defect_id=fact.defect_id, orders=())
    order = orders.numbered(fact.attempt, fact.assignment)
    return orders.with_order(_begin(fact) if order is None else _moved(order, fact))


def _moved(order: WorkOrder, fact: Fact) -> WorkOrder:
    match fact:
        case events.VisitProposed():
            return replace(order, status="PROPOSED", slots=fact.slots, visit=None, reason=None)
        case events.VisitCounterProposed():
            return replace(order, status="COUNTERED", slots=fact.slots, visit=None)
        case events.VisitScheduled():
            return replace(order, status="SCHEDULED", slots=(), visit=fact.visit)
        case events.ContractorDeparted():
            return replace(order, status="DEPARTED")
        case events.VisitFailed():
            return replace(order, status="OFFERED", slots=(), visit=None, reason=fact.reason)
        case events.DefectCompleted():
            return replace(order, status="COMPLETED", note=fact.note)
    return _ended(order, fact)


def _ended(order: WorkOrder, fact: Fact) -> WorkOrder:
    match fact:
        case events.WorkOrderDeclined():
            return replace(order, status="DECLINED", slots=(), visit=None, reason=fact.reason)
        case events.WorkOrderCancelled():
            return replace(order, status="CANCELLED", slots=(), visit=None)
        case events.CancellationRefused():
            return replace(order, refused=True)
    return order


def _begin(fact: DefectFact) -> WorkOrder:
    if isinstance(fact, events.WorkOrderCancelled):
        assert fact.contractor_id is not None, "a tombstone names the contractor of the request"
        return WorkOrder(
            attempt=fact.attempt,
            assignment=fact.assignment,
            contractor_id=fact.contractor_id,
            status="CANCELLED",
            tombstone=True,
        )
    assert isinstance(fact, events.WorkOrderOffered), "a work order begins with WorkOrderOffered"
    return WorkOrder(
        attempt=fact.attempt,
        assignment=fact.assignment,
        contractor_id=fact.contractor_id,
        contractor_name=fact.contractor_name,
        defect_type=fact.defect_type,
        trade=fact.trade,
        urgency=fact.urgency,
        address=fact.address,
        description=fact.description,
        location=fact.location,
        kind=fact.kind,
        qty=fact.qty,
        due_date=fact.due_date,
    )
