"""The pages in front of services that answer what a test wants: any state at once, without living through it."""

from typing import Any

import httpx
from litestar import Litestar

from aptas.catalogue import public_catalogue
from aptas.edge.app import build_app
from aptas.web.client import Client
from aptas.web.pages import pages_of
from aptas.web.showing import Front
from tests.web.browser import Browser

Resource = dict[str, Any]
ID = "71"
AT = "2026-12-01T10:00:00+09:00"
SLOT = {"start": "2026-12-05T10:00:00+09:00", "end": "2026-12-05T12:00:00+09:00"}


def _links(*actions: str) -> Resource:
    return {action: {"href": f"http://api/{action}", "method": "POST"} for action in actions}


def mypage(*actions: str, **more: Any) -> Resource:
    """A defect as its resident reads it, offering these actions."""
    label = {"ko": "상태", "en": "Status"}
    said = {"receiptNo": "7K3M-9QXR", "attempt": 1, "defectType": "toilet-tile", "status": "RECEIVED"}
    return {"defectId": ID, "statusLabel": label, "_links": _links(*actions)} | said | more


def case(*actions: str, **more: Any) -> Resource:
    """A case of the office, offering these actions."""
    said = {"attempt": 1, "receiptNo": "7K3M-9QXR", "defectType": "toilet-tile", "status": "OPEN"}
    sorted_as = {"trade": "tiling", "urgency": "low"}
    return {"defectId": ID, "_links": _links(*actions)} | said | sorted_as | more


def order(*actions: str, **more: Any) -> Resource:
    """A work order, offering these actions."""
    said = {"attempt": 1, "contractorId": "5", "defectType": "toilet-tile", "status": "OFFERED"}
    return {"defectId": ID, "_links": _links(*actions)} | said | more


def step(event_type: str, ko: str, attempt: int = 1) -> Resource:
    """One line of a timeline."""
    return {"at": AT, "eventType": event_type, "attempt": attempt, "text": {"ko": ko, "en": ko}}


def company(contractor_id: str, name: str, *trades: str) -> Resource:
    """A contractor that can be handed work."""
    return {"contractorId": contractor_id, "name": name, "trades": trades}


class Stage:
    """`says` holds the answers to GET by path; a POST is written to `asked` and answered with `refusal` or 200."""

    def __init__(self, **says: Resource) -> None:
        self.says: dict[str, Resource] = {"/defectTypes": public_catalogue()}
        self.lists("contractorCompanies")
        self.refusal: tuple[int, str, str] | None = None
        self.asked: list[httpx.Request] = []
        for collection, resource in says.items():
            self.says[f"/{collection}/{ID}"] = resource

    def lists(self, collection: str, *rows: Resource, **links: str) -> None:
        """What a collection holds; `next` and `prev` as queries."""
        neighbours = {name: {"href": f"http://api/{collection}?{query}"} for name, query in links.items()}
        page = {"totalElements": len(rows)}
        self.says[f"/{collection}"] = {"_embedded": {collection: rows}, "_links": neighbours, "page": page}

    def answer(self, request: httpx.Request) -> httpx.Response:
        """As the services would."""
        self.asked.append(request)
        said = self.says.get(request.url.path)
        if request.method == "POST" and self.refusal:
            status, law, detail = self.refusal
            return httpx.Response(status, json={"law": law, "detail": detail})
        if request.method == "POST":
            said = self.says[request.url.path.rpartition("/")[0]]
            return httpx.Response(200, json=said, headers={"Aptas-Event-Id": "e-1"})
        return httpx.Response(404, json={"detail": "없음 / none"}) if said is None else _found(said)

    def app(self) -> Litestar:
        """The entry with nothing but pages."""
        transport = httpx.MockTransport(self.answer)
        client = Client(http=httpx.AsyncClient(transport=transport, base_url="http://api"))
        return build_app("staged", [], {}, pages_of(Front(client=client)))

    def browser(self) -> Browser:
        """A window on it."""
        transport = httpx.ASGITransport(app=self.app())  # type: ignore[arg-type]
        return Browser(httpx.AsyncClient(transport=transport, base_url="http://aptas.test"))

    def queries(self, path: str) -> list[dict[str, str]]:
        """With what a path was read, the latest last."""
        return [dict(each.url.params) for each in self.asked if each.url.path == path]


def _found(said: Resource) -> httpx.Response:
    return httpx.Response(200, json=said)
