"""From a request to an Ask: the command, its trace, its Idempotency-Key."""

import hashlib
import re
from typing import Any

from litestar import Request

from aptas.edge.heads import head
from aptas.edge.problems import invalid
from aptas.edge.texts import check_texts
from aptas.kernel.messages import Command
from aptas.messaging.asks import Ask, Repeatable, new_trace

_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
EVENT_ID = "Aptas-Event-Id"
"""The answer to a command names its last fact, for `?after=` on a mypage."""


async def ask_from(request: Request[Any, Any, Any], command: Command) -> Ask:
    """One command as it came by HTTP."""
    traceparent = head(request.scope, b"traceparent") or ""
    check_texts(command)
    return Ask(
        command=command,
        traceparent=traceparent if _TRACEPARENT.fullmatch(traceparent) else new_trace(),
        repeatable=await repeatable_of(request),
    )


async def repeatable_of(request: Request[Any, Any, Any]) -> Repeatable | None:
    """Its Idempotency-Key, and what tells this request from others."""
    key = head(request.scope, b"idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= 255:
        raise invalid(
            "a_key_has_one_to_255_characters",
            "Idempotency-Key는 1자 이상 255자 이하입니다.",
            "An Idempotency-Key has 1 to 255 characters.",
        )
    told = f"{request.method} {request.url.path}\n".encode() + await request.body()
    return Repeatable(key=key, fingerprint=hashlib.blake2b(told, digest_size=32).hexdigest())
