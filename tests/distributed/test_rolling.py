"""Every process is replaced, one after the other, while people use the entry: none of them notices."""

import asyncio
from collections import Counter
from itertools import count

import httpx

from tools.distributed.cluster import PAGES, SERVICES

from .conftest import Tell
from .load import keeps_every_promise_of_strangers
from .town import Town

PAUSE_SECONDS = 1.0
BODY = {"defectType": "toilet-tile", "address": "101동 101호"}


class Visitors:
    """Ask for this and that, one after the other, until told to stop; every answer is counted."""

    def __init__(self, url: str) -> None:
        self.answers: Counter[str] = Counter()
        self.is_over = False
        self._url = url
        self._numbers = count()

    async def read(self, path: str, kind: str) -> None:
        """A person who reloads a page, or a client that polls."""
        async with httpx.AsyncClient(base_url=self._url, timeout=30) as http:
            while not self.is_over:
                answer = await self._asked(http.get(path, headers={"accept": kind}))
                self.answers[f"GET {path} {answer}"] += 1

    async def write(self, has_key: bool) -> None:
        """A registration after the other; without a key nobody may send it twice."""
        async with httpx.AsyncClient(base_url=self._url, timeout=30) as http:
            while not self.is_over:
                headers = {"Idempotency-Key": f"visitor-{next(self._numbers)}"} if has_key else {}
                answer = await self._asked(http.post("/defectRegistrations", json=BODY, headers=headers))
                self.answers[f"POST {'with' if has_key else 'without'} a key {answer}"] += 1

    async def _asked(self, asking: "asyncio.Future[httpx.Response] | object") -> str:
        try:
            answer: httpx.Response = await asking  # type: ignore[misc]
        except httpx.HTTPError as problem:
            return type(problem).__name__
        await asyncio.sleep(0.01)
        return str(answer.status_code)


async def test_a_rolling_restart_of_everything_fails_no_request(town: Town, tell: Tell) -> None:
    visitors = Visitors(town.url)
    visiting = [
        asyncio.create_task(each)
        for each in (
            visitors.read("/defectRegistrations", "application/json"),
            visitors.read("/defectManagements", "application/json"),
            visitors.read("/contractorCompanies", "application/json"),
            visitors.read("/mypages", "application/json"),
            visitors.read("/", "text/html"),
            visitors.write(has_key=True),
            visitors.write(has_key=False),
        )
    ]
    for name in town.at_work.names(*SERVICES, PAGES):
        process = town.replica(name)
        assert await asyncio.to_thread(process.terminate) == 0, process.last_words()
        process.start()
        await asyncio.to_thread(process.wait_until_ready)
        await asyncio.sleep(PAUSE_SECONDS)
    visitors.is_over = True
    await asyncio.gather(*visiting)
    assert {each.rpartition(" ")[2] for each in visitors.answers} <= {"200", "201"}, visitors.answers
    made = sum(n for what, n in visitors.answers.items() if what.startswith("POST"))
    async with httpx.AsyncClient(base_url=town.url, timeout=30) as http:
        listed = (await http.get("/defectRegistrations")).json()["page"]["totalElements"]
    assert listed == made
    await keeps_every_promise_of_strangers(town, made)
    tell(
        f"rolling restart of 10 processes: {visitors.answers.total():,} requests, 0 failed; {made} registered"
    )
