"""A house with all its loops running, seen through a browser that has no JavaScript."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from aptas.bootstrap import build_house
from aptas.running import Loops
from aptas.seeding import seed_demo
from aptas.settings import PORTS, Settings
from aptas.web.pages import pages_for
from tests.web.browser import Browser


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The entry application of a seeded house, over HTTP."""
    house = await build_house(Settings(data=tmp_path))
    loops = Loops(house)
    loops.start()
    await seed_demo(house)
    inner = house.app("inner", tuple(PORTS), entry_url=None)
    entry = house.app("entry", tuple(PORTS), entry_url=None, more=pages_for(inner))
    async with httpx.AsyncClient(
        base_url="http://aptas.test", transport=httpx.ASGITransport(app=entry), timeout=30
    ) as http:
        yield http
    await loops.stop()
    await house.close()


@pytest.fixture
def resident(house: httpx.AsyncClient) -> Browser:
    """The resident's window."""
    return Browser(house)


@pytest.fixture
def office(house: httpx.AsyncClient) -> Browser:
    """The office's window."""
    return Browser(house)


@pytest.fixture
def contractor(house: httpx.AsyncClient) -> Browser:
    """The contractor's window."""
    return Browser(house)
