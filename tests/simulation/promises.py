"""What must hold once the faults have stopped and nothing is in flight, over the files of the real house."""

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import select

from aptas.bootstrap import GALLERIES, ROOMS, VOCABULARY, House
from aptas.contractor.calendar import booked
from aptas.contractor.tables import reservations
from aptas.kernel.messages import TOPICS, DefectFact
from aptas.messaging.broker import Broker
from aptas.messaging.envelope import Delivered
from aptas.mypage.rebuild import Rebuild
from aptas.storage.engine import rows_of
from tests.saga import wall
from tests.saga.wall import Broken

from .archive import Archive, fact_of, read_pages, streams_of
from .people import People

PEOPLES = (
    "DefectRegistered",
    "DefectReopened",
    "RepairConfirmed",
    "DefectCancelled",
    "DefectIdentified",
    "DefectApproved",
    "DefectRejected",
    "VisitProposed",
    "VisitCounterProposed",
    "VisitScheduled",
    "ContractorDeparted",
    "VisitFailed",
    "DefectCompleted",
    "WorkOrderDeclined",
    "ContractorEnrolled",
)
"""Facts that only a person's wish makes (or asking again, which is counted with them)."""


def holds_at_every_moment(archive: Archive) -> None:
    """What is true of the files of a house that was killed, too."""
    nothing_said_contradicts_itself(archive)
    sequences_have_no_gaps_and_states_are_folds(archive)
    counters_are_counts(archive)
    topics_are_in_order(archive)


def holds_at_rest(archive: Archive) -> None:
    """Every promise that the files alone can show, when nothing is in flight."""
    holds_at_every_moment(archive)
    topics_hold_every_event(archive)
    rooms_agree(archive)
    if sum(archive.parked.values()):
        raise Broken("nothing_is_parked", str(archive.parked))


def rooms_agree(archive: Archive) -> None:
    """The wall's table, for every defect that was registered."""
    claims = archive.states["registration", "claims"]
    dossiers, orders = archive.states["management", "cases"], archive.states["contractor", "work_orders"]
    for defect, claim in claims.items():
        dossier, order = (held.get(defect) for held in (dossiers, orders))
        found = (claim.state, dossier and dossier.state, order and order.state)
        wall.never_both_cancelled_and_completed(*found)
        if defect not in archive.pages:
            raise Broken("mypage_agrees", f"{defect} is not there")
        wall.rooms_agree(*found, archive.pages[defect].state)


def nothing_said_contradicts_itself(archive: Archive) -> None:
    """One end and one answer for each attempt, over all that was ever said."""
    outcomes: dict[tuple[int, int], set[str]] = defaultdict(set)
    for events in archive.events.values():
        for event in events:
            fact = fact_of(event).fact
            if isinstance(fact, DefectFact) and (outcome := wall.outcome_of(fact)):
                outcomes[fact.defect_id, fact.attempt].add(outcome)
    for which, found in outcomes.items():
        if promise := wall.contradiction(found):
            raise Broken(promise, f"{which}: {sorted(found)}")


def sequences_have_no_gaps_and_states_are_folds(archive: Archive) -> None:
    """A stream's events are 1, 2, 3, … and folded they are its state."""
    for context in (name for name in ROOMS if name in archive.events):
        room = ROOMS[context]
        said: dict[int, list[Any]] = defaultdict(list)
        for event in archive.events[context]:
            said[event.aggregate_id].append(event)
        for name, stream in streams_of(room).items():
            for subject, stored in archive.states[context, name].items():
                events = sorted(said.pop(subject, []), key=lambda event: event.sequence)
                if [event.sequence for event in events] != list(range(1, stored.version + 1)):
                    raise Broken("sequences_have_no_gaps", f"{context} {name} {subject}")
                state = None
                for heard in map(fact_of, events):
                    state = stream.evolve(state, heard.fact, heard.at)
                if state != stored.state:
                    raise Broken("states_are_folds_of_facts", f"{context} {name} {subject}")
        if said:
            raise Broken("states_are_folds_of_facts", f"{context}: events without a state {list(said)}")


