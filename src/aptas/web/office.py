"""The office's pages: what arrived, what is due, and the decision with what helps to take it."""

import asyncio
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from aptas.web.client import Client, Listed, Refused
from aptas.web.forms import Form, read_form
from aptas.web.papers import Trouble
from aptas.web.shapes import Case, Company, MyPage
from aptas.web.showing import Front, address, back_to_form, go, neighbours
from aptas.web.words import CASE_STATUS

Asked = Request[Any, Any, Any]
Here = NamedDependency[Front]
Page = Response[str] | Redirect
ROOM = "defectManagements"
FIELDS = {
    "identify": ("defectType", "trade", "urgency", "reason"),
    "approve": ("contractorId",),
    "reject": ("reason",),
}
"""What each action is told."""

MOST_SIMILAR = 6


def body_of(action: str, form: Form) -> dict[str, Any]:
    """The JSON of an action; what was left empty is left out, save for what must be said."""
    said = form.given(*FIELDS[action])
    return {"contractorId": "", **said} if action == "approve" else {"reason": "", **said}


async def mypage_or_none(client: Client, defect_id: str, after: str | None = None) -> MyPage | None:
    """The steps, unless the projection is not there yet; `after` waits for that event's."""
    try:
        return await client.read(MyPage, "mypages", defect_id, after=after)
    except Refused:
        return None


async def companies(client: Client) -> Listed[Company]:
    """Whom work can be handed to."""
    return await client.list(Company, "contractorCompanies", size="200")


class OfficePages(Controller):
    """관리사무소 / The office."""

    path = "/office"

    @get()
    async def list_cases(
        self,
        front: Here,
        status: FromQuery[str] = "",
        overdue: FromQuery[str] = "",
        page: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        live: FromQuery[str] = "",
    ) -> Page:
        """The newest first."""
        own = {"status": status if status in CASE_STATUS else "", "overdue": "true" if overdue else ""}
        own = {name: value for name, value in own.items() if value}
        pause = {"live": "off"} if live else {}
        listed = await front.client.list(Case, ROOM, sort="defectId,desc", page=page, cursor=cursor, **own)
        return await front.show(
            "office.html",
            listed=listed,
            own=own,
            turns=neighbours(listed, own | pause),
            live=address("/office", **own, page=page, cursor=cursor),
            pause=live,
        )

    @get("/{defect_id:str}")
    async def read(
        self,
        front: Here,
        defect_id: FromPath[str],
        after: FromQuery[str | None] = None,
        done: FromQuery[str] = "",
        live: FromQuery[str] = "",
    ) -> Page:
        """One case."""
        return await self._show(front, defect_id, after=after, done=done, pause=live)

    @post("/{defect_id:str}/{action:str}")
    async def act(self, request: Asked, front: Here, defect_id: FromPath[str], action: FromPath[str]) -> Page:
        """One of the office's decisions."""
        form = await read_form(request)
        if action not in FIELDS:
            raise Refused(404, "", "")
        try:
            told = await front.client.act(Case, ROOM, defect_id, action, body_of(action, form), form.key)
        except Refused as problem:
            trouble = Trouble(action=action, problem=problem, form=form)
            return await self._show(front, defect_id, trouble)
        return go(f"/office/{defect_id}", after=told.event_id, done=action)

    @get("/{defect_id:str}/{action:str}")
    async def reload(self, defect_id: FromPath[str], action: FromPath[str]) -> Page:
        """The address of a form that was refused."""
        return back_to_form(f"/office/{defect_id}", action, FIELDS)

    async def _show(
        self,
        front: Front,
        defect_id: str,
        trouble: Trouble | None = None,
        after: str | None = None,
        done: str = "",
        pause: str = "",
    ) -> Page:
        case, offered, mypage = await asyncio.gather(
            front.client.read(Case, ROOM, defect_id),
            companies(front.client),
            mypage_or_none(front.client, defect_id, after),
        )
        similar = await self._similar(front, case)
        is_still = trouble or any(case.offers(action) for action in FIELDS)
        return await front.show(
            "office_defect.html",
            trouble,
            case=case,
            able=[each for each in offered.rows if case.trade in each.trades],
            names={each.contractor_id: each.name for each in offered.rows},
            mypage=mypage,
            similar=similar,
            done=done,
            pause=pause,
            live="" if is_still else f"/office/{case.defect_id}",
        )

    async def _similar(self, front: Front, case: Case) -> list[Case]:
        asked = [front.client.read(Case, ROOM, each) for each in case.similar[:MOST_SIMILAR]]
        found = await asyncio.gather(*asked, return_exceptions=True)
        return [each for each in found if isinstance(each, Case)]
