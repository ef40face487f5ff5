"""Messages that nobody can handle, on a real topic: their key waits, everybody else goes on, and they are found and
dropped by whoever is on call."""

import asyncio
import json
import os
import subprocess
import sys
import time

import httpx
from confluent_kafka import Producer

from aptas.kernel.messages import APTAS

from .conftest import Tell
from .town import Town

BODY = {"defectType": "toilet-tile"}
POISON = b'{"eventType":"DefectRegistered","source":"registration","defectId":"7"'
OTHERS = 60
DELAY_SECONDS = 5.0


def poison(address: str, key: str) -> None:
    producer = Producer({"bootstrap.servers": address, "partitioner": "murmur2_random"})
    producer.produce(APTAS, key=key.encode(), value=POISON, headers={"type": b"DefectRegistered"})
    assert producer.flush(20) == 0


def parked(town: Town, *arguments: str) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "aptas", "parked", *arguments]
    told = subprocess.run(
        command, env=os.environ | town.at_work.environment, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]


async def shown(http: httpx.AsyncClient, defect: str) -> float:
    """How long its page takes to be there."""
    began = time.monotonic()
    async with asyncio.timeout(60):
        while (await http.get(f"/mypages/{defect}")).status_code != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_poison_holds_up_its_own_key_and_nobody_else(town: Town, tell: Tell) -> None:
    async with httpx.AsyncClient(base_url=town.url, timeout=30) as http:
        first = (await http.post("/defectRegistrations", json=BODY)).json()["defectId"]
        await shown(http, first)
        await asyncio.to_thread(poison, town.kafka.address, first)
        delays = []
        for _ in range(OTHERS):
            other = (await http.post("/defectRegistrations", json=BODY)).json()["defectId"]
            delays.append(await shown(http, other))
        assert max(delays) < DELAY_SECONDS
        assert (await http.delete(f"/defectRegistrations/{first}")).status_code == 202
        await asyncio.sleep(3)
        assert (await http.get(f"/mypages/{first}")).json()["status"] != "CANCELLED"
        waiting = await asyncio.to_thread(parked, town, "list", "--json")
        assert {each["context"] for each in waiting} == {"management", "mypage"}
        assert {each["key"] for each in waiting} == {first}
        for each in waiting:
            if "Corrupt" in str(each["reason"]):
                await asyncio.to_thread(parked, town, "drop", str(each["context"]), str(each["id"]))
        await asyncio.to_thread(parked, town, "redrive", "--json")
        async with asyncio.timeout(30):
            while (await http.get(f"/mypages/{first}")).json()["status"] != "CANCELLED":
                await asyncio.to_thread(parked, town, "redrive", "--json")
                await asyncio.sleep(0.5)
        assert await asyncio.to_thread(parked, town, "list", "--json") == []
    tell(f"poison: {OTHERS} others were shown within {max(delays):.2f} s at most")
