"""A simulation that finds nothing is believed only if it finds what was planted."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from aptas.messaging import inbox
from aptas.messaging.asks import Cause
from aptas.messaging.batch import Batch
from aptas.messaging.consumer import Consumer
from aptas.messaging.envelope import message_from_row
from aptas.messaging.relay import Relay
from aptas.storage.states import Stored
from tests.saga.wall import Broken

from .running import migrated_files, simulate

SEEDS = 50
"""At most, and as many as the usual run has; a bug that takes two things at once shows in one seed out of ten."""
Plant = AbstractContextManager[Any]


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    with migrated_files() as folder:
        yield folder


def nothing_is_remembered_as_seen() -> Plant:
    return mock.patch.object(Stored, "has_seen", return_value=False)


def seen_is_kept_per_source_instead_of_per_topic() -> Plant:
    def per_source(channel: str, sequence: int) -> Cause:
        return Cause(channel=channel.partition("/")[0], sequence=sequence)

    return mock.patch.object(inbox, "Cause", per_source)


def keys_are_not_looked_up() -> Plant:
    remember = Batch._remember

    def forget(self: Batch, *told: Any) -> None:
        remember(self, *told)
        self._pending.keys.clear()

    return mock.patch.object(Batch, "_remember", forget)


def marked_before_the_broker_has_it() -> Plant:
    async def publish_pending(self: Any) -> int:
        if not await self._lease.hold():
            return 0
        rows = await self._database.read(self._pending.rows)
        if rows:
            await self._mark_published(rows)
            await self._broker.publish([message_from_row(self._source, row) for row in rows])
        return len(rows)

    return mock.patch.object(Relay, "publish_pending", publish_pending)


def offset_before_database() -> Plant:
    async def round_(self: Any, subscription: Any) -> None:
        if batch := await subscription.poll(400, wait=0):
            await subscription.commit(batch)
            await self.handle(batch)

    return mock.patch.object(Consumer, "_round", round_)


def later_messages_of_a_parked_key_are_handled() -> Plant:
    async def handle(self: Any, batch: Any) -> None:
        failures = await self._attempt(batch)
        if failures:
            await self._park(failures, 1)

    return mock.patch.object(Consumer, "handle", handle)


@pytest.mark.parametrize(
    "plant",
    [
        nothing_is_remembered_as_seen,
        seen_is_kept_per_source_instead_of_per_topic,
        keys_are_not_looked_up,
        marked_before_the_broker_has_it,
        offset_before_database,
        later_messages_of_a_parked_key_are_handled,
    ],
)
def test_a_planted_bug_is_found(empty: Path, plant: Any) -> None:
    with plant(), pytest.raises(Broken):
        _simulate_all(empty)


def _simulate_all(empty: Path) -> None:
    for seed in range(SEEDS):
        simulate(seed, empty)
