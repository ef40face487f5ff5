"""A request's headers, read where ASGI has them: names in lower case, the first of its name counts.

Every request is asked for several; Litestar builds a dictionary of all for each question.
"""

from collections.abc import Mapping
from typing import Any


def head(scope: Mapping[str, Any], name: bytes) -> str | None:
    """The value of one header; None when it was not sent. `name` in lower case."""
    for each, value in scope["headers"]:
        if each == name:
            said: bytes = value
            return said.decode("latin-1")
    return None


def media_type(scope: Mapping[str, Any]) -> str:
    """What the body says it is, without its parameters; empty when it does not say."""
    return (head(scope, b"content-type") or "").partition(";")[0].strip().lower()
