"""The pages, as Litestar handlers."""

from typing import Any

import httpx
from litestar import Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.static_files import create_static_files_router

from aptas.web.client import Client
from aptas.web.contractor import ContractorPages
from aptas.web.forms import from_our_own_pages
from aptas.web.office import OfficePages
from aptas.web.resident import ResidentPages
from aptas.web.showing import HERE, Front, refusal_pages

IN_THIS_PROCESS = "http://aptas"
SECONDS = 15


@get("/")
async def door(front: NamedDependency[Front]) -> Response[str]:
    """Three doors."""
    return await front.show("door.html")


def pages_for(api: Any) -> list[Any]:
    """Handlers of all pages; `api` is the ASGI application they are clients of, or the address of one."""
    return pages_of(Front(client=Client(http=_http(api))))


def pages_of(front: Front) -> list[Any]:
    """Handlers of all pages, on this front."""
    pages = Router(
        path="/",
        route_handlers=[door, ResidentPages, OfficePages, ContractorPages],
        dependencies={"front": Provide(lambda: front, sync_to_thread=False)},
        guards=[from_our_own_pages],
        exception_handlers=refusal_pages(front),
        include_in_schema=False,
    )
    static = create_static_files_router(
        path="/static", directories=[HERE / "static"], include_in_schema=False
    )
    return [pages, static]


def _http(api: Any) -> httpx.AsyncClient:
    if isinstance(api, str):
        return httpx.AsyncClient(base_url=api, timeout=SECONDS)
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
    return httpx.AsyncClient(base_url=IN_THIS_PROCESS, transport=transport, timeout=SECONDS)
