"""The two sides, and how each is started, filled and rebuilt."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Command = Sequence[str]

OURS, THEIRS = "aptas", "conventional"
APTAS = (sys.executable, "-m", "aptas")
CONVENTIONAL = (sys.executable, "-m", "benchmarks.conventional")


@dataclass(frozen=True, kw_only=True)
class Side:
    """Commands by what they do, `{port}` and the like to be filled in."""

    name: str
    commands: Mapping[str, Command]


def filled_in(command: Command, **values: object) -> list[str]:
    """The command line itself."""
    return [part.format(**values) for part in command]
