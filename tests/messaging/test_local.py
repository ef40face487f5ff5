"""The embedded broker's own doing: fences."""

from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy import text as sql

from aptas.kernel.messages import APTAS
from aptas.messaging.local import LocalBroker
from aptas.messaging.local_file import claim, leases, offsets
from aptas.storage.engine import rows_of, scalars_of
from tests.messaging.clocks import Hands
from tests.messaging.test_consumer import line
from tests.messaging.topics import local_broker


async def fence_of(broker: LocalBroker) -> int:
    (fence,) = await broker.database.read(scalars_of(select(offsets.c.fence)))
    return int(fence)


async def test_a_zombie_that_wakes_up_between_its_lease_and_its_claim_does_not_lower_the_fence(
    tmp_path: Path,
) -> None:
    clock = Hands()
    broker = await local_broker(tmp_path)
    broker._clock = clock
    await broker.publish([line(1, "a", 1)])
    zombie, heir = (broker.subscribe("readers", (APTAS,)) for _ in range(2))
    (held,) = zombie._held
    assert await held.lease.hold()
    clock.go(11)
    polled = await heir.poll(10, wait=0)
    assert len(polled) == 1
    late = partial(claim, group="readers", topic=APTAS, fence=held.lease.fence)
    assert await broker.write(late) is None
    assert await fence_of(broker) == 2
    await heir.commit(polled)
    await broker.close()


async def test_members_of_one_process_are_told_apart(tmp_path: Path) -> None:
    broker = await local_broker(tmp_path)
    for _ in range(3):
        await broker.subscribe("readers", (APTAS,)).poll(1, wait=0)
    rows = await broker.database.read(rows_of(select(leases.c.owner, leases.c.fence)))
    assert [(row.owner, row.fence) for row in rows] == [("one/1", 1)]
    await broker.close()


async def test_a_row_that_a_stranger_wrote_with_other_types_is_delivered_all_the_same(tmp_path: Path) -> None:
    broker = await local_broker(tmp_path)
    row = {"topic": APTAS, "offset": 1, "headers": b"{}"}
    text = "INSERT INTO messages (topic, offset, key, headers, value) VALUES (:topic, :offset, :key, :headers, :value)"
    strange = row | {"key": b"\xffkey", "value": "text"}
    await broker.database.write(lambda connection: connection.execute(sql(text), strange))
    (told,) = await broker.read(APTAS, 0, 10)
    assert (told.key, told.value) == ("\ufffdkey", b"text")
    await broker.close()
