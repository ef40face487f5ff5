"""Brokers for tests of what publishes and of what consumes."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from aptas.kernel.clock import system_clock
from aptas.kernel.messages import Fact
from aptas.messaging.broker import BrokerAway, Subscription
from aptas.messaging.envelope import Delivered, Message, headers_of, value_of
from aptas.messaging.local import LocalBroker
from aptas.storage.opening import open_database
from tests.messaging.notebooks import ELSEWHERE, NOON

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Ear:
    """A broker that only listens. `troubles`: for each publication to come, what goes wrong with it:
    "before" anything is written, "halfway", or "after" all of it (the acknowledgement is lost)."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.troubles: list[str | None] = []
        self.rounds = 0

    async def publish(self, messages: Sequence[Message]) -> None:
        self.rounds += 1
        trouble = self.troubles.pop(0) if self.troubles else None
        written = {"before": 0, "halfway": len(messages) // 2}.get(trouble or "", len(messages))
        self.heard.extend(messages[:written])
        if trouble is not None:
            raise BrokerAway(trouble)

    def subscribe(self, group: str, topics: Sequence[str]) -> Subscription:
        raise NotImplementedError

    async def read(self, topic: str, after: int, limit: int) -> Sequence[Delivered]:
        raise NotImplementedError

    async def end(self, topic: str) -> int:
        return sum(each.topic == topic for each in self.heard)

    async def close(self) -> None:
        pass

    def event_ids(self) -> list[str]:
        return [each.headers["ce_id"] for each in self.heard]


async def local_broker(folder: Path, owner: str = "one", lease_seconds: float = 10) -> LocalBroker:
    broker = LocalBroker(
        open_database(f"sqlite:///{folder / 'broker.db'}"), owner, system_clock, lease_seconds
    )
    await broker.create()
    return broker


def message_of(
    fact: Fact, sequence: int, *, source: str = ELSEWHERE, at: datetime = NOON, event_id: str | None = None
) -> Message:
    """A fact as its room would publish it."""
    key = str(getattr(fact, fact.key))
    event_id = event_id or f"{source}-{key}-{sequence}"
    kind = type(fact).__name__
    assert fact.topic is not None
    return Message(
        topic=fact.topic,
        key=key,
        headers=headers_of(
            event_id=event_id, event_type=kind, source=source, key=key, at=at, traceparent=TRACE
        ),
        value=value_of(fact, event_id=event_id, source=source, sequence=sequence, at=at),
    )


def event_id_of(message: Message) -> str:
    found: dict[str, str] = msgspec.json.decode(message.value)
    return found["eventId"]
