"""Backends for the behaviour suites."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from aptas.storage import sqlite
from tests.contracts.backends import (
    BROKERS,
    IMPATIENT_MS,
    SMALL_STORAGES,
    STORAGES,
    Brokers,
    SmallStorage,
    Storage,
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits ten seconds for a lock in a test."""
    monkeypatch.setattr(sqlite, "A_MOMENT_MS", IMPATIENT_MS)
    monkeypatch.setattr(sqlite, "PATIENCE_MS", IMPATIENT_MS)


@pytest.fixture(params=BROKERS)
async def brokers(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Brokers]:
    found = BROKERS[request.param](tmp_path)
    yield found
    await found.close()


@pytest.fixture(params=STORAGES)
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    found = STORAGES[request.param](tmp_path)
    await found.open()
    yield found
    await found.close()


@pytest.fixture(params=SMALL_STORAGES)
async def small_storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SmallStorage]:
    found = SMALL_STORAGES[request.param](tmp_path)
    await found.open()
    yield found
    await found.close()
