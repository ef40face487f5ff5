"""management over HTTP: /defectManagements, and what happens there as server-sent events."""

from typing import Annotated, Any

from litestar import Controller, Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, PathParameter, QueryParameter
from litestar.response import ServerSentEvent

from aptas.edge.answers import Told
from aptas.edge.asking import EVENT_ID
from aptas.edge.bodies import Reason
from aptas.edge.hal import Collection, collection_of
from aptas.edge.live import resume_after
from aptas.edge.paging import read_paging, read_statuses
from aptas.edge.problems import refuse
from aptas.edge.routes import acts, lists, reads, streams
from aptas.edge.service import Service
from aptas.kernel.clock import korean_date
from aptas.kernel.identity import as_id
from aptas.kernel.messages import Command, Id, Rejection
from aptas.management import commands as wish
from aptas.management import rules
from aptas.management.feed import happenings, last_position
from aptas.management.model import STATUSES
from aptas.management.queries import SORTABLE, Filters, find_case, list_cases, names_for
from aptas.management.resource import Approval, CaseShown, Identification, case_of

Asked = Request[Any, Any, Any]
Here = NamedDependency[Service]
LastEventId = Annotated[str | None, HeaderParameter(name="Last-Event-ID")]
ContractorId = Annotated[str | None, QueryParameter(name="contractorId")]


class Managements(Controller):
    """The office decides."""

    path = "/defectManagements"
    tags = ["management"]  # noqa: RUF012

    @lists()
    async def list_cases(
        self,
        request: Asked,
        management: Here,
        page: FromQuery[int] = 0,
        size: FromQuery[int] = 20,
        sort: FromQuery[str | None] = None,
        status: FromQuery[str | None] = None,
        trade: FromQuery[str | None] = None,
        urgency: FromQuery[str | None] = None,
        contractor_id: ContractorId = None,
        overdue: FromQuery[bool] = False,
        q: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Response[Collection[CaseShown]]:
        """하자 처리 목록 / All cases. `overdue=true`: due before today and unfinished; `q`: a receiptNo or an
        address; `sort=urgency`: the most urgent first."""
        paging = read_paging(page, size, sort, cursor, SORTABLE)
        _refuse_unknown(trade and rules.a_trade_stands_in_the_catalogue(trade))
        _refuse_unknown(urgency and rules.an_urgency_stands_in_the_catalogue(urgency))
        filters = Filters(
            statuses=read_statuses(status, STATUSES, STATUSES),
            trade=trade or None,
            urgency=urgency or None,
            contractor_id=read_contractor_id(contractor_id) if contractor_id else None,
            overdue_on=korean_date(management.clock()) if overdue else None,
            q=q or None,
        )
        dossiers, total = await list_cases(management, filters, paging)
        names = await names_for(management.database, dossiers)
        here = management.addresses.here(request)
        rows = [case_of(dossier, names, here) for dossier in dossiers]
        asked = {"sort": sort, "status": status, "trade": trade, "urgency": urgency, "q": q}
        asked |= {"contractorId": contractor_id, "overdue": "true" if overdue else None}
        query = {key: value for key, value in asked.items() if value}
        last = rows[-1].defect_id if rows else None
        path = f"{here}/defectManagements"
        body = collection_of("defectManagements", rows, total, paging, path, query, last)
        return Told(body)

    @streams("/events")
    async def events(self, management: Here, last_event_id: LastEventId = None) -> ServerSentEvent:
        """모든 변화 / Whatever happens to any case, as it happens; resumes after `Last-Event-ID`."""
        after = resume_after(last_event_id, await last_position(management.database))
        return management.live.stream(happenings(management.database), after)

    @reads("/{address:str}")
    async def read(
        self,
        request: Asked,
        address: Annotated[str, PathParameter(description="defectId or receiptNo")],
        management: Here,
    ) -> Response[CaseShown]:
        """하자 한 건 / One defect: its latest case."""
        dossier = await find_case(management.database, address)
        names = await names_for(management.database, [dossier])
        return Told(case_of(dossier, names, management.addresses.here(request)))

    @acts("/{address:str}/identify")
    async def identify(
        self,
        request: Asked,
        address: FromPath[str],
        data: JSONBody[Identification],
        management: Here,
    ) -> Response[CaseShown]:
        """하자 종류를 정합니다 / Say what kind of defect it is."""
        dossier = await find_case(management.database, address)
        command = wish.IdentifyDefect(
            at=management.clock(),
            defect_id=dossier.defect_id,
            defect_type=data.defect_type or None,
            trade=data.trade or None,
            urgency=data.urgency or None,
            reason=data.reason,
        )
        return await _act(request, management, command)

    @acts("/{address:str}/approve")
    async def approve(
        self,
        request: Asked,
        address: FromPath[str],
        data: JSONBody[Approval],
        management: Here,
    ) -> Response[CaseShown]:
        """승인하여 시공사에 넘깁니다 / Hand it to a contractor."""
        dossier = await find_case(management.database, address)
        command = wish.ApproveDefect(
            at=management.clock(),
            defect_id=dossier.defect_id,
            contractor_id=read_contractor_id(data.contractor_id),
        )
        return await _act(request, management, command)

    @acts("/{address:str}/reject")
    async def reject(
        self,
        request: Asked,
        address: FromPath[str],
        data: JSONBody[Reason],
        management: Here,
    ) -> Response[CaseShown]:
        """사유를 적어 반려합니다 / Refuse it, in writing."""
        dossier = await find_case(management.database, address)
        command = wish.RejectDefect(at=management.clock(), defect_id=dossier.defect_id, reason=data.reason)
        return await _act(request, management, command)


def read_contractor_id(said: str | int) -> Id:
    """An id as JSON or a query may carry it; the law of the roster when it can be no id."""
    contractor_id = as_id(str(said).strip())
    if contractor_id is None:
        _refuse_unknown(rules.a_contractor_stands_on_the_roster(None))
    return Id(contractor_id or 0)


def _refuse_unknown(breach: Rejection | str | None) -> None:
    if isinstance(breach, Rejection):
        raise refuse(breach)


async def _act(request: Asked, service: Service, command: Command) -> Response[CaseShown]:
    done = await service.ask(request, command)
    names = await names_for(service.database, [done.state])
    body = case_of(done.state, names, service.addresses.here(request))
    headers = {EVENT_ID: done.event_id} if done.event_id else {}
    return Told(body, status_code=200, headers=headers)


HANDLERS = (Managements,)
