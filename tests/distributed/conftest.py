"""One town for all tests of a worker: it is what is hurt that is put right again, by each test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from random import Random

import pytest

from tests.kills.clients import Residents
from tools.kafka.jars import KafkaRefused
from tools.servers import NotHere

from .town import Town

Tell = Callable[[str], None]


@pytest.fixture
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    town = Town(tmp_path_factory.mktemp("town"))
    try:
        await asyncio.to_thread(town.begin)
        yield town
    except (KafkaRefused, NotHere) as missing:
        pytest.skip(str(missing))
    finally:
        await asyncio.to_thread(town.end)


@pytest.fixture
def residents() -> Residents:
    return Residents(Random(11), is_patient=True)
