"""The pages, as Litestar handlers."""

from typing import Any


def pages_for(api: Any) -> list[Any]:
    """Handlers of all pages; `api` is the ASGI application they are clients of."""
    return []
