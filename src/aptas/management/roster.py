"""What the office copies from elsewhere: which contractors there are, and which homes. Pure.

Two small aggregates beside the dossier, each the last word heard about one contractor or one home.
"""

from dataclasses import dataclass
from datetime import date, datetime

from aptas.kernel.messages import NOTHING, Decision, Fact, Id
from aptas.management import events
from aptas.management.addresses import home_key
from aptas.management.commands import Candidate, NoteContractor, NoteHome
from aptas.management.events import Home


@dataclass(frozen=True, kw_only=True)
class RosterEntry:
    """One contractor the office may hand work to."""

    contractor_id: Id
    name: str
    trades: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class KnownHome:
    """One home; `household` is the key an address is matched by."""

    home_id: Id
    complex_name: str
    building: str
    floor: str
    home_no: str
    household: str
    handover_date: date | None = None
    use_inspection_date: date | None = None


def decide_note_contractor(state: RosterEntry | None, command: NoteContractor) -> Decision:
    """What a contractor says of itself is taken as it is; the same again changes nothing."""
    heard = events.ContractorNoted(
        contractor_id=command.contractor_id, name=command.name, trades=command.trades
    )
    return NOTHING if state == _entry(heard) else (heard,)


def evolve_contractor(state: RosterEntry | None, fact: Fact, at: datetime) -> RosterEntry:
    """The newest word replaces the one before."""
    assert isinstance(fact, events.ContractorNoted), "the roster is made of ContractorNoted"
    return _entry(fact)


def decide_note_home(state: KnownHome | None, command: NoteHome) -> Decision:
    """What is recorded of a home is taken as it is; the same again changes nothing."""
    heard = events.HomeNoted(
        home_id=command.home_id,
        complex_name=command.complex_name,
        building=command.building,
        floor=command.floor,
        home_no=command.home_no,
        household=home_key(command.complex_name, command.building, command.home_no),
        handover_date=command.handover_date,
        use_inspection_date=command.use_inspection_date,
    )
    return NOTHING if state == _home(heard) else (heard,)


def evolve_home(state: KnownHome | None, fact: Fact, at: datetime) -> KnownHome:
    """The newest word replaces the one before."""
    assert isinstance(fact, events.HomeNoted), "a home is made of HomeNoted"
    return _home(fact)


def _entry(fact: events.ContractorNoted) -> RosterEntry:
    return RosterEntry(contractor_id=fact.contractor_id, name=fact.name, trades=fact.trades)


def _home(fact: events.HomeNoted) -> KnownHome:
    return KnownHome(
        home_id=fact.home_id,
        complex_name=fact.complex_name,
        building=fact.building,
        floor=fact.floor,
        home_no=fact.home_no,
        household=fact.household,
        handover_date=fact.handover_date,
        use_inspection_date=fact.use_inspection_date,
    )


def as_candidate(entry: RosterEntry, open_orders: int) -> Candidate:
    """A roster entry as it enters a decision."""
    return Candidate(
        contractor_id=entry.contractor_id, name=entry.name, trades=entry.trades, open_orders=open_orders
    )


def as_home(known: KnownHome) -> Home:
    """A known home as it enters a decision."""
    return Home(
        home_id=known.home_id,
        household=known.household,
        complex_name=known.complex_name,
        building=known.building,
        floor=known.floor,
        home_no=known.home_no,
        handover_date=known.handover_date,
        use_inspection_date=known.use_inspection_date,
    )
