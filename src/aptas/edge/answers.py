"""A resource on its way out, as HAL: encoded once and sent as it is.

Litestar's own response makes ready for cookies, encoders and tasks each time; that costs more than the encoding.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from aptas.edge.hal import HAL_JSON

T = TypeVar("T")
_TYPE = (b"content-type", HAL_JSON.encode())
_encode = msgspec.json.Encoder().encode


class Told(Response[T]):
    """A resource, with a status and some headers."""

    def __init__(
        self, content: T, *, status_code: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        self.content, self.status_code, self.headers = content, status_code, dict(headers or {})

    def to_asgi_response(self, app: Any, request: Any, **_: Any) -> ASGIResponse:
        """Whatever the route would add, it has said itself."""
        return _Sent(self.status_code or 200, self.headers, _encode(self.content))


class _Sent(ASGIResponse):
    """Two messages."""

    __slots__ = ("_body", "_start")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        told = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()]
        length = (b"content-length", str(len(body)).encode())
        self._start = {"type": "http.response.start", "status": status, "headers": [_TYPE, length, *told]}
        self._body = {"type": "http.response.body", "body": body, "more_body": False}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(self._start)  # type: ignore[arg-type]
        await send(self._body)  # type: ignore[arg-type]
