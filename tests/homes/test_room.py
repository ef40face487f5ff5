"""A file of homes goes through the write path, and what it says waits in the outbox."""

from pathlib import Path

from aptas.homes.from_file import DEMO, read_homes
from aptas.homes.room import ROOM
from aptas.homes.tables import ledger
from tests.contractor.orders import NOW
from tests.contractor.running import running


async def test_every_home_of_the_file_is_recorded_once_however_often_it_is_read(tmp_path: Path) -> None:
    wishes = [home.as_wish(NOW) for home in read_homes(DEMO)]
    async with running(ROOM, tmp_path / "homes.db") as room:
        await room.together(*wishes)
        again = await room.together(*wishes)
        events = await room.rows(ledger.events)
    assert [home.home_id for home in again] == [wish.home_id for wish in wishes]
    assert [event.aggregate_id for event in events] == [wish.home_id for wish in wishes]
    assert {(event.type, event.topic, event.sequence, event.published_at) for event in events} == {
        ("HomeRecorded", "aptas", 1, None)
    }
