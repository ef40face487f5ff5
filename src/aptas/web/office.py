"""The office's pages: what arrived, what is due, and the decision with what helps to take it."""

import asyncio
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from aptas.web.client import Client, Listed, Refused
from aptas.web.forms import Form, read_form
from aptas.web.identifying import changes_nothing, chosen, identification
from aptas.web.papers import Trouble
from aptas.web.shapes import Case, Company, MyPage, WorkOrder
from aptas.web.showing import Front, address, back_to_form, go, neighbours
from aptas.web.words import CASE_STATUS, UNFINISHED, Dictionary

Asked = Request[Any, Any, Any]
Here = NamedDependency[Front]
Page = Response[str] | Redirect
ROOM = "defectManagements"
FIELDS = {"identify": "", "approve": "contractorId", "reject": "reason"}
"""What each action is told; `identify` has a module of its own."""

MOST_SIMILAR = 6


def body_of(action: str, form: Form, dictionary: Dictionary) -> dict[str, str]:
    """The JSON of an action; what was left empty is left out, save for what must be said."""
    if action == "identify":
        return identification(form, dictionary)
    return {FIELDS[action]: form.text(FIELDS[action])}


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
        said = body_of(action, form, Dictionary(await front.client.catalogue()))
        try:
            told = await front.client.act(Case, ROOM, defect_id, action, said, form.key)
        except Refused as problem:
            if changes_nothing(problem, said, await front.client.read(Case, ROOM, defect_id)):
                return go(f"/office/{defect_id}", done="unchanged")
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
        others, decliner = await asyncio.gather(self._others(front, case), self._decliner(front, case))
        dictionary = Dictionary(await front.client.catalogue())
        is_still = trouble or any(case.offers(action) for action in FIELDS)
        return await front.show(
            "office_defect.html",
            trouble,
            case=case,
            able=[each for each in offered.rows if case.trade in each.trades],
            names={each.contractor_id: each.name for each in offered.rows},
            mypage=mypage,
            others=others,
            decliner=decliner,
            chosen=chosen(case, dictionary.line(case.defect_type)),
            done=done,
            pause=pause,
            live="" if is_still else f"/office/{case.defect_id}",
        )

    async def _others(self, front: Front, case: Case) -> list[Case]:
        """What else is open in this home, of the same type first: those are the ones that get mixed up."""
        asked = [front.client.read(Case, ROOM, each) for each in case.similar]
        found = await asyncio.gather(*asked, return_exceptions=True)
        still_open = [each for each in found if isinstance(each, Case) and each.status in UNFINISHED]
        still_open.sort(key=lambda each: each.defect_type != case.defect_type)
        return still_open[:MOST_SIMILAR]

    async def _decliner(self, front: Front, case: Case) -> str:
        """Who said no to it last: the case forgets, the work order knows. Empty: nobody."""
        if not case.is_declined:
            return ""
        try:
            order = await front.client.read(WorkOrder, "defectContractors", case.defect_id)
        except Refused:
            return ""
        return order.contractor_id if order.status == "DECLINED" else ""
