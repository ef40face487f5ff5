"""One Litestar application from a room's handlers: OpenAPI at /schema, health, metrics, problems."""

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Any

from litestar import Litestar, Response, Router, get
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from aptas.edge.door import MAX_BODY, InOnePiece, from_here_as_json
from aptas.edge.problems import HANDLERS
from aptas.edge.tryit import openapi_config, tryit_assets
from aptas.metrics import HTTP_SECONDS, metrics_page

Ready = Callable[[], Awaitable[Sequence[str]]]
"""What keeps this process from taking requests; empty: nothing."""


def health(live: Callable[[], Sequence[str]], ready: Ready) -> list[Any]:
    """`live` names loops that make no progress; `ready` what is missing."""

    @get("/health/live", tags=["health"], sync_to_thread=False)
    def health_live() -> Response[dict[str, Any]]:
        """Do the loops make progress? Not whether the database is up."""
        stalled = list(live())
        return Response(
            {"status": "stalled" if stalled else "ok", "stalled": stalled}, status_code=_code(stalled)
        )

    @get("/health/ready", tags=["health"])
    async def health_ready() -> Response[dict[str, Any]]:
        """May requests be sent here?"""
        missing = list(await ready())
        return Response(
            {"status": "waiting" if missing else "ok", "missing": missing}, status_code=_code(missing)
        )

    @get("/metrics", tags=["health"], media_type="text/plain; version=0.0.4", sync_to_thread=False)
    def metrics() -> bytes:
        """Prometheus text format."""
        return metrics_page()

    return [health_live, health_ready, metrics]


def _code(problems: Sequence[str]) -> int:
    return 503 if problems else 200


def build_app(
    name: str, handlers: Sequence[Any], dependencies: dict[str, Any], more: Sequence[Any] = ()
) -> Litestar:
    """An application that answers `handlers` (which take JSON) and `more` (pages), given what they depend on."""
    return Litestar(
        route_handlers=[
            Router(path="/", route_handlers=handlers, before_request=from_here_as_json),
            *more,
            tryit_assets(),
        ],
        dependencies={key: _provide(value) for key, value in dependencies.items()},
        exception_handlers=HANDLERS,
        middleware=[_timed(name)],
        request_max_body_size=MAX_BODY,
        request_class=InOnePiece,
        openapi_config=openapi_config(name),
        logging_config=None,
        debug=False,
    )


def _provide(value: Any) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


seconds_of = cache(HTTP_SECONDS.labels)
"""As many as there are routes and statuses; looked up with every request."""


def _timed(context: str) -> Callable[[ASGIApp], ASGIApp]:
    """RED metrics per route (its template, never the address with its ids)."""

    def around(app: ASGIApp) -> ASGIApp:
        async def timed(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            began, status = time.perf_counter(), ["500"]

            async def noting(message: Any) -> None:
                if message["type"] == "http.response.start":
                    status[0] = str(message["status"])
                await send(message)

            try:
                await app(scope, receive, noting)
            finally:
                route = str(scope.get("path_template") or "unmatched")
                seconds_of(context, str(scope.get("method")), route, status[0]).observe(
                    time.perf_counter() - began
                )

        return timed

    return around
