"""The pages, as Litestar handlers."""

from typing import Any

import httpx
from litestar import Request, Response, Router, get, route
from litestar.di import NamedDependency, Provide
from litestar.enums import HttpMethod
from litestar.exceptions import NotFoundException
from litestar.static_files import create_static_files_router

from aptas.edge.heads import head
from aptas.web.client import SECONDS, Client
from aptas.web.contractor import ContractorPages
from aptas.web.forms import from_our_own_pages
from aptas.web.office import OfficePages
from aptas.web.resident import ResidentPages
from aptas.web.showing import HERE, Front, refusal_pages

IN_THIS_PROCESS = "http://aptas"

EVERY_METHOD = (HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE)


@get("/")
async def door(front: NamedDependency[Front]) -> Response[str]:
    """Three doors."""
    return await front.show("door.html")


@route("/{rest:path}", http_method=EVERY_METHOD, include_in_schema=False)
async def nowhere(request: Request[Any, Any, Any], front: NamedDependency[Front]) -> Response[str]:
    """An address that leads nowhere: a page for a browser, the API's own answer for everybody else."""
    if "text/html" in (head(request.scope, b"accept") or ""):
        return front.message(404, "그런 주소가 없습니다.", "There is nothing at this address.")
    raise NotFoundException(detail="Not Found")


def pages_for(api: Any) -> list[Any]:
    """Handlers of all pages; `api` is the ASGI application they are clients of, or the address of one."""
    return pages_of(Front(client=Client(http=_http(api))))


def pages_of(front: Front) -> list[Any]:
    """Handlers of all pages, on this front."""
    given = {"front": Provide(lambda: front, sync_to_thread=False)}
    pages = Router(
        path="/",
        route_handlers=[door, ResidentPages, OfficePages, ContractorPages],
        dependencies=given,
        guards=[from_our_own_pages],
        exception_handlers=refusal_pages(front),
        include_in_schema=False,
    )
    static = create_static_files_router(
        path="/static", directories=[HERE / "static"], include_in_schema=False
    )
    return [pages, Router(path="/", route_handlers=[nowhere], dependencies=given), static]


def _http(api: Any) -> httpx.AsyncClient:
    if isinstance(api, str):
        return httpx.AsyncClient(base_url=api, timeout=SECONDS)
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
    return httpx.AsyncClient(base_url=IN_THIS_PROCESS, transport=transport, timeout=SECONDS)
