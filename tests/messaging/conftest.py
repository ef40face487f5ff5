"""The notebooks room on a database of its own, and a broker beside it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from aptas.messaging.local import LocalBroker
from aptas.storage import sqlite
from tests.contracts.backends import IMPATIENT_MS
from tests.messaging.desks import Desk, desk_at
from tests.messaging.topics import local_broker


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits ten seconds for a lock in a test."""
    monkeypatch.setattr(sqlite, "A_MOMENT_MS", IMPATIENT_MS)
    monkeypatch.setattr(sqlite, "PATIENCE_MS", IMPATIENT_MS)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_at(f"sqlite:///{tmp_path / 'room.db'}") as desk:
        yield desk


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[LocalBroker]:
    broker = await local_broker(tmp_path)
    yield broker
    await broker.close()
