"""A way to a Kafka that can be cut: no broker has to be stopped for a test to be without one."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HOST = "127.0.0.1"


class KafkaProxy:
    """Kafka tells its clients where to reach it; in its answers the proxy's port is put for Kafka's own."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._kafka = host, int(port)
        self._port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"{HOST}:{self._port}"

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Nobody gets through, and whoever was connected is no more."""
        if self._server is not None:
            self._server.close()
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()
        await asyncio.sleep(0)

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        await self.cut()
        try:
            yield
        finally:
            await self.listen()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        from_kafka, to_kafka = await asyncio.open_connection(*self._kafka)
        self._open.add(to_kafka)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await asyncio.gather(self._carry(reader, to_kafka), self._answer(from_kafka, writer))
        for each in (writer, to_kafka):
            each.transport.abort()
            self._open.discard(each)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
        raise OSError

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = (host_and_port(HOST, port) for port in (self._kafka[1], self._port))
        while True:
            size = await reader.readexactly(4)
            answer = await reader.readexactly(int.from_bytes(size))
            writer.write(size + answer.replace(theirs, ours))
            await writer.drain()


def host_and_port(host: str, port: int) -> bytes:
    """As they follow each other in Kafka's answers."""
    return host.encode() + struct.pack(">i", port)
