"""A request's headers, read where ASGI has them: names in lower case, the first of its name counts.

Every request is asked for several; Litestar builds a dictionary of all for each question.
"""

from typing import Any

from litestar.connection import ASGIConnection


def head(connection: ASGIConnection[Any, Any, Any, Any], name: bytes, default: str = "") -> str:
    """The value of one header, `default` when it was not sent. `name` in lower case."""
    for each, value in connection.scope["headers"]:
        if each == name:
            return value.decode("latin-1")
    return default
