"""Which home an address means, looked up for a whole batch at once."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select, union_all

from aptas.kernel.messages import Id
from aptas.management.addresses import home_key, household_key, match_home, unit_of
from aptas.management.commands import NoteHome
from aptas.management.events import Home
from aptas.management.roster import KnownHome, as_home
from aptas.management.tables import home_states, homes

_OF_UNITS = homes.c.unit.in_(bindparam("units", expanding=True))
_BY_HOUSEHOLD = select(homes.c.body).where(homes.c.household.in_(bindparam("keys", expanding=True)))
_BY_HOUSEHOLD_OR_UNIT = union_all(
    _BY_HOUSEHOLD,
    *(
        select(homes.c.body).where(
            homes.c.id.in_(select(extreme(homes.c.id)).where(_OF_UNITS).group_by(homes.c.unit))
        )
        for extreme in (func.min, func.max)
    ),
)
"""Of the homes that share a 동·호 the lowest id and the highest are enough to see whether there is only one."""


class KnownHomes:
    """Homes by their key, and by their key without the complex."""

    def __init__(self, stored: Iterable[KnownHome] = ()) -> None:
        self._by_key: dict[str, dict[Id, Home]] = defaultdict(dict)
        self._stored: set[Id] = set()
        for home in stored:
            self._stored.add(home.home_id)
            self._add(as_home(home))

    def note(self, command: NoteHome) -> None:
        """News of this very batch. What is stored already may be newer: the news may be a repetition."""
        if command.home_id in self._stored:
            return
        self._add(
            Home(
                home_id=command.home_id,
                household=home_key(command.complex_name, command.building, command.home_no),
                complex_name=command.complex_name,
                building=command.building,
                floor=command.floor,
                home_no=command.home_no,
                handover_date=command.handover_date,
                use_inspection_date=command.use_inspection_date,
            )
        )

    def _add(self, home: Home) -> None:
        for key in (home.household, unit_of(home.household)):
            self._by_key[key][home.home_id] = home

    def meant_by(self, address: str | None) -> Home | None:
        """The one home it means, if there is exactly one."""
        key = household_key(address) if address else None
        fitting = self._by_key.get(key) if key else None
        return match_home(address, fitting.values()) if fitting else None


def fetch_homes(connection: Connection, addresses: Iterable[str | None]) -> KnownHomes:
    """The homes that these addresses may mean."""
    keys = {household_key(address) for address in addresses if address} - {None}
    units = sorted(key for key in keys if key and key.startswith("|"))
    full = sorted(key for key in keys if key and not key.startswith("|"))
    if not keys:
        return KnownHomes()
    rows = (
        connection.execute(_BY_HOUSEHOLD_OR_UNIT, {"keys": full, "units": units})
        if units
        else connection.execute(_BY_HOUSEHOLD, {"keys": full})
    )
    return KnownHomes(home_states.decode(body) for body in rows.scalars())
