"""The companies over HTTP: /contractorCompanies."""

from dataclasses import replace
from typing import Any

from litestar import Controller, Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from aptas.contractor.commands import EnrolContractor
from aptas.contractor.queries import SORTABLE_COMPANIES, find_company, list_companies, open_work_orders
from aptas.contractor.resource import CompanyShown, NewCompany, company_of
from aptas.edge.answers import Told
from aptas.edge.asking import EVENT_ID
from aptas.edge.hal import Collection, collection_of
from aptas.edge.paging import read_paging
from aptas.edge.phone import read_phone
from aptas.edge.routes import creates, lists, reads
from aptas.edge.service import Service
from aptas.edge.texts import check_length
from aptas.messaging.batch import Refusal
from aptas.messaging.dispatcher import Contested

Asked = Request[Any, Any, Any]
Here = NamedDependency[Service]
LONGEST_NAME = 100


class Companies(Controller):
    """Who does repairs."""

    path = "/contractorCompanies"
    tags = ["contractor"]  # noqa: RUF012

    @creates()
    async def enrol(
        self, request: Asked, data: JSONBody[NewCompany], contractor: Here
    ) -> Response[CompanyShown]:
        """업체를 등록합니다 / Enrol a company. 201 with its address."""
        command = _enrol_command(data, contractor)
        try:
            done = await contractor.ask(request, command)
        except (Contested, Refusal) as problem:
            if isinstance(problem, Refusal) and problem.rejection.law != "a_company_enrols_once":
                raise
            done = await contractor.ask(request, replace(command, contractor_id=contractor.new_id()))
        number, here = done.state.contractor_id, contractor.addresses.here(request)
        still_open = await open_work_orders(contractor.database, [number])
        headers = {"Location": f"{here}/contractorCompanies/{number}"}
        if done.event_id:
            headers[EVENT_ID] = done.event_id
        body = company_of(done.state, still_open.get(number, 0), here)
        return Told(body, status_code=201, headers=headers)

    @lists()
    async def list_companies(
        self,
        request: Asked,
        contractor: Here,
        page: FromQuery[int] = 0,
        size: FromQuery[int] = 20,
        sort: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Response[Collection[CompanyShown]]:
        """업체 목록 / All companies."""
        paging = read_paging(page, size, sort, cursor, SORTABLE_COMPANIES)
        found, total = await list_companies(contractor, paging)
        still_open = await open_work_orders(contractor.database, [each.contractor_id for each in found])
        here = contractor.addresses.here(request)
        rows = [company_of(each, still_open.get(each.contractor_id, 0), here) for each in found]
        last = rows[-1].contractor_id if rows else None
        query, path = {"sort": sort} if sort else {}, f"{here}/contractorCompanies"
        body = collection_of("contractorCompanies", rows, total, paging, path, query, last)
        return Told(body)

    @reads("/{contractor_id:str}")
    async def read(
        self, request: Asked, contractor_id: FromPath[str], contractor: Here
    ) -> Response[CompanyShown]:
        """업체 한 곳 / One company."""
        company = await find_company(contractor.database, contractor_id)
        still_open = await open_work_orders(contractor.database, [company.contractor_id])
        here = contractor.addresses.here(request)
        body = company_of(company, still_open.get(company.contractor_id, 0), here)
        return Told(body)


def _enrol_command(data: NewCompany, service: Service) -> EnrolContractor:
    check_length("name", data.name, LONGEST_NAME)
    phone = read_phone(data.phone_number) if data.phone_number else None
    return EnrolContractor(
        at=service.clock(),
        contractor_id=service.new_id(),
        name=data.name,
        trades=data.as_trades(),
        phone=phone.full if phone else None,
        phone_masked=phone.masked if phone else None,
    )
