"""mypage over HTTP: /mypages, and its changes as server-sent events."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Controller, Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter
from litestar.response import ServerSentEvent

from aptas.edge.answers import Told
from aptas.edge.hal import Addresses, Collection, collection_of
from aptas.edge.live import Live, resume_after, until
from aptas.edge.paging import read_paging, read_statuses
from aptas.edge.problems import refuse
from aptas.edge.routes import lists, reads, streams
from aptas.kernel.identity import as_id
from aptas.kernel.messages import Rejection
from aptas.mypage.queries import SORTABLE, feed_of, has_projected, last_change, list_mypages
from aptas.mypage.resource import MyPageResource, mypage_of
from aptas.mypage.rows import STATUS_LABELS, MyPage
from aptas.storage.engine import Database
from aptas.storage.reader import Reader

Asked = Request[Any, Any, Any]
LastEventId = Annotated[str | None, HeaderParameter(name="Last-Event-ID")]
STATUSES = tuple(STATUS_LABELS)
WAIT_SECONDS = 2.0
UNKNOWN = Rejection(
    law="a_mypage_exists",
    kind="missing",
    ko="그런 하자가 없습니다. 방금 접수했다면 ?after=<eventId> 로 기다릴 수 있습니다.",
    en="There is no such defect. If it was registered just now, ?after=<eventId> waits for it.",
)


@dataclass(frozen=True, kw_only=True)
class Wall:
    """What the gallery's edge works with."""

    database: Database
    reader: Reader[MyPage]
    live: Live
    addresses: Addresses

    async def wait_for(self, event_id: str | None) -> None:
        """Until the fact is projected, two seconds at most: then the rows are shown as they are."""
        if event_id:
            await until(lambda: has_projected(self.database, event_id), self.live.changed, WAIT_SECONDS)

    async def get(self, defect_id: str) -> MyPage:
        """The row; Refusal (missing) when there is none."""
        number = as_id(defect_id)
        row = None if number is None else await self.reader.get(number)
        if row is None:
            raise refuse(UNKNOWN)
        return row


Here = NamedDependency[Wall]


class MyPages(Controller):
    """What the resident sees."""

    path = "/mypages"
    tags = ["mypage"]  # noqa: RUF012

    @lists()
    async def list_mypages(
        self,
        request: Asked,
        mypage: Here,
        page: FromQuery[int] = 0,
        size: FromQuery[int] = 20,
        sort: FromQuery[str | None] = None,
        status: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        after: FromQuery[str | None] = None,
    ) -> Response[Collection[MyPageResource]]:
        """내 하자 목록 / All defects with their status. `after=<eventId>` waits (≤ 2 s) for that fact."""
        paging = read_paging(page, size, sort, cursor, SORTABLE)
        statuses = read_statuses(status, STATUSES, STATUSES)
        await mypage.wait_for(after)
        rows, total = await list_mypages(mypage.database, statuses, paging)
        here, there = mypage.addresses.here(request), mypage.addresses.elsewhere(request)
        shown = [mypage_of(row, here, there) for row in rows]
        query = {key: value for key, value in (("sort", sort), ("status", status)) if value}
        last = shown[-1].defect_id if shown else None
        body = collection_of("mypages", shown, total, paging, f"{here}/mypages", query, last)
        return Told(body)

    @streams("/events")
    async def all_events(self, mypage: Here, last_event_id: LastEventId = None) -> ServerSentEvent:
        """모든 변화 / Every change as it happens; resumes after `Last-Event-ID`."""
        after = resume_after(last_event_id, await last_change(mypage.database))
        return mypage.live.stream(feed_of(mypage.database, None), after)

    @reads("/{defect_id:str}")
    async def read(
        self,
        request: Asked,
        defect_id: FromPath[str],
        mypage: Here,
        after: FromQuery[str | None] = None,
    ) -> Response[MyPageResource]:
        """하자 한 건 / One defect. `after=<eventId>` waits (≤ 2 s) until that fact is shown."""
        await mypage.wait_for(after)
        row = await mypage.get(defect_id)
        here, there = mypage.addresses.here(request), mypage.addresses.elsewhere(request)
        return Told(mypage_of(row, here, there))

    @streams("/{defect_id:str}/events")
    async def events(
        self, defect_id: FromPath[str], mypage: Here, last_event_id: LastEventId = None
    ) -> ServerSentEvent:
        """한 건의 변화 / Every change of one defect as it happens; resumes after `Last-Event-ID`."""
        row = await mypage.get(defect_id)
        after = resume_after(last_event_id, await last_change(mypage.database))
        return mypage.live.stream(feed_of(mypage.database, row.defect_id), after)


HANDLERS = (MyPages,)
