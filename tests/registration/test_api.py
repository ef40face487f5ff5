"""registration over HTTP, alone: nobody answers a cancellation."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient

from aptas.edge.app import build_app
from aptas.edge.hal import Addresses
from aptas.edge.live import Live
from aptas.edge.service import Service
from aptas.kernel.identity import Snowflakes
from aptas.kernel.messages import Id
from aptas.registration.api import HANDLERS
from aptas.registration.room import ROOM
from tests.contractor.running import running

from .claims import NOW

CLAIMS = "/defectRegistrations"


@pytest.fixture
def ids() -> Iterator[Id]:
    """What is drawn for new claims."""
    return iter(Snowflakes(1), Id(0))


@pytest_asyncio.fixture
async def http(tmp_path: Path, ids: Iterator[Id]) -> AsyncIterator[AsyncClient]:
    async with running(ROOM, tmp_path / "registration.db") as room:
        service = Service(
            dispatcher=room.dispatcher,
            database=room.database,
            clock=lambda: NOW,
            new_id=lambda: next(ids),
            addresses=Addresses(None),
            live=Live(room.dispatcher.committed),
        )
        app = build_app("registration", HANDLERS, {"registration": service})
        async with AsyncClient(transport=ASGITransport(cast(Any, app)), base_url="http://desk") as client:
            yield client


@pytest.mark.parametrize("ids", [map(Id, [700, 700, 701, 700, 702])], ids=["drawn twice"])
async def test_an_id_that_was_drawn_before_is_drawn_again_and_takes_nobodys_claim(http: AsyncClient) -> None:
    """Two replicas may have the same node number: what they draw in the same moment is the same."""
    made = [
        (await http.post(CLAIMS, json={"defectType": each})).json()
        for each in ("light", "toilet-tile", "light")
    ]
    assert [claim["defectId"] for claim in made] == ["700", "701", "702"]
    for claim in made:
        shown = (await http.get(f"{CLAIMS}/{claim['defectId']}")).json()
        assert (shown["receiptNo"], shown["defectType"]) == (claim["receiptNo"], claim["defectType"])


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
