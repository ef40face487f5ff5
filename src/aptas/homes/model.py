"""One home: its state, its identity, and how facts fold into it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from aptas.homes import events
from aptas.kernel.messages import Fact, Id


@dataclass(frozen=True, kw_only=True)
class Home:
    """What is known of one home (동·호)."""

    home_id: Id
    complex_name: str
    building: str
    floor: str
    home_no: str
    handover_date: date | None = None
    use_inspection_date: date | None = None


State = Home | None


def home_id(complex_name: str, building: str, home_no: str) -> Id:
    """The same home, the same 63-bit positive number, whoever records it and however often."""
    name = "|".join((complex_name, building, home_no))
    digest = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")
    return Id(digest >> 1 or 1)


def evolve(state: State, fact: Fact, at: datetime) -> Home:
    """The latest record is what is known."""
    assert isinstance(fact, events.HomeRecorded), "a home has no other fact"
    return Home(
        home_id=fact.home_id,
        complex_name=fact.complex_name,
        building=fact.building,
        floor=fact.floor,
        home_no=fact.home_no,
        handover_date=fact.handover_date,
        use_inspection_date=fact.use_inspection_date,
    )
