"""A message as Kafka carries it, told as ours."""

from collections.abc import Iterable

from confluent_kafka import Message as KafkaMessage

from aptas.kernel.copies import built
from aptas.messaging.envelope import Delivered


def delivered(message: KafkaMessage, topic: str) -> Delivered:
    """Offsets are counted from 1, so that the last one done is also what Kafka calls committed: the next one to read.

    A stranger's message, without key, value or headers or with what is no text, is told as well as can be: one of them
    must not stop the rest of its partition.
    """
    told = {
        "topic": topic,
        "key": _text(message.key()),
        "headers": _headers(message),
        "value": message.value() or b"",
        "partition": message.partition(),
        "offset": (message.offset() or 0) + 1,
    }
    return built(Delivered, told)


def _headers(message: KafkaMessage) -> dict[str, str]:
    """None when a name among them is no text: confluent-kafka breaks on that, and the value tells all that a room
    needs."""
    try:
        headers: Iterable[tuple[str, str | bytes | None]] = message.headers() or ()  # type: ignore[assignment]
    except (SystemError, UnicodeDecodeError):
        return {}
    return {name: _text(value) for name, value in headers}


def _text(told: str | bytes | None) -> str:
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else told or ""
