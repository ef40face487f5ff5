"""A cable between a client and a server on this machine, that can be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

PIECE = 65_536


class Cable:
    """Listens on a port of its own and carries everything to `port`."""

    def __init__(self, port: int) -> None:
        self._there = port
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def lay(self) -> None:
        """Begin to carry."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """What is connected is torn, and nobody else gets through."""
        if self._server is not None:
            self._server.close()
        for line in self._lines:
            line.transport.abort()

    @asynccontextmanager
    async def is_cut(self) -> AsyncIterator[None]:
        """For a while."""
        await self.cut()
        yield
        await self.lay()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._there)
        except OSError:
            writer.close()
            return
        both = {writer, there_writer}
        self._lines |= both
        await asyncio.gather(_pour(reader, there_writer), _pour(there_reader, writer))
        self._lines -= both


async def _pour(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(PIECE):
            into.write(piece)
            await into.drain()
    into.close()
