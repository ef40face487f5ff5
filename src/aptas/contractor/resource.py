"""Work orders and companies as HTTP shows and takes them."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from aptas.contractor import decisions
from aptas.contractor.companies import Company
from aptas.contractor.events import Slot
from aptas.contractor.model import WorkOrders
from aptas.edge.bodies import Body
from aptas.edge.hal import Link, Links, action_links
from aptas.messaging.wire import camel

Text = str | None
Moment = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339, with an offset")]


class VisitTime(msgspec.Struct, forbid_unknown_fields=True):
    """One possible visit: [start, end)."""

    start: Moment
    end: Moment


class VisitTimes(Body, kw_only=True):
    """One to three possible visits."""

    slots: list[VisitTime]

    def as_slots(self) -> tuple[Slot, ...]:
        """As the room's laws know them."""
        return tuple(Slot(start=time.start, end=time.end) for time in self.slots)


class ChosenVisit(Body, kw_only=True):
    """The proposed visit that begins at `start`."""

    start: Moment


class RepairNote(Body, kw_only=True):
    """What the contractor has to say about the repair, in at most 2,000 characters; nothing is an answer too."""

    note: Text = None


class NewCompany(Body, kw_only=True):
    """A company that takes up work. `trades` as a list, or as text with commas between."""

    name: str
    trades: list[str] | str
    phone_number: Text = None

    def as_trades(self) -> tuple[str, ...]:
        """Each trade by itself."""
        listed = self.trades.split(",") if isinstance(self.trades, str) else self.trades
        return tuple(dict.fromkeys(trade.strip() for trade in listed if trade.strip()))


class WorkOrderShown(msgspec.Struct, rename=camel, kw_only=True):
    """The latest work order of one defect. `reason` says why it was declined or why the last visit failed."""

    defect_id: str
    attempt: int
    assignment: int
    contractor_id: str
    contractor_name: Text
    defect_type: Text
    trade: Text
    urgency: Text
    address: Text
    description: Text
    location: Text
    kind: Text
    qty: int
    due_date: date | None
    status: str
    slots: list[VisitTime]
    visit: VisitTime | None
    note: Text
    reason: Text
    links: Links = msgspec.field(name="_links")


class CompanyShown(msgspec.Struct, rename=camel, kw_only=True):
    """One company. `phoneNumber` is masked; `openWorkOrders` counts what is neither done nor given up."""

    contractor_id: str
    name: str
    trades: list[str]
    phone_number: Text
    open_work_orders: int
    links: Links = msgspec.field(name="_links")


WHETHER = {
    "propose-visit": decisions.why_not_propose_visit,
    "accept-visit": decisions.why_not_accept_visit,
    "counter-propose-visit": decisions.why_not_counter_propose_visit,
    "depart": decisions.why_not_depart,
    "report-failed-visit": decisions.why_not_report_failed_visit,
    "complete": decisions.why_not_complete,
    "decline": decisions.why_not_decline,
}


def allowed_actions(orders: WorkOrders) -> list[str]:
    """The actions that the state allows now."""
    return [name for name, why_not in WHETHER.items() if why_not(orders) is None]


def _time(slot: Slot) -> VisitTime:
    return VisitTime(start=slot.start, end=slot.end)


def work_order_of(orders: WorkOrders, here: str) -> WorkOrderShown:
    """The representation."""
    order = orders.latest
    return WorkOrderShown(
        defect_id=str(orders.defect_id),
        attempt=order.attempt,
        assignment=order.assignment,
        contractor_id=str(order.contractor_id),
        contractor_name=order.contractor_name,
        defect_type=order.defect_type,
        trade=order.trade,
        urgency=order.urgency,
        address=order.address,
        description=order.description,
        location=order.location,
        kind=order.kind,
        qty=order.qty,
        due_date=order.due_date,
        status=order.status,
        slots=[_time(slot) for slot in order.slots],
        visit=_time(order.visit) if order.visit else None,
        note=order.note,
        reason=order.reason,
        links=action_links(f"{here}/defectContractors/{orders.defect_id}", allowed_actions(orders)),
    )


def company_of(company: Company, open_work_orders: int, here: str) -> CompanyShown:
    """The representation."""
    return CompanyShown(
        contractor_id=str(company.contractor_id),
        name=company.name,
        trades=list(company.trades),
        phone_number=company.phone_number,
        open_work_orders=open_work_orders,
        links={"self": Link(f"{here}/contractorCompanies/{company.contractor_id}")},
    )
