"""registration over HTTP, alone: nobody answers a cancellation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest_asyncio
from httpx import ASGITransport, AsyncClient

from aptas.edge.app import build_app
from aptas.edge.hal import Addresses
from aptas.edge.live import Live
from aptas.edge.service import Service
from aptas.kernel.identity import IdSource, Snowflakes
from aptas.kernel.messages import Id
from aptas.registration.api import HANDLERS
from aptas.registration.room import ROOM
from tests.contractor.running import running

from .claims import NOW

CLAIMS = "/defectRegistrations"


@pytest_asyncio.fixture
async def http(tmp_path: Path) -> AsyncIterator[AsyncClient]:
    async with door(tmp_path, Snowflakes(1)) as client:
        yield client


@asynccontextmanager
async def door(tmp_path: Path, new_id: IdSource) -> AsyncIterator[AsyncClient]:
    async with running(ROOM, tmp_path / "registration.db") as room:
        service = Service(
            dispatcher=room.dispatcher,
            database=room.database,
            clock=lambda: NOW,
            new_id=new_id,
            addresses=Addresses(None),
            live=Live(room.dispatcher.committed),
        )
        app = build_app("registration", HANDLERS, {"registration": service})
        async with AsyncClient(transport=ASGITransport(cast(Any, app)), base_url="http://desk") as client:
            yield client


async def test_a_second_cancellation_is_told_of_the_first(http: AsyncClient) -> None:
    claim = (await http.post(CLAIMS, json={"defectType": "light"})).json()
    address = f"{CLAIMS}/{claim['defectId']}"
    assert (await http.delete(address)).status_code == 202
    for answer in (await http.delete(address), await http.post(f"{address}/cancel")):
        problem = answer.json()
        assert (answer.status_code, problem["status"]) == (409, 409)
        assert problem["law"] == "nothing_is_done_while_a_cancellation_is_under_way"
        assert problem["cancellation"] == {"askedAt": "2026-03-10T01:00:00Z", "asked": 1}
        korean, _, english = problem["detail"].partition(" / ")
        assert "2026-03-10 10:00(한국 시각)" in korean
        assert "2026-03-10 10:00 (Korean time)" in english


async def test_other_refusals_name_no_cancellation(http: AsyncClient) -> None:
    claim = (await http.post(CLAIMS, json={"defectType": "light"})).json()
    answer = await http.post(f"{CLAIMS}/{claim['defectId']}/confirm")
    assert (answer.status_code, "cancellation" in answer.json()) == (409, False)


async def test_a_look_at_a_number_repeated_with_its_key_shows_no_other_number(http: AsyncClient) -> None:
    """The address may mean another claim by now: that one's number was not asked for, and no look is recorded."""

    async def registered(phone: str) -> Any:
        return (await http.post(CLAIMS, json={"defectType": "light", "phoneNumber": phone})).json()

    async def looked() -> Any:
        key = {"Idempotency-Key": "K5"}
        look = await http.post(f"{CLAIMS}/light/reveal-phone-number", json={"reason": "call"}, headers=key)
        return look.json()

    first = await registered("010-2345-0001")
    shown = await looked()
    await http.delete(f"{CLAIMS}/{first['defectId']}")
    await registered("010-2345-0002")
    assert await looked() == shown == {"defectId": first["defectId"], "phoneNumber": "+821023450001"}


async def test_a_number_that_another_replica_drew_as_well_is_given_to_one_claim(tmp_path: Path) -> None:
    """What was registered under it stays as it is, and the second one gets another number."""
    drawn = iter([Id(5), Id(5), Id(6)])
    async with door(tmp_path, lambda: next(drawn)) as http:
        first = (await http.post(CLAIMS, json={"defectType": "light"})).json()
        second = await http.post(CLAIMS, json={"defectType": "toilet-tile"})
        assert (second.status_code, second.json()["defectId"]) == (201, "6")
        kept = (await http.get(f"{CLAIMS}/5")).json()
        assert [kept[name] for name in ("defectType", "receiptNo")] == ["light", first["receiptNo"]]
