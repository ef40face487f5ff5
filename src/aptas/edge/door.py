"""What is let in: nothing that another site's page sent, no body that says it is not JSON."""

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.types import Empty, Receive

from aptas.edge.heads import head, media_type

MAX_BODY = 1_000_000


async def from_here_as_json(request: Request[Any, Any, Any]) -> None:
    """Before each request (async: Litestar would send a plain function to a thread, each time).

    Another site's page may not act through somebody's browser, since nobody signs in yet; and a body that says it
    is something else than JSON is refused, whatever it holds.
    """
    if request.method not in ("GET", "HEAD") and is_from_another_site(request):
        raise PermissionDeniedException("sent from another site")
    said = media_type(request.scope)
    if said and said != "application/json" and not said.endswith("+json") and _has_body(request):
        raise HTTPException(status_code=415, detail=said)


class InOnePiece(Request[Any, Any, Any]):
    """A request whose body has come whole by the time it is asked for, as nearly all have: then it is not streamed."""

    async def body(self) -> bytes:
        """What comes in pieces, or is too long, is Litestar's to read or to refuse."""
        known = self._connection_state
        if known.body is Empty and self.is_connected:
            first: Any = await self.receive()
            if _is_whole(first):
                known.body, self.is_connected = first["body"], False
            else:
                self.receive = _again(first, self.receive)
        return await super().body()


def _is_whole(message: Any) -> bool:
    is_all = message["type"] == "http.request" and not message.get("more_body")
    return is_all and len(message["body"]) <= MAX_BODY


def _again(first: Any, others: Receive) -> Receive:
    left = [first]

    async def receive() -> Any:
        return left.pop() if left else await others()

    return receive


def is_from_another_site(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """What browsers say of a request's origin (Fetch Metadata, Origin); other clients say nothing."""
    if head(connection.scope, b"sec-fetch-site") not in (None, "same-origin", "none"):
        return True
    origin = head(connection.scope, b"origin")
    return origin is not None and origin.partition("://")[2] != head(connection.scope, b"host")


def _has_body(request: Request[Any, Any, Any]) -> bool:
    scope = request.scope
    return head(scope, b"content-length") not in (None, "0") or head(scope, b"transfer-encoding") is not None
