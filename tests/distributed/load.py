"""People at the gateway while something is done to what stands behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.kills.clients import Residents

from .town import Town

AT_A_TIME = 20


@asynccontextmanager
async def under_load(town: Town, residents: Residents) -> AsyncIterator[None]:
    """Residents register and cancel, again and again, as long as the block lasts; then until all are answered."""
    is_over = asyncio.Event()

    async def go_on() -> None:
        while not is_over.is_set():
            residents.think_of(AT_A_TIME)
            await residents.go(town)

    going = asyncio.create_task(go_on())
    try:
        yield
    finally:
        is_over.set()
        await going
