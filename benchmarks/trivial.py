"""A server that does nothing but answer, to see what the load generator itself can do."""

import asyncio
import sys
from typing import cast

import httptools
import uvloop

_BODY = b'{"defectId":"1"}'
_ANSWERS = {
    b"POST": b"HTTP/1.1 201 Created\r\nContent-Length: 16\r\n\r\n" + _BODY,
    b"GET": b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + _BODY,
}


class Trivial(asyncio.Protocol):
    """201 to a POST, 200 to a GET."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self._transport.write(_ANSWERS[self._parser.get_method()])


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Trivial, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
