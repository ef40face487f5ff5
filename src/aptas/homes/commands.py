"""The one wish put to homes: by whoever knows the homes, for now a file."""

from dataclasses import dataclass
from datetime import date

from aptas.kernel.messages import Command, Id


@dataclass(frozen=True, kw_only=True)
class RecordHome(Command):
    """Record a home, or correct what is known of it. A date not known is None."""

    home_id: Id
    complex_name: str
    building: str
    floor: str
    home_no: str
    handover_date: date | None = None
    use_inspection_date: date | None = None
