"""Distinct bodies, as residents would send them: any defect of the catalogue, a valid 010 number, an address."""

import json
import random
from collections.abc import Callable

from aptas import catalogue

MIDDLE = "2346789"
"""010-5… is partly given to something else; these are mobile numbers throughout."""


def registrations(seed: int | None = None) -> Callable[[], bytes]:
    """A source of JSON bodies for POST /defectRegistrations, no two alike (but by chance)."""
    chance = random.Random(seed)
    types = list(catalogue.DEFECT_TYPES)

    def body() -> bytes:
        number = chance.randrange(10_000_000)
        block, floor, line = chance.randint(101, 112), chance.randint(1, 25), chance.randint(1, 4)
        told = {
            "defectType": chance.choice(types),
            "phoneNumber": f"010-{chance.choice(MIDDLE)}{number // 10000:03}-{number % 10000:04}",
            "address": f"행복아파트 {block}동 {floor}{line:02}호",
            "qty": 1,
        }
        return json.dumps(told, ensure_ascii=False).encode()

    return body
