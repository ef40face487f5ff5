"""The frozen samples, as a stranger gets them; and what may be done to a message."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aptas.messaging.envelope import Delivered
from tests.wire.write_samples import SAMPLES

DOCUMENT = Path(__file__).parents[2] / "docs" / "asyncapi.json"
SAID: Any = json.loads(DOCUMENT.read_text("utf-8"))
Place = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One message; `value` is parsed."""

    topic: str
    key: str
    headers: dict[str, str]
    value: dict[str, Any]

    def as_bytes(self) -> tuple[str, bytes, dict[str, bytes], bytes]:
        """Topic, key, headers and value, as Kafka's clients have them."""
        headers = {name: each.encode() for name, each in self.headers.items()}
        return self.topic, self.key.encode(), headers, json.dumps(self.value).encode()

    def as_delivered(self) -> Delivered:
        """As aptas' own brokers deliver it."""
        value = json.dumps(self.value).encode()
        return Delivered(
            topic=self.topic, key=self.key, headers=self.headers, value=value, partition=0, offset=1
        )


def sample_of(name: str) -> Sample:
    """The sample of `registration.DefectRegistered`, to be changed at will."""
    return Sample(**json.loads((SAMPLES / f"{name}.json").read_text("utf-8")))


def places(value: Any, *inside: Any) -> Iterator[Place]:
    """The path of every field, also of those that lie deeper."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in pairs:
        yield (*inside, name)
        yield from places(each, *inside, name)


def at(value: Any, place: Place) -> Any:
    """What lies there."""
    for name in place:
        value = value[name]
    return value


def spoilt(sample: Sample, place: Place, how: Callable[[Any, Any], None]) -> Sample:
    """The same message with one field of its value done to."""
    other = copy.deepcopy(sample)
    how(at(other.value, place[:-1]), place[-1])
    return other


def leave_out(holder: Any, name: Any) -> None:
    del holder[name]


def confuse(holder: Any, name: Any) -> None:
    holder[name] = 7.5 if isinstance(holder[name], dict | list) else {"not": "that"}
