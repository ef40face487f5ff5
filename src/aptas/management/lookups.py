"""What decisions look up, fetched before they are made: one SELECT of a kind for a whole batch.

It stands in the way of every registration, so only what the commands at hand need is asked for. A batch's own
news counts too: homes and contractors noted earlier in it, cases opened earlier in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Integer, bindparam, func, select

from aptas import catalogue
from aptas.kernel.messages import Command, Id
from aptas.management import commands as wish
from aptas.management.addresses import household_key
from aptas.management.known_homes import KnownHomes, fetch_homes
from aptas.management.roster import RosterEntry, as_candidate
from aptas.management.tables import UNFINISHED, as_stored, cases, roster, roster_states

Roster = dict[Id, wish.Candidate]
Similar = dict[str, list[Id]]
LOOKING = (wish.OpenCase, wish.IdentifyDefect, wish.ApproveDefect)
MOST_SIMILAR = 10
CROWD = 1000
"""Rows read beyond ten a household. Only a test of the load has a household with more unfinished cases."""

_SOME_OF_ROSTER = select(roster.c.body).where(roster.c.id.in_(bindparam("ids", expanding=True)))
_BUSY = select(func.count()).where(cases.c.busy_contractor_id == roster.c.id).scalar_subquery()
_WHOLE_ROSTER = select(roster.c.body, _BUSY)
"""Counted for one contractor at a time, by the index: for all at once PostgreSQL may read every case there is."""
_UNFINISHED_CASES = (
    select(cases.c.household, cases.c.id)
    .where(cases.c.household.in_(bindparam("keys", expanding=True)), cases.c.status.in_(UNFINISHED))
    .limit(bindparam("most", type_=Integer))
)


def prepare(connection: Connection, commands: Sequence[Command]) -> Sequence[Command]:
    """The same commands in the same order; those that look something up carry what was found."""
    if not any(isinstance(command, LOOKING) for command in commands):
        return commands
    homes = fetch_homes(connection, [each.address for each in commands if isinstance(each, wish.OpenCase)])
    candidates = _fetch_roster(connection, commands)
    filled = [_filled(command, homes, candidates) for command in commands]
    return _side_by_side(connection, filled)


def _filled(command: Command, homes: KnownHomes, candidates: Roster) -> Command:
    match command:
        case wish.NoteHome():
            homes.note(command)
        case wish.NoteContractor() if command.contractor_id not in candidates:
            noted = RosterEntry(contractor_id=command.contractor_id, name=command.name, trades=command.trades)
            candidates[command.contractor_id] = as_candidate(noted, 0)
        case wish.OpenCase():
            found = wish.Lookups(home=homes.meant_by(command.address), roster=tuple(candidates.values()))
            return replace(command, lookups=found)
        case wish.IdentifyDefect():
            return replace(command, roster=tuple(candidates.values()))
        case wish.ApproveDefect():
            return replace(command, contractor=candidates.get(command.contractor_id))
    return command


def _fetch_roster(connection: Connection, commands: Sequence[Command]) -> Roster:
    """All contractors with their open orders when one is to be suggested; else those that approvals name."""
    if all(isinstance(command, wish.ApproveDefect) for command in commands if isinstance(command, LOOKING)):
        named = [each.contractor_id for each in commands if isinstance(each, wish.ApproveDefect)]
        found = [(body, 0) for body in connection.execute(_SOME_OF_ROSTER, {"ids": named}).scalars()]
    else:
        found = [(body, busy) for body, busy in connection.execute(_WHOLE_ROSTER)]
    entries = [(roster_states.decode(body), busy) for body, busy in found]
    return {entry.contractor_id: as_candidate(entry, busy) for entry, busy in entries}


def _side_by_side(connection: Connection, commands: Sequence[Command]) -> Sequence[Command]:
    """Unfinished defects of one household beside each other, those opened earlier in this batch too."""
    households = [
        _household_of(command) if isinstance(command, wish.OpenCase) else None for command in commands
    ]
    similar = _fetch_similar(connection, {key for key in households if key})
    beside: list[Command] = []
    for command, key in zip(commands, households, strict=True):
        if key and isinstance(command, wish.OpenCase) and command.lookups:
            others = tuple(each for each in similar[key] if each != command.defect_id)[:MOST_SIMILAR]
            command = replace(command, lookups=replace(command.lookups, similar=others))
            if command.defect_type in catalogue.DEFECT_TYPES:
                similar[key] = _newest([*similar[key], command.defect_id])
        beside.append(command)
    return beside


def _household_of(command: wish.OpenCase) -> str | None:
    """The home's own key, so that an address without its complex joins its household, and none but its own."""
    home = command.lookups.home if command.lookups else None
    if home:
        return as_stored(home.household)
    return as_stored(household_key(command.address)) if command.address else None


def _fetch_similar(connection: Connection, keys: Iterable[str]) -> Similar:
    similar: Similar = defaultdict(list)
    if wanted := sorted(keys):
        most = MOST_SIMILAR * len(wanted) + CROWD
        rows = connection.execute(_UNFINISHED_CASES, {"keys": wanted, "most": most})
        for household, defect_id in rows:
            similar[household or ""].append(defect_id)
    return defaultdict(list, {key: _newest(ids) for key, ids in similar.items()})


def _newest(ids: Iterable[Id]) -> list[Id]:
    """One more than are shown: a defect is not similar to itself."""
    return sorted(set(ids), reverse=True)[: MOST_SIMILAR + 1]
