"""`aptas serve pages`: the pages as a process of their own, with nothing behind them but the services' HTTP."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aptas.bootstrap import described
from aptas.commands.up import say, whence
from aptas.edge.app import build_app, health
from aptas.edge.doorstep import Doorstep
from aptas.running import Leave, serve_until_told, settle
from aptas.serving import inherited_or_taken
from aptas.settings import PAGES, Settings
from aptas.web.pages import pages_for


async def run_pages(settings: Settings, port: int) -> None:
    """The pages on their port, clients of the entry (APTAS_ENTRY_URL)."""
    listener = inherited_or_taken(port, settings.listen)
    missing: list[str] = []

    async def begin(steps: Sequence[Doorstep]) -> Leave:
        steps[0].open(pages_app(settings.entry_url, missing))
        settle()
        say(f"{PAGES}: http://localhost:{port} → {settings.entry_url}  ({whence(settings)})")
        return leave

    async def leave() -> None:
        missing.append("draining")
        await asyncio.sleep(settings.leave_seconds)

    await serve_until_told([listener], settings.hosts, begin)


def pages_app(api: Any, missing: list[str]) -> Any:
    """The pages, and at /schema what the entry offers; `missing`: why no more requests should be sent here.

    Whether the services can be reached does not count: a page says so, and the entry would take it from all pages.
    """

    async def ready() -> list[str]:
        return missing

    pages = build_app(PAGES, health(list, ready), {}, pages_for(api))
    schema = described("entry")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        is_schema = scope["path"].startswith("/schema")
        await (schema if is_schema else pages)(scope, receive, send)

    return app
