"""What is written in one go is sent in one.

uvicorn writes the head and the body of an answer apart, and uvloop sends each of them at once: a system call more for
every request, which is a twentieth of all that a registration costs.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST = 65_536
"""Bytes that wait for the end of the loop's round; more are sent at once, so that the receiver's pace is felt."""


class InOneGo(HttpToolsProtocol):
    """uvicorn's, on a transport that gathers."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        super().connection_made(cast(asyncio.Transport, Gathering(cast(asyncio.Transport, transport))))


class Gathering:
    """A transport that sends at the end of the loop's round what was written in it."""

    def __init__(self, inner: asyncio.Transport) -> None:
        self._inner = inner
        self._later = asyncio.get_running_loop().call_soon
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Before the next round, or now if it is much."""
        if not self._parts:
            self._later(self._send)
        self._parts.append(data)
        self._size += len(data)
        if self._size > MOST:
            self._send()

    def _send(self) -> None:
        if self._parts and not self._inner.is_closing():
            self._inner.write(b"".join(self._parts))
        self._parts.clear()
        self._size = 0

    def close(self) -> None:
        """What was written goes first."""
        self._send()
        self._inner.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