def counters_are_counts(archive: Archive) -> None:
    """Totals kept beside are what counting would find."""
    for context, counted in archive.counters.items():
        found: Counter[tuple[str, str]] = Counter()
        if context in GALLERIES:
            found.update((context, GALLERIES[context].bucket(page.state)) for page in archive.pages.values())
        else:
            for name, stream in streams_of(ROOMS[context]).items():
                buckets = (stream.bucket(each.state) for each in archive.states[context, name].values())
                found.update((name, bucket) for bucket in buckets if bucket is not None)
        if counted != found:
            raise Broken("counters_are_counts", f"{context}: {counted}, counted {dict(found)}")


def topics_are_in_order(archive: Archive) -> None:
    """No event twice, apart from identical copies; first copies in order per (source, defect)."""
    for topic in TOPICS:
        first: dict[str, Delivered] = {}
        newest: dict[tuple[str, str], int] = defaultdict(int)
        for message in archive.topics[topic]:
            heard = VOCABULARY.hear(message)
            assert heard is not None
            if (known := first.get(heard.event_id)) is not None:
                if (known.value, known.key, known.headers) != (message.value, message.key, message.headers):
                    raise Broken("duplicates_are_identical", heard.event_id)
                continue
            first[heard.event_id] = message
            if heard.sequence <= newest[heard.source, message.key]:
                raise Broken("nothing_is_inverted", f"{topic} {heard.source} {message.key} {heard.sequence}")
            newest[heard.source, message.key] = heard.sequence
        if ghosts := set(first) - _recorded(archive, topic):
            raise Broken("nothing_is_published_that_did_not_happen", f"{topic}: {ghosts}")


def topics_hold_every_event(archive: Archive) -> None:
    """Nothing that is to be known was kept back."""
    for topic in TOPICS:
        published = {message.headers["ce_id"] for message in archive.topics[topic]}
        if lost := _recorded(archive, topic) - published:
            raise Broken("topics_hold_every_event", f"{topic}: {lost}")


def _recorded(archive: Archive, topic: str) -> set[str]:
    return {event.event_id for events in archive.events.values() for event in events if event.topic == topic}


def effects_are_accepted_commands(archive: Archive, people: People) -> None:
    """What was granted happened, once; what happened was granted."""
    if strangers := set(archive.states["registration", "claims"]) - set(people.defects):
        raise Broken("effects_are_accepted_commands", f"nobody registered {strangers}")
    ids = {event.event_id for events in archive.events.values() for event in events}
    for wish in people.wishes:
        told = set(wish.event_ids)
        if len(told) > 1 or not told - {None} <= ids:
            raise Broken("granted_once", f"{wish.name} {wish.ask.repeatable} {told}")
    said = Counter(event.type for events in archive.events.values() for event in events)
    effects = {name: said[name] for name in PEOPLES}
    accepted = {name: people.made[name] for name in PEOPLES}
    if effects != accepted:
        raise Broken("effects_are_accepted_commands", f"{effects}, accepted {accepted}")


async def reservations_are_visits(house: House, archive: Archive) -> None:
    """The calendar holds what the work orders book, and nothing else."""
    held = await house.contexts["contractor"].database.read(rows_of(select(reservations)))
    rows = {(row.contractor_id, row.cell) for row in held}
    orders = archive.states["contractor", "work_orders"].values()
    if rows != {cell for each in orders for cell in booked(each.state)}:
        raise Broken("reservations_are_visits", str(rows))


async def mypage_is_a_fold_of_the_log(house: House, broker: Broker) -> None:
    """Rebuilt from the topics, not a row differs."""
    before = await read_pages(house)
    database = house.contexts["mypage"].database
    gallery = GALLERIES["mypage"]
    await Rebuild(gallery, database, broker, VOCABULARY.of(gallery.projections)).run(lambda _read: None)
    after = await read_pages(house)
    if before != after:
        raise Broken("mypage_is_a_fold_of_the_log", f"{before} rebuilt {after}")
