"""People who register and cancel with an Idempotency-Key, and ask again with the same key until they are answered."""

import asyncio
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

import httpx

TYPES = ("toilet-tile", "floor-drain", "room-wallpaper", "light")
AT_ONCE = 8


@dataclass
class Errand:
    """One resident's registration, and perhaps its cancellation; how each was answered, if it was."""

    key: str
    body: dict[str, Any]
    is_to_be_cancelled: bool
    defect_id: str | None = None
    is_cancelled: bool = False

    @property
    def is_open(self) -> bool:
        """Something of it is unanswered."""
        return self.defect_id is None or (self.is_to_be_cancelled and not self.is_cancelled)


class Unexpected(AssertionError):
    """An answer that nobody should get."""


class Door(Protocol):
    """Where requests go; who asks there gives up once it has an exit code."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def exit_code(self) -> int | None:
        """None while it lives."""


class NotNow(Exception):
    """Turned away, with the promise that nothing, or nobody knows what, was done: to be asked again."""


class Residents:
    """All errands of one history, over every life of the house. `is_patient`: an entry may say 503 meanwhile."""

    def __init__(self, chance: Random, is_patient: bool = False) -> None:
        self.turned_away = 0
        self._is_patient = is_patient
        self.errands: list[Errand] = []
        self.answers = 0
        self.retries = 0
        self._chance = chance

    def think_of(self, count: int) -> None:
        """New errands."""
        for number in range(len(self.errands), len(self.errands) + count):
            body = {"defectType": self._chance.choice(TYPES), "address": f"101동 {number % 40 + 101}호"}
            is_to_be_cancelled = self._chance.random() < 0.3
            self.errands.append(
                Errand(key=f"errand-{number}", body=body, is_to_be_cancelled=is_to_be_cancelled)
            )

    async def go(self, house: Door) -> None:
        """Run the open errands, and ask a few answered ones once more; ends when the house is dead or all is done."""
        answered = [each for each in self.errands if each.defect_id is not None]
        again = self._chance.sample(answered, k=min(3, len(answered)))
        waiting = [*again, *(each for each in self.errands if each.is_open)]
        waiting.reverse()
        async with httpx.AsyncClient(base_url=house.url, timeout=20) as client:

            async def work() -> None:
                while waiting and house.exit_code is None:
                    errand = waiting.pop()
                    try:
                        await self._run(client, errand)
                    except httpx.TransportError:
                        self.retries += 1
                        await asyncio.sleep(0.01)
                    except NotNow:
                        self.turned_away += 1
                        await asyncio.sleep(0.2)

            await asyncio.gather(*(work() for _ in range(AT_ONCE)))

    async def _run(self, client: httpx.AsyncClient, errand: Errand) -> None:
        headers = {"Idempotency-Key": errand.key}
        answer = await client.post("/defectRegistrations", json=errand.body, headers=headers)
        self._expect_an_answer(answer)
        if answer.status_code != 201:
            raise Unexpected(f"{errand.key}: {answer.status_code} {answer.text}")
        told = answer.json()["defectId"]
        if errand.defect_id not in (None, told):
            raise Unexpected(f"{errand.key}: {told}, and {errand.defect_id} before")
        errand.defect_id = told
        self.answers += 1
        if errand.is_to_be_cancelled:
            headers = {"Idempotency-Key": f"{errand.key}-cancel"}
            answer = await client.post(f"/defectRegistrations/{told}/cancel", headers=headers)
            self._expect_an_answer(answer)
            if answer.status_code != 200:
                raise Unexpected(f"{errand.key}: cancel {answer.status_code} {answer.text}")
            errand.is_cancelled = True
            self.answers += 1

    def _expect_an_answer(self, answer: httpx.Response) -> None:
        if self._is_patient and answer.status_code in (502, 503, 504):
            if "retry-after" not in answer.headers:
                raise Unexpected(f"{answer.status_code} without Retry-After: {answer.text}")
            raise NotNow
