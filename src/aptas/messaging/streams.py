"""What the dispatcher needs to know of a room: its streams, and what each command is put to."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from aptas.kernel.messages import Command, Decision, Fact, Heard, Id, Rejection
from aptas.storage.beside import Beside
from aptas.storage.states import States
from aptas.storage.tables import Ledger


def nothing_beside(_command: Command, _before: Any, _after: Any) -> Sequence[Beside]:
    """Most streams have no other rows."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One kind of aggregate. `bucket` names the counter its state is counted in; `clash` is the law that a
    unique constraint beside it stands for. What is in `begins` is about a new one, under an id that was just drawn:
    nothing is loaded for it, and the key itself refuses an id that is somebody else's."""

    name: str
    states: States[Any]
    subject: Callable[[Any], Id]
    decide: Callable[[Any, Any], Decision]
    evolve: Callable[[Any, Fact, datetime], Any]
    bucket: Callable[[Any], str | None]
    beside: Callable[[Any, Any, Any], Sequence[Beside]] = nothing_beside
    clash: Rejection | None = None
    begins: Container[type[Command]] = ()


Note = Callable[[Fact, Any, datetime], None]
"""What is measured of a fact that is durable, its state, and when it was."""


def nothing_to_note(_fact: Fact, _state: Any, _at: datetime) -> None:
    """Most facts are counted by their name alone."""


Policy = Callable[[Heard[Any]], Command]
Prepare = Callable[[Connection, Sequence[Command]], Sequence[Command]]


def nothing_to_look_up(_connection: Connection, commands: Sequence[Command]) -> Sequence[Command]:
    """Most rooms decide from their own state alone."""
    return commands


@dataclass(frozen=True, kw_only=True)
class Switchboard:
    """Which command goes to which stream, and which fact to which policy. `prepare` fetches what decisions look
    up, before they are made, and puts it into their commands."""

    name: str
    ledger: Ledger
    commands: Mapping[type[Command], Stream]
    policies: Mapping[type[Fact], Policy]
    prepare: Prepare = nothing_to_look_up
    note: Note = nothing_to_note

    def stream_of(self, command: Command) -> Stream:
        """The stream a command is put to."""
        return self.commands[type(command)]
