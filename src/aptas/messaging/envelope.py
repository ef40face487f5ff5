"""One event on the wire: CloudEvents headers in binary mode, and a flat JSON value (the wall's last section)."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any

import msgspec
from sqlalchemy import Row

from aptas.kernel.clock import from_ms, to_ms
from aptas.kernel.messages import Fact, Heard
from aptas.messaging.wire import CorruptMessage, camel, fact_reader, fact_writer, struct_of

_Timestamp = Annotated[int, msgspec.Meta(ge=0, lt=253_402_300_800_000)]
"""Milliseconds since 1970, before the year 10000."""

_META = (
    ("timestamp", _Timestamp),
    ("event_id", Annotated[str, msgspec.Meta(extra_json_schema={"format": "uuid"})]),
    ("source", str),
    ("sequence", Annotated[int, msgspec.Meta(ge=1, lt=2**31)]),
)
_BROKEN = (msgspec.MsgspecError, ValueError, OverflowError, RecursionError)
"""What reading nonsense may end with; JSON nested too deeply is a RecursionError."""
_encode = msgspec.json.Encoder().encode

SPRING = "spring_json_header_types"
"""Spring for Apache Kafka takes a header for bytes unless this one, which its own publishers send, calls it text."""

_TEXT = ("type", "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject")
_FOR_SPRING = _encode(dict.fromkeys(_TEXT, "java.lang.String")).decode()


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a broker carries. `headers` as text; `value` JSON bytes."""

    topic: str
    key: str
    headers: Mapping[str, str]
    value: bytes


@dataclass(frozen=True, kw_only=True)
class Delivered(Message):
    """A message as a broker delivered it: its place is (topic, partition, offset). Offsets are counted from 1."""

    partition: int
    offset: int


class Vocabulary:
    """Which facts of which rooms can be read from the bus, by (source, eventType)."""

    def __init__(self, published: Mapping[str, Iterable[type[Fact]]]) -> None:
        self.published = {source: tuple(facts) for source, facts in published.items()}
        self._facts: dict[tuple[str, str], Any] = {
            (source, fact.__name__): fact for source, facts in self.published.items() for fact in facts
        }
        self._names = {name for _, name in self._facts}

    def of(self, wanted: Container[type[Fact]]) -> "Vocabulary":
        """Only these facts: what a listener does nothing about need not be read."""
        published = self.published.items()
        return Vocabulary({source: [fact for fact in facts if fact in wanted] for source, facts in published})

    def may_know(self, message: Message) -> bool:
        """False when the header `type` says that it is no fact of these; without one, only the value can tell."""
        said = message.headers.get("type")
        return said is None or said in self._names

    def hear(self, message: Delivered) -> Heard[Fact] | None:
        """The fact in a message; None when nobody here knows its type; CorruptMessage when it breaks it."""
        if not self.may_know(message):
            return None
        try:
            head = _head().decode(message.value)
        except _BROKEN as problem:
            raise CorruptMessage(str(problem)) from problem
        shape = self._facts.get((head.source, head.event_type))
        if shape is None:
            return None
        try:
            struct = _decoder(shape).decode(message.value)
            fact: Fact = fact_reader(shape)(struct)
            at = from_ms(head.timestamp)
        except _BROKEN as problem:
            raise CorruptMessage(f"{head.event_type}: {problem}") from problem
        return Heard(
            fact=fact,
            source=head.source,
            topic=message.topic,
            sequence=head.sequence,
            event_id=head.event_id,
            at=at,
        )


class _Head(msgspec.Struct, rename=camel):
    event_type: str
    timestamp: _Timestamp
    event_id: str
    source: str
    sequence: Annotated[int, msgspec.Meta(ge=1, lt=2**31)]


@cache
def _head() -> msgspec.json.Decoder[_Head]:
    return msgspec.json.Decoder(_Head)


def value_type(shape: Any) -> type[msgspec.Struct]:
    """The msgspec type that reads the value of a fact, but for `eventType`, which said which fact it is."""
    return struct_of(shape, _META)


@cache
def _decoder(shape: Any) -> msgspec.json.Decoder[msgspec.Struct]:
    return msgspec.json.Decoder(value_type(shape))


def value_of(fact: Fact, *, event_id: str, source: str, sequence: int, at: datetime) -> bytes:
    """The flat JSON value of one fact."""
    head = {
        "eventType": type(fact).__name__,
        "timestamp": to_ms(at),
        "eventId": event_id,
        "source": source,
        "sequence": sequence,
    }
    shape: Any = type(fact)
    return _encode(head | fact_writer(shape)(fact))


def headers_of(
    *, event_id: str, event_type: str, source: str, key: str, at: datetime, traceparent: str
) -> dict[str, str]:
    """`type` for the original's consumers (and what makes it text in Spring's eyes), CloudEvents 1.0 binary-mode
    attributes, W3C trace context."""
    return {
        "type": event_type,
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_source": f"/aptas/{source}",
        "ce_type": event_type,
        "ce_time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "ce_subject": key,
        "content-type": "application/json",
        "traceparent": traceparent,
        SPRING: _FOR_SPRING,
    }


def message_from_row(source: str, row: Row[Any]) -> Message:
    """A row of the events table of `source`, as it travels."""
    key = str(row.aggregate_id)
    headers = headers_of(
        event_id=row.event_id,
        event_type=row.type,
        source=source,
        key=key,
        at=from_ms(row.recorded_at),
        traceparent=row.traceparent,
    )
    return Message(topic=row.topic, key=key, headers=headers, value=row.value)
