"""What is let in: nothing that another site's page sent, no body that says it is not JSON."""

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, PermissionDeniedException

from aptas.edge.heads import head


async def from_here_as_json(request: Request[Any, Any, Any]) -> None:
    """Before each request (async: Litestar would send a plain function to a thread, each time).

    Another site's page may not act through somebody's browser, since nobody signs in yet; and a body that says it
    is something else than JSON is refused, whatever it holds.
    """
    if request.method not in ("GET", "HEAD") and is_from_another_site(request):
        raise PermissionDeniedException("sent from another site")
    said = head(request, b"content-type").partition(";")[0].strip().lower()
    if said and said != "application/json" and not said.endswith("+json") and _has_body(request):
        raise HTTPException(status_code=415, detail=said)


def is_from_another_site(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """What browsers say of a request's origin (Fetch Metadata, Origin); other clients say nothing."""
    if head(connection, b"sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = head(connection, b"origin", "-")
    return origin != "-" and origin.partition("://")[2] != head(connection, b"host")


def _has_body(request: Request[Any, Any, Any]) -> bool:
    return head(request, b"content-length", "0") != "0" or head(request, b"transfer-encoding") != ""
