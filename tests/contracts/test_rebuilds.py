"""Pages built anew on a server while a consumer of another process goes on: nothing that it applies is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import Connection

from aptas.messaging import projector
from aptas.messaging.local import LocalBroker
from aptas.mypage.rebuild import Rebuild
from aptas.mypage.room import ROOM
from aptas.mypage.tables import ledger
from aptas.storage.engine import Database
from aptas.storage.migrate import upgrade
from aptas.storage.opening import open_database
from tests.contracts.backends import STORAGES, Storage
from tests.messaging.test_projector import (
    WORDS,
    consume,
    consumer_of,
    counts_of,
    hung_in,
    story_of,
    totals_of,
)
from tests.messaging.topics import local_broker


@pytest.fixture(params=[name for name in STORAGES if name != "sqlite"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    found = STORAGES[request.param](tmp_path)
    await found.open()
    yield found
    await found.close()


@pytest.fixture
async def databases(server: Storage) -> AsyncIterator[tuple[Database, Database]]:
    """Of whoever builds anew, and of the consumer that goes on."""
    both = open_database(server.url), open_database(server.url)
    await upgrade(both[0], "mypage", ledger.metadata)
    yield both
    for each in both:
        await each.close()


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[LocalBroker]:
    broker = await local_broker(tmp_path)
    yield broker
    await broker.close()


async def rebuilt_while_one_arrives(databases: tuple[Database, Database], broker: LocalBroker) -> list[Any]:
    """A story is published, and its consumer begins, between the last look at the topics and the exchange."""
    await broker.publish([message for defect in (1, 2) for message in story_of(defect)])
    await consume(databases[0], broker)
    rebuild = Rebuild(ROOM, databases[0], broker, WORDS)
    applying: list[asyncio.Task[None]] = []

    async def arrive() -> None:
        await broker.publish(story_of(3))
        member = broker.subscribe("mypage", ("aptas", "compensation-events"))
        consumer = consumer_of(databases[1], broker)
        while batch := await member.poll(50, wait=0):
            await consumer.handle(batch)
            await member.commit(batch)

    catching_up = rebuild._catch_up

    async def and_then_one_arrives(*arguments: Any) -> int:
        found = await catching_up(*arguments)
        if not applying:
            applying.append(asyncio.create_task(arrive()))
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(applying[0]), 1)
        return found

    with mock.patch.object(rebuild, "_catch_up", and_then_one_arrives):
        await rebuild.run(lambda _: None)
    await applying[0]
    return await hung_in(databases[0])


async def test_what_a_consumer_applies_during_the_exchange_is_in_the_new_rows(
    databases: tuple[Database, Database], broker: LocalBroker
) -> None:
    rows = await rebuilt_while_one_arrives(databases, broker)
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert await counts_of(databases[0]) == await totals_of(databases[0])
    before = rows
    await Rebuild(ROOM, databases[0], broker, WORDS).run(lambda _: None)
    assert await hung_in(databases[0]) == before


async def test_planted_a_consumer_that_is_not_kept_out_is_found(
    databases: tuple[Database, Database], broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody_waits(_connection: Connection, _table: object) -> None:
        pass

    monkeypatch.setattr(projector, "in_order_of_commit", nobody_waits)
    monkeypatch.setattr(Rebuild, "_catch_up", _once(Rebuild._catch_up))
    rows = await rebuilt_while_one_arrives(databases, broker)
    assert [row["id"] for row in rows] != [1, 2, 3]


def _once(catching_up: Any) -> Any:
    """The second pass, for MySQL, would find what slipped in."""

    async def once(self: Rebuild, *arguments: Any) -> int:
        if hasattr(self, "_has_caught_up"):
            return 0
        self._has_caught_up = True  # type: ignore[attr-defined]
        found: int = await catching_up(self, *arguments)
        return found

    return once
