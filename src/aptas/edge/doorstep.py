"""What stands at a port from the first moment: until there is a house behind it, it says that it is not ready, and
why. A port that only listens would let everybody hang."""

from typing import Any

import msgspec

from aptas.edge.problems import PROBLEM_JSON, Problem

RETRY_SECONDS = 2


class Doorstep:
    """An ASGI application that becomes another."""

    def __init__(self) -> None:
        self.missing = ["starting"]
        self._app: Any = None

    def open(self, app: Any) -> None:
        """From now on this one answers."""
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI."""
        if self._app is not None:
            await self._app(scope, receive, send)
        elif scope["path"] == "/health/live":
            await _answer(send, 200, b"application/json", {"status": "ok", "stalled": []})
        elif scope["path"] == "/health/ready":
            told = {"status": "waiting", "missing": self.missing}
            await _answer(send, 503, b"application/json", told)
        else:
            await _answer(send, 503, PROBLEM_JSON.encode(), self._not_yet(scope["path"]))

    def _not_yet(self, path: str) -> Problem:
        return Problem(
            type="urn:aptas:starting",
            title="starting",
            status=503,
            detail="아직 준비되지 않았습니다. 잠시 뒤에 다시 보내 주세요. / Not ready yet: send it again in a moment.",
            instance=path,
        )


async def _answer(send: Any, status: int, media: bytes, said: Any) -> None:
    body = msgspec.json.encode(said)
    headers = [(b"content-type", media), (b"content-length", str(len(body)).encode())]
    if status == 503:
        headers.append((b"retry-after", str(RETRY_SECONDS).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
