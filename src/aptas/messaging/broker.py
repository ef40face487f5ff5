"""What aptas asks of a broker. One behaviour suite (tests/contracts/test_brokers.py) holds for every one."""

from collections.abc import Sequence
from typing import Protocol

from aptas.messaging.envelope import Delivered, Message


class BrokerAway(Exception):
    """The broker cannot be reached; what was to be sent stays in the outbox."""


class AssignmentLost(Exception):
    """Another consumer of the group took over; what was polled and not committed will be delivered to it."""


class Subscription(Protocol):
    """One member of a consumer group."""

    async def poll(self, limit: int, wait: float) -> Sequence[Delivered]:
        """Up to `limit` messages after the last polled; empty after `wait` seconds without any."""

    def pass_over(self, delivered: Sequence[Delivered]) -> None:
        """Nothing is done about these: the next commit holds for them too. Forgotten by `restore` and `rewind`."""

    async def commit(self, delivered: Sequence[Delivered]) -> None:
        """Remember that these are done: the next start begins after them. AssignmentLost: they may come again.
        With none, it is said of what was passed over alone."""

    async def restore(self) -> None:
        """Poll again from what was committed: a batch could not be handled just now."""

    async def rewind(self) -> None:
        """Begin again at the start of every topic."""

    async def lag(self) -> int:
        """Messages behind the end, of what is assigned here."""

    async def close(self) -> None:
        """Leave the group at once, without waiting for a lease to run out."""


class Broker(Protocol):
    """Topics are append-only, kept for ever, ordered per key."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Durable, in order, when this returns; BrokerAway: none, some or all of them may have been written."""

    def subscribe(self, group: str, topics: Sequence[str]) -> Subscription:
        """Join `group`; a group that was never seen begins at the start."""

    async def read(self, topic: str, after: int, limit: int) -> Sequence[Delivered]:
        """Look without joining a group: the next messages behind the first `after` of the topic, oldest first, each
        key in its order. To go on, count what came."""

    async def end(self, topic: str) -> int:
        """How many messages the topic has; `read` after so many gives what comes later."""

    async def close(self) -> None:
        """Let go of connections."""
