"""A service that is none: it counts what reaches it, and answers as it is told, or not at all."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO, Self


@dataclass(frozen=True, kw_only=True)
class Received:
    """One request, as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = bytes | Iterator[bytes] | None
"""Byte for byte, at once or piece by piece; None: the connection is broken off without a word."""

Behaviour = Callable[[Received], Answer]

Serves = Callable[..., "Service"]
"""A new service of that behaviour."""


def ok(request: Received) -> bytes:
    """Everything is fine."""
    return b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n" + (b"" if request.method == "HEAD" else b"ok")


def dies(_: Received) -> None:
    """It has read the request, perhaps done what it asked, and is gone."""
    return


def refuses(_: Received) -> bytes:
    """Not now."""
    return b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n"


def hangs(_: Received) -> None:
    """No answer within any time that is waited."""
    time.sleep(60)


def tells(_: Received) -> Iterator[bytes]:
    """A stream that says something six times, every half second, and then no more."""
    yield b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    for number in range(6):
        piece = f"id: {number}\n\n".encode()
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
        time.sleep(0.5)
    time.sleep(60)


def at_first(behaviour: Behaviour) -> Behaviour:
    """Once so, and then everything is fine."""
    behaviours = [behaviour]
    return lambda request: (behaviours.pop() if behaviours else ok)(request)


@dataclass
class Service:
    """Listens until its block ends. `is_ready` is what /health/ready says, which is not counted."""

    behaviour: Behaviour = ok
    is_ready: bool = True
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """As if its process were killed: nobody listens, every connection breaks."""
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def methods(self) -> list[str]:
        """What was asked of it, in order."""
        return [each.method for each in self.received]

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, EOFError), connection, connection.makefile("rb") as sent:
            while (answer := self._answer(_read(sent))) is not None:
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    connection.sendall(piece)

    def _answer(self, request: Received) -> Answer:
        if request.path == "/health/ready":
            return ok(request) if self.is_ready else refuses(request)
        self.received.append(request)
        return self.behaviour(request)


def _read(sent: BinaryIO) -> Received:
    line = sent.readline().decode()
    if not line:
        raise EOFError
    method, path, _ = line.split(" ", 2)
    headers = {}
    while head := sent.readline().decode().strip():
        name, _, value = head.partition(":")
        headers[name.lower()] = value.strip()
    body = sent.read(int(headers.get("content-length", 0)))
    return Received(method=method, path=path, headers=headers, body=body)
