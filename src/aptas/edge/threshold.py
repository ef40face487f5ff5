"""Before any route is looked for: under which names this process answers, and HEAD wherever GET is answered."""

from collections.abc import Collection
from typing import Any

import msgspec

from aptas.edge.heads import head
from aptas.edge.problems import PROBLEM_JSON, Problem, problem_of

OURS = ("/health/live", "/health/ready", "/metrics")
"""Asked for by whoever watches over processes, by address and not by name."""


def with_threshold(app: Any, hosts: Collection[str]) -> Any:
    """The application behind it. `hosts`: the names in `Host` that are answered, without ports; "*": any.

    Nobody signs in yet, so what keeps other sites' pages out is the origin they come from: a site that lets its
    own name lead to this machine (DNS rebinding) would be of the same origin.
    """

    async def crossed(scope: Any, receive: Any, send: Any) -> None:
        refusal = _refusal(scope, hosts) if scope["type"] == "http" else None
        if refusal is not None:
            await _refuse(refusal, send)
        elif scope["type"] == "http" and scope["method"] == "HEAD":
            await _answer_head(app, scope, receive, send)
        else:
            await app(scope, receive, send)

    return crossed


def _refusal(scope: Any, hosts: Collection[str]) -> Problem | None:
    if "\x00" in scope["path"]:
        return problem_of(404, "NUL")
    if "*" in hosts or scope["path"] in OURS:
        return None
    host = head(scope, b"host")
    return None if host is None or _without_port(host) in hosts else problem_of(421, host)


def _without_port(host: str) -> str:
    return (host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]).lower()


async def _refuse(problem: Problem, send: Any) -> None:
    body = msgspec.json.encode(problem)
    headers = [(b"content-type", PROBLEM_JSON.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _answer_head(app: Any, scope: Any, receive: Any, send: Any) -> None:
    """The headers that GET would have, and an end (RFC 9110, 9.3.2).

    uvicorn leaves the body of such an answer away and then says `http.disconnect`, which is what ends a stream.
    """
    is_over = False

    async def heads_only(message: Any) -> None:
        nonlocal is_over
        if is_over:
            return
        is_over = message["type"] == "http.response.body"
        await send({"type": "http.response.body"} if is_over else message)

    await app({**scope, "method": "GET"}, receive, heads_only)
