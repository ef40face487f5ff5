"""How long a cancellation has waited counts from when it was first asked, however often it was asked again."""

from datetime import timedelta
from pathlib import Path

from prometheus_client import REGISTRY

from aptas.kernel.messages import Id
from aptas.registration import commands as wish
from aptas.registration.measures import forget, measure
from aptas.registration.room import ROOM
from tests.contractor.running import running

from .claims import NOW
from .test_deadlines import registered

AGAIN = 600.0


def told(name: str) -> float | None:
    return REGISTRY.get_sample_value(name, {"context": "registration"})


async def test_open_cancellations_are_counted_and_the_oldest_is_told(tmp_path: Path) -> None:
    async with running(ROOM, tmp_path / "registration.db") as room:
        await room.each(registered(1), registered(2), registered(3))
        await measure(room.database, NOW, AGAIN)
        assert (told("aptas_cancellations_open"), told("aptas_cancellation_oldest_seconds")) == (0, 0)
        for number in (1, 2):
            await room.each(wish.RequestCancellation(at=NOW, defect_id=Id(number)))
        again = NOW + timedelta(seconds=AGAIN)
        await room.each(wish.AskAgain(at=again, defect_id=Id(1), attempt=1))
        await measure(room.database, again + timedelta(seconds=60), AGAIN)
        assert (told("aptas_cancellations_open"), told("aptas_cancellation_oldest_seconds")) == (2, 660)
    forget()
    assert (told("aptas_cancellations_open"), told("aptas_cancellation_oldest_seconds")) == (None, None)
