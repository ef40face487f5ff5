"""homes' switchboard. It has no HTTP and hears nobody: what a file says goes through the same write path."""

from operator import attrgetter

from aptas.homes.commands import RecordHome
from aptas.homes.decisions import decide
from aptas.homes.model import evolve
from aptas.homes.tables import home_states, ledger
from aptas.messaging.streams import Stream, Switchboard

RECORDED = "RECORDED"

HOMES = Stream(
    name="homes",
    states=home_states,
    subject=attrgetter("home_id"),
    decide=decide,
    evolve=evolve,
    bucket=lambda _home: RECORDED,
)

ROOM = Switchboard(name="homes", ledger=ledger, commands={RecordHome: HOMES}, policies={})
