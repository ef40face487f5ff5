"""What is served is served to the end: a HEAD leaves nothing running behind."""

import asyncio
from collections.abc import AsyncIterator

import httpx
from litestar import Litestar, get
from litestar.response import ServerSentEvent

from aptas.serving import server_for, take_port
from aptas.settings import HOSTS
from tests.journeys.houses import free_ports


async def test_a_stream_asked_for_its_head_is_ended() -> None:
    ended = asyncio.Event()

    async def endless() -> AsyncIterator[str]:
        try:
            while True:
                yield "tick"
                await asyncio.sleep(0.01)
        finally:
            ended.set()

    @get("/", sync_to_thread=False)
    def stream() -> ServerSentEvent:
        return ServerSentEvent(endless())

    (port,) = free_ports(1)
    server = server_for(Litestar([stream], openapi_config=None), HOSTS)
    serving = asyncio.create_task(server.serve(sockets=[take_port(port)]))
    async with httpx.AsyncClient(timeout=5) as http:
        answer = await http.head(f"http://127.0.0.1:{port}/")
        assert (answer.status_code, answer.content) == (200, b"")
        await asyncio.wait_for(ended.wait(), 5)
    server.should_exit = True
    await asyncio.wait_for(serving, 5)
