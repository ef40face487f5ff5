"""The resident's pages: report a defect, follow it, agree a visit, call it off, sign it off."""

import asyncio
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from aptas.web.client import Refused
from aptas.web.forms import Form, read_form, read_slots
from aptas.web.papers import Trouble
from aptas.web.shapes import MyPage, Registration, Resource
from aptas.web.showing import Front, back_to_form, go, neighbours
from aptas.web.told import in_its_place

Asked = Request[Any, Any, Any]
Here = NamedDependency[Front]
Page = Response[str] | Redirect
REPORTED = ("defectType", "location", "kind", "description", "qty", "address", "phoneNumber")
ACTIONS = {
    "cancel": "defectRegistrations",
    "confirm": "defectRegistrations",
    "reopen": "defectRegistrations",
    "accept-visit": "defectContractors",
    "counter-propose-visit": "defectContractors",
}
"""Where each action is done."""

REGISTER = "register"
SEARCH = "search"


def body_of(action: str, form: Form) -> dict[str, Any] | None:
    """What an action is told. Refused when the form cannot be read."""
    match action:
        case "reopen":
            return {"reason": form.text("reason")}
        case "accept-visit":
            return {"start": form.text("start")}
        case "counter-propose-visit":
            return {"slots": read_slots(form)}
    return None


class ResidentPages(Controller):
    """입주민 / The resident."""

    path = "/resident"

    @get()
    async def list_defects(
        self,
        front: Here,
        receipt_no: Annotated[str | None, QueryParameter(name="receiptNo")] = None,
        page: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Page:
        """The form, the search, the list."""
        if receipt_no is not None:
            return await self._search(front, receipt_no)
        return await self._list(front, page=page, cursor=cursor)

    @post()
    async def register(self, request: Asked, front: Here) -> Page:
        """A new defect."""
        form = await read_form(request)
        try:
            done = await front.client.create(
                Registration, "defectRegistrations", {"defectType": "", **form.given(*REPORTED)}, form.key
            )
        except Refused as problem:
            return await self._list(front, Trouble(action=REGISTER, problem=problem, form=form))
        return go(f"/resident/{done.resource.defect_id}", after=done.event_id, done=REGISTER)

    @get("/{defect_id:str}")
    async def read(
        self,
        front: Here,
        defect_id: FromPath[str],
        after: FromQuery[str | None] = None,
        do: FromQuery[str] = "",
        done: FromQuery[str] = "",
        live: FromQuery[str] = "",
    ) -> Page:
        """One defect. `after`: an event to wait for; `do`: the form that is open; `live=off`: no refreshing."""
        return await self._show(front, defect_id, after=after, do=do, done=done, pause=live)

    @post("/{defect_id:str}/{action:str}")
    async def act(self, request: Asked, front: Here, defect_id: FromPath[str], action: FromPath[str]) -> Page:
        """One of the resident's actions."""
        form = await read_form(request)
        room = ACTIONS.get(action)
        if room is None:
            raise Refused(404, "", "")
        try:
            done = await front.client.act(Resource, room, defect_id, action, body_of(action, form), form.key)
        except Refused as problem:
            trouble = Trouble(action=action, problem=problem, form=form)
            return await self._show(front, defect_id, trouble=trouble)
        return go(f"/resident/{defect_id}", after=done.event_id, done=action)

    @get("/{defect_id:str}/{action:str}")
    async def reload(self, defect_id: FromPath[str], action: FromPath[str]) -> Page:
        """The address of a form that was refused."""
        return back_to_form(f"/resident/{defect_id}", action, ACTIONS)

    async def _search(self, front: Front, receipt_no: str) -> Page:
        said = receipt_no.strip()
        try:
            found = await front.client.read(Registration, "defectRegistrations", said)
        except Refused as problem:
            if problem.status == 404:
                problem = Refused(
                    404,
                    "그런 접수번호가 없습니다. 번호 여덟 자리를 확인해 주세요. 예: 7K3M-9QXR",
                    "There is no such receipt number. Check its eight characters, such as 7K3M-9QXR.",
                )
            form = Form(values={"receiptNo": [receipt_no]})
            return await self._list(front, Trouble(action=SEARCH, problem=problem, form=form))
        return go(f"/resident/{found.defect_id}")

    async def _list(
        self, front: Front, trouble: Trouble | None = None, page: str | None = None, cursor: str | None = None
    ) -> Page:
        listed = await front.client.list(MyPage, "mypages", sort="defectId,desc", page=page, cursor=cursor)
        turns = neighbours(listed, {})
        return await front.show("resident.html", trouble, listed=listed, turns=turns)

    async def _show(
        self,
        front: Front,
        defect_id: str,
        trouble: Trouble | None = None,
        after: str | None = None,
        do: str = "",
        done: str = "",
        pause: str = "",
    ) -> Page:
        mypage, registered = await asyncio.gather(
            front.client.read(MyPage, "mypages", defect_id, after=after),
            front.client.read(Registration, "defectRegistrations", defect_id),
        )
        trouble = in_its_place(trouble, mypage.status)
        is_still = trouble or (do and mypage.offers(do))
        return await front.show(
            "resident_defect.html",
            trouble,
            mypage=mypage,
            registered=registered,
            open=do,
            done=done,
            pause=pause,
            live="" if is_still else f"/resident/{mypage.defect_id}",
        )
