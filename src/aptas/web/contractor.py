"""The contractor's pages: its work orders, and everything between the offer and the finished repair."""

import asyncio
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from aptas.web.client import Refused
from aptas.web.forms import Form, read_form, read_slots
from aptas.web.office import companies, mypage_or_none
from aptas.web.papers import Trouble
from aptas.web.shapes import WorkOrder
from aptas.web.showing import Front, address, back_to_form, go, neighbours
from aptas.web.standing import order_standing
from aptas.web.told import in_its_place
from aptas.web.words import ORDER_STATUS

Asked = Request[Any, Any, Any]
Here = NamedDependency[Front]
Page = Response[str] | Redirect
ROOM = "defectContractors"
ACTIONS = ("propose-visit", "depart", "complete", "report-failed-visit", "decline")


def body_of(action: str, form: Form) -> dict[str, Any] | None:
    """What an action is told. Refused when the form cannot be read."""
    match action:
        case "propose-visit":
            return {"slots": read_slots(form)}
        case "complete":
            return {"note": form.text("note") or None}
        case "report-failed-visit" | "decline":
            return {"reason": form.text("reason")}
    return None


class ContractorPages(Controller):
    """시공사 / The contractor."""

    path = "/contractor"

    @get()
    async def list_orders(
        self,
        front: Here,
        contractor_id: Annotated[str, QueryParameter(name="contractorId")] = "",
        page: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        live: FromQuery[str] = "",
    ) -> Page:
        """The companies, and the work orders of the one that is chosen, by status."""
        known = (await companies(front.client)).rows
        chosen = next((each for each in known if each.contractor_id == contractor_id), None)
        if contractor_id and chosen is None:
            raise Refused(404, "", "")
        if chosen is None:
            return await front.show("contractor_choice.html", companies=known)
        own = {"contractorId": chosen.contractor_id}
        pause = {"live": "off"} if live else {}
        listed = await front.client.list(
            WorkOrder, ROOM, sort="defectId,desc", size="100", status="ALL", page=page, cursor=cursor, **own
        )
        groups = [
            (name, [each for each in listed.rows if order_standing(each) == name]) for name in ORDER_STATUS
        ]
        return await front.show(
            "contractor.html",
            company=chosen,
            groups=[(name, orders) for name, orders in groups if orders],
            listed=listed,
            turns=neighbours(listed, own | pause),
            live=address("/contractor", **own, page=page, cursor=cursor),
            pause=live,
        )

    @get("/{defect_id:str}")
    async def read(
        self,
        front: Here,
        defect_id: FromPath[str],
        after: FromQuery[str | None] = None,
        do: FromQuery[str] = "",
        done: FromQuery[str] = "",
    ) -> Page:
        """One work order. It does not refresh itself: in a basement without coverage the page would be gone."""
        return await self._show(front, defect_id, after=after, do=do, done=done)

    @post("/{defect_id:str}/{action:str}")
    async def act(self, request: Asked, front: Here, defect_id: FromPath[str], action: FromPath[str]) -> Page:
        """One of the contractor's actions."""
        form = await read_form(request)
        if action not in ACTIONS:
            raise Refused(404, "", "")
        try:
            told = await front.client.act(WorkOrder, ROOM, defect_id, action, body_of(action, form), form.key)
        except Refused as problem:
            trouble = Trouble(action=action, problem=problem, form=form)
            return await self._show(front, defect_id, trouble)
        return go(f"/contractor/{defect_id}", after=told.event_id, done=action)

    @get("/{defect_id:str}/{action:str}")
    async def reload(self, defect_id: FromPath[str], action: FromPath[str]) -> Page:
        """The address of a form that was refused."""
        return back_to_form(f"/contractor/{defect_id}", action, ACTIONS)

    async def _show(
        self,
        front: Front,
        defect_id: str,
        trouble: Trouble | None = None,
        after: str | None = None,
        do: str = "",
        done: str = "",
    ) -> Page:
        order, mypage = await asyncio.gather(
            front.client.read(WorkOrder, ROOM, defect_id), mypage_or_none(front.client, defect_id, after)
        )
        return await front.show(
            "contractor_defect.html",
            in_its_place(trouble, order.status),
            order=order,
            mypage=mypage,
            open=do,
            done=done,
        )
