"""contractor over HTTP: /defectContractors."""

from typing import Annotated, Any

from litestar import Controller, Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from aptas.contractor import commands as wish
from aptas.contractor.companies_api import Companies
from aptas.contractor.model import WorkOrders
from aptas.contractor.queries import LISTED, SORTABLE, STATUSES, find_orders, list_orders, read_defect_id
from aptas.contractor.resource import (
    ChosenVisit,
    RepairNote,
    VisitTimes,
    WorkOrderShown,
    work_order_of,
)
from aptas.edge.answers import Told
from aptas.edge.asking import EVENT_ID
from aptas.edge.bodies import NoWords, Reason
from aptas.edge.hal import Collection, collection_of
from aptas.edge.paging import read_paging, read_statuses
from aptas.edge.routes import acts, acts_wordlessly, lists, reads
from aptas.edge.service import Service
from aptas.kernel.messages import Command

Asked = Request[Any, Any, Any]
Here = NamedDependency[Service]
Answer = Response[WorkOrderShown]


class WorkOrdersOfDefects(Controller):
    """The repair: by defectId, the latest work order."""

    path = "/defectContractors"
    tags = ["contractor"]  # noqa: RUF012

    @lists()
    async def list_work_orders(
        self,
        request: Asked,
        contractor: Here,
        page: FromQuery[int] = 0,
        size: FromQuery[int] = 20,
        sort: FromQuery[str | None] = None,
        status: FromQuery[str | None] = None,
        contractor_id: Annotated[str | None, QueryParameter(name="contractorId")] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Response[Collection[WorkOrderShown]]:
        """작업 목록 / All work orders but cancelled ones; `status=CANCELLED` or `ALL` shows those."""
        paging = read_paging(page, size, sort, cursor, SORTABLE)
        statuses = read_statuses(status, STATUSES, LISTED)
        found, total = await list_orders(contractor, statuses, contractor_id, paging)
        here = contractor.addresses.here(request)
        rows = [work_order_of(orders, here) for orders in found]
        asked = {"sort": sort, "status": status, "contractorId": contractor_id}
        query = {key: value for key, value in asked.items() if value}
        last = rows[-1].defect_id if rows else None
        path = f"{here}/defectContractors"
        return Told(collection_of("defectContractors", rows, total, paging, path, query, last))

    @reads("/{defect_id:str}")
    async def read(self, request: Asked, defect_id: FromPath[str], contractor: Here) -> Answer:
        """작업 한 건 / The latest work order of one defect."""
        return _answer(request, contractor, await find_orders(contractor.database, defect_id), None)

    @acts("/{defect_id:str}/propose-visit")
    async def propose_visit(
        self,
        request: Asked,
        defect_id: FromPath[str],
        data: JSONBody[VisitTimes],
        contractor: Here,
    ) -> Answer:
        """방문 시간을 제안합니다 / The contractor offers one to three times."""
        number, slots = read_defect_id(defect_id), data.as_slots()
        command = wish.ProposeVisit(at=contractor.clock(), defect_id=number, slots=slots)
        return await _act(request, contractor, command)

    @acts("/{defect_id:str}/accept-visit")
    async def accept_visit(
        self,
        request: Asked,
        defect_id: FromPath[str],
        data: JSONBody[ChosenVisit],
        contractor: Here,
    ) -> Answer:
        """제안된 시간을 수락합니다 / The resident takes one of the times."""
        number = read_defect_id(defect_id)
        command = wish.AcceptVisit(at=contractor.clock(), defect_id=number, start=data.start)
        return await _act(request, contractor, command)

    @acts("/{defect_id:str}/counter-propose-visit")
    async def counter_propose_visit(
        self,
        request: Asked,
        defect_id: FromPath[str],
        data: JSONBody[VisitTimes],
        contractor: Here,
    ) -> Answer:
        """다른 시간을 요청합니다 / The resident offers one to three other times."""
        number, slots = read_defect_id(defect_id), data.as_slots()
        command = wish.CounterProposeVisit(at=contractor.clock(), defect_id=number, slots=slots)
        return await _act(request, contractor, command)

    @acts_wordlessly("/{defect_id:str}/depart")
    async def depart(
        self, request: Asked, defect_id: FromPath[str], contractor: Here, data: NoWords = None
    ) -> Answer:
        """출발합니다 / On the way: from here on the repair is not undone."""
        command = wish.Depart(at=contractor.clock(), defect_id=read_defect_id(defect_id))
        return await _act(request, contractor, command)

    @acts("/{defect_id:str}/report-failed-visit")
    async def report_failed_visit(
        self,
        request: Asked,
        defect_id: FromPath[str],
        data: JSONBody[Reason],
        contractor: Here,
    ) -> Answer:
        """방문이 실패했습니다 / Nobody home, a part missing, …: another visit is needed."""
        number = read_defect_id(defect_id)
        command = wish.ReportFailedVisit(at=contractor.clock(), defect_id=number, reason=data.reason)
        return await _act(request, contractor, command)

    @acts_wordlessly("/{defect_id:str}/complete")
    async def complete(
        self,
        request: Asked,
        defect_id: FromPath[str],
        contractor: Here,
        data: JSONBody[RepairNote | None] = None,
    ) -> Answer:
        """보수를 마쳤습니다 / Repaired. The note, and the body with it, may be left out."""
        number, note = read_defect_id(defect_id), data.note if data else None
        command = wish.CompleteRepair(at=contractor.clock(), defect_id=number, note=note)
        return await _act(request, contractor, command)

    @acts("/{defect_id:str}/decline")
    async def decline(
        self,
        request: Asked,
        defect_id: FromPath[str],
        data: JSONBody[Reason],
        contractor: Here,
    ) -> Answer:
        """맡지 않습니다 / Hand it back: the office chooses another."""
        number = read_defect_id(defect_id)
        command = wish.DeclineWorkOrder(at=contractor.clock(), defect_id=number, reason=data.reason)
        return await _act(request, contractor, command)


async def _act(request: Asked, service: Service, command: Command) -> Answer:
    done = await service.ask(request, command)
    return _answer(request, service, done.state, done.event_id)


def _answer(request: Asked, service: Service, orders: WorkOrders, event_id: str | None) -> Answer:
    body = work_order_of(orders, service.addresses.here(request))
    headers = {EVENT_ID: event_id} if event_id else {}
    return Told(body, status_code=200, headers=headers)


HANDLERS = (WorkOrdersOfDefects, Companies)
