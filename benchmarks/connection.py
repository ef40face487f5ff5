"""HTTP/1.1 on a raw asyncio transport: one request at a time on a connection, and a listener of event streams."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import cast

import httptools

Answered = Callable[["Connection", int, float, bytes], None]
"""(connection, status, when its request counted as sent, body): the response is complete."""
Lost = Callable[["Connection", bool], None]
"""(connection, whether an answer was still owed)."""


class Connection(asyncio.Protocol):
    """Keep-alive; the caller sends the next request when told of the answer."""

    def __init__(self, answered: Answered, lost: Lost) -> None:
        self._answered = answered
        self._lost = lost
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._body = b""
        self._began = 0.0
        self._is_owed = False

    def send(self, request: bytes, began: float) -> None:
        """Send; `began` (perf_counter) is what its latency counts from."""
        assert self._transport is not None
        self._began, self._is_owed, self._body = began, True, b""
        self._transport.write(request)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost(self, self._is_owed)

    def on_body(self, body: bytes) -> None:
        """Called by the parser, once a chunk."""
        self._body += body

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self._is_owed = False
        self._answered(self, self._parser.get_status_code(), self._began, self._body)


class Watch(asyncio.Protocol):
    """GET on an event stream: `seen` holds when each defectId was first told of."""

    def __init__(self, request: bytes) -> None:
        self.seen: dict[str, float] = {}
        self.open: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.is_lost = False
        self._request = request
        self._parser = httptools.HttpResponseParser(self)
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.Transport, transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        self.open.set_result(self._parser.get_status_code())

    def on_body(self, body: bytes) -> None:
        """Called by the parser; a line may come in pieces."""
        now = time.perf_counter()
        *lines, self._rest = (self._rest + body).split(b"\n")
        for line in lines:
            if line.startswith(b"data:") and (data := line[5:].strip()):
                told = json.loads(data)
                self.seen.setdefault(str(told["defectId"]), now)
