"""What is put to a dispatcher, and what it answers."""

import random
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aptas.kernel.messages import Command, Facts

S = TypeVar("S")


@dataclass(frozen=True, kw_only=True)
class Cause:
    """The fact a command follows from: the dispatcher drops it when its sequence was seen on that channel."""

    channel: str
    sequence: int


@dataclass(frozen=True, kw_only=True)
class Repeatable:
    """An Idempotency-Key with the fingerprint of the request it came with."""

    key: str
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One command, with where it came from."""

    command: Command
    traceparent: str
    cause: Cause | None = None
    repeatable: Repeatable | None = None


@dataclass(frozen=True, kw_only=True)
class Done(Generic[S]):
    """Decided and durable. `event_id` is the last fact's; None when nothing happened."""

    state: S
    facts: Facts
    event_id: str | None
    is_replay: bool = False


class BehindFailed(Exception):
    """An earlier message about the same thing failed; this one waits for it."""


Answer = Done[Any] | Exception


def new_trace() -> str:
    """A W3C traceparent that begins a trace."""
    ids = f"{random.getrandbits(192):048x}"
    return f"00-{ids[:32]}-{ids[32:]}-01"
