"""What a cluster stands upon goes away, and comes back: nothing that was answered is lost, nothing is done twice."""

import asyncio

import httpx

from tests.kills.clients import Residents

from .conftest import Tell
from .load import keeps_every_promise, told, under_load
from .town import Town

AWAY_SECONDS = 30.0


async def test_while_kafka_is_away_everybody_is_answered_and_afterwards_all_is_carried(
    town: Town, residents: Residents, tell: Tell
) -> None:
    async with under_load(town, residents):
        await asyncio.sleep(2)
        before = residents.answers
        async with town.without_kafka():
            await asyncio.sleep(AWAY_SECONDS)
            assert residents.answers - before > 100
            assert residents.turned_away == 0
            assert await _ready(town) == {200}
    events = await keeps_every_promise(town, residents)
    tell(f"Kafka away {AWAY_SECONDS:.0f} s: {told(residents, events)}")


async def test_while_postgresql_is_away_nobody_is_promised_anything(
    town: Town, residents: Residents, tell: Tell
) -> None:
    async with under_load(town, residents):
        await asyncio.sleep(2)
        async with town.without_postgresql():
            await asyncio.sleep(3)
            before = residents.answers
            await asyncio.sleep(AWAY_SECONDS - 3)
            assert residents.answers == before
            assert residents.turned_away > 0
            assert await _ready(town) == {503}
        await asyncio.sleep(5)
        assert residents.answers > before
    events = await keeps_every_promise(town, residents)
    tell(f"PostgreSQL away {AWAY_SECONDS:.0f} s: {told(residents, events)}")


async def test_when_the_disk_is_full_nobody_is_promised_anything(
    town: Town, residents: Residents, tell: Tell
) -> None:
    async with under_load(town, residents):
        await asyncio.sleep(2)
        with town.disk.nearly_full(pages=20):
            async with asyncio.timeout(60):
                while residents.turned_away < 10:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        turned_away = residents.turned_away
    events = await keeps_every_promise(town, residents)
    tell(
        f"disk full: {turned_away} turned away, {residents.answers} answers, {events} events, lost 0, doubled 0"
    )


async def _ready(town: Town) -> set[int]:
    """What the replicas of the services say, asked directly."""
    async with httpx.AsyncClient(timeout=10) as http:
        ports = [port for name, ports in town.at_work.ports.items() if name != "pages" for port in ports]
        return {(await http.get(f"http://127.0.0.1:{port}/health/ready")).status_code for port in ports}
