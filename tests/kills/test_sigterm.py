"""SIGTERM: what is under way is answered, what is committed is published, and the process ends without a word."""

import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx

from tests.simulation.archive import read_archive

from . import history
from .clients import Residents
from .process import running

IN_FLIGHT = 60


async def test_requests_under_way_are_answered_and_the_process_ends_cleanly(tmp_path: Path) -> None:
    async with running(tmp_path) as house:
        assert await house.is_ready()
        limits = httpx.Limits(max_connections=IN_FLIGHT)
        async with httpx.AsyncClient(base_url=house.url, timeout=20, limits=limits) as client:
            await asyncio.gather(*(client.get("/health/live") for _ in range(IN_FLIGHT)))
            body = {"defectType": "toilet-tile"}
            asked = [
                asyncio.create_task(client.post("/defectRegistrations", json=body)) for _ in range(IN_FLIGHT)
            ]
            await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            house.terminate()
            answers = await asyncio.gather(*asked, return_exceptions=True)
        assert await house.ended() == 0, house.told()
        assert "Traceback" not in house.told()
        assert '"level": "error"' not in house.told()
    granted = [each for each in answers if isinstance(each, httpx.Response)]
    assert {each.status_code for each in granted} == {201}
    refused = [each for each in answers if not isinstance(each, httpx.Response)]
    assert all(isinstance(each, httpx.NetworkError | httpx.RemoteProtocolError) for each in refused)
    async with history.opened(tmp_path) as (files, carried):
        archive = await read_archive(files, carried)
    ids = {int(each.json()["defectId"]) for each in granted}
    assert ids == set(archive.states["registration", "claims"]), "answered if, and only if, it was done"
    assert all(event.published_at for event in archive.events["registration"]), (
        "and it was sent before the end"
    )


async def test_mypage_rebuilt_on_the_command_line_is_what_was_served(tmp_path: Path) -> None:
    residents = Residents(Random(1))
    residents.think_of(30)
    async with running(tmp_path) as house:
        assert await house.is_ready()
        await residents.go(house)
        await history.comes_to_rest(partial(history.opened, tmp_path))
        house.terminate()
        await house.ended()
    before = await _pages(tmp_path)
    command = [sys.executable, "-m", "aptas", "mypage", "rebuild", "--json", "--data", str(tmp_path)]
    path = os.pathsep.join(each for each in sys.path if each)
    told = await asyncio.create_subprocess_exec(
        *command, env=os.environ | {"PYTHONPATH": path}, stdout=asyncio.subprocess.PIPE
    )
    assert json.loads((await told.communicate())[0])["events"] >= 30
    assert told.returncode == 0
    assert await _pages(tmp_path) == before
    await history.at_rest(partial(history.opened, tmp_path), residents)


async def _pages(data: Path) -> Any:
    async with history.opened(data) as (house, carried):
        return (await read_archive(house, carried)).pages
