"""What is decided about a home: a record that changes nothing is no news. Pure."""

from aptas.homes.commands import RecordHome
from aptas.homes.events import HomeRecorded
from aptas.homes.model import State, evolve
from aptas.kernel.messages import NOTHING, Command, Decision


def record(state: State, command: RecordHome) -> Decision:
    """Say it when it is new."""
    recorded = HomeRecorded(
        home_id=command.home_id,
        complex_name=command.complex_name,
        building=command.building,
        floor=command.floor,
        home_no=command.home_no,
        handover_date=command.handover_date,
        use_inspection_date=command.use_inspection_date,
    )
    return NOTHING if evolve(state, recorded, command.at) == state else (recorded,)


def decide(state: State, command: Command) -> Decision:
    """The one wish of this room."""
    if isinstance(command, RecordHome):
        return record(state, command)
    raise TypeError(f"homes has no answer to {type(command).__name__}")
