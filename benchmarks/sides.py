"""The two sides: how each is started, filled and rebuilt."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Command = Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Side:
    """Commands, `{port}` and `{data}` to be filled in. `fill` None: filled by posting to `registration`."""

    name: str
    registration: Command
    mypage: Command
    everything: Command
    rebuild: Command
    fill: Command | None = None


_APTAS = (sys.executable, "-m", "aptas")
_OTHER = (sys.executable, "-m", "benchmarks.conventional")
_PLACE = ("--port", "{port}", "--data", "{data}")

APTAS = Side(
    name="aptas",
    registration=(*_APTAS, "serve", "registration", *_PLACE),
    mypage=(*_APTAS, "serve", "mypage", *_PLACE),
    everything=(*_APTAS, "up", "--no-service-ports", *_PLACE),
    rebuild=(*_APTAS, "mypage", "rebuild", "--data", "{data}", "--json"),
)
CONVENTIONAL = Side(
    name="conventional",
    registration=(*_OTHER, "serve", "--no-worker", *_PLACE),
    mypage=(*_OTHER, "serve", "--no-worker", *_PLACE),
    everything=(*_OTHER, "serve", *_PLACE),
    rebuild=(*_OTHER, "rebuild", "--data", "{data}"),
    fill=(*_OTHER, "fill", "--data", "{data}", "--events", "{events}"),
)
SIDES = (APTAS, CONVENTIONAL)


def filled_in(command: Command, **values: object) -> list[str]:
    """The command line itself."""
    return [part.format(**values) for part in command]
