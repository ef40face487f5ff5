"""The document itself: `aptas asyncapi > docs/asyncapi.json`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from aptas.asyncapi.schemas import (
    COMPONENT,
    ID_TEXT,
    Schema,
    full_name,
    headers_schema,
    headers_schema_of,
    payload_schemas,
)
from aptas.asyncapi.words import ABOUT, SERVER, TITLE, TOPICS, meaning
from aptas.bootstrap import GALLERIES, ROOMS, VOCABULARY
from aptas.kernel.messages import Fact
from aptas.messaging.kafka_topics import FOR_EVER, PARTITIONS
from aptas.messaging.wire import camel
from aptas.settings import SettingRefused
from aptas.wall import PACKAGES, first_line, name_of, source_of

_BINDING = {"bindingVersion": "0.5.0"}
Samples = Mapping[str, Any]


def read_samples(folder: Path) -> Samples:
    """Frozen messages by their full name, each with its `headers` and its `value`. SettingRefused: there are none."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise SettingRefused(
            f"--samples {folder}: 메시지 파일(*.json)이 없습니다. / holds no messages (*.json)."
        )
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


def written(samples: Samples) -> str:
    """As it stands in docs/asyncapi.json."""
    return json.dumps(document(samples), ensure_ascii=False, indent=2) + "\n"


def document(samples: Samples) -> dict[str, Any]:
    """AsyncAPI 3.0: both topics, every published fact, and who sends and hears which."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": TITLE,
            "version": version("aptas"),
            "description": ABOUT,
            "license": {"name": "Apache-2.0"},
            "tags": [{"name": name, "description": first_line(room)} for name, room in PACKAGES.items()],
        },
        "defaultContentType": "application/json",
        "servers": {"kafka": {"host": "localhost:9092", "protocol": "kafka", "description": SERVER}},
        "channels": {topic: _channel(topic) for topic in TOPICS},
        "operations": dict(_operations()),
        "components": {
            "messages": {full_name(*each): _message(*each, samples) for each in _published()},
            "schemas": _schemas(),
        },
    }


def _published() -> Iterator[tuple[str, type[Fact]]]:
    for source, facts in VOCABULARY.published.items():
        for fact in facts:
            yield source, fact


def _schemas() -> dict[str, Schema]:
    found = {"Headers": headers_schema()}
    for source, fact in _published():
        for name, schema in payload_schemas(source, fact).items():
            assert found.setdefault(name, schema) == schema, f"two shapes are called {name}"
    return found


def _channel(topic: str) -> dict[str, Any]:
    names = [full_name(source, fact) for source, fact in _published() if fact.topic == topic]
    return {
        "address": topic,
        "description": TOPICS[topic],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "partitions": PARTITIONS,
                "topicConfiguration": {
                    "cleanup.policy": [FOR_EVER["cleanup.policy"]],
                    "retention.ms": int(FOR_EVER["retention.ms"]),
                    "retention.bytes": int(FOR_EVER["retention.bytes"]),
                },
                **_BINDING,
            }
        },
    }


def _message(source: str, fact: type[Fact], samples: Samples) -> dict[str, Any]:
    name = full_name(source, fact)
    key = camel(fact.key)
    sample = samples.get(name)
    example = {"examples": [{"headers": sample["headers"], "payload": sample["value"]}]} if sample else {}
    return {
        "name": fact.__name__,
        "title": name,
        "summary": first_line(fact),
        "tags": [{"name": source}],
        "contentType": "application/json",
        "headers": headers_schema_of(source, fact),
        "payload": {"$ref": COMPONENT.format(name=name)},
        "bindings": {"kafka": {"key": {"description": meaning(key), **ID_TEXT}, **_BINDING}},
        "x-key-location": f"$message.payload#/{key}",
        **example,
    }


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for source, facts in VOCABULARY.published.items():
        for topic in TOPICS:
            told = [fact for fact in facts if fact.topic == topic]
            if told:
                yield f"{source}.sends.{topic}", _operation("send", source, topic, told)
    for name, room in ROOMS.items():
        yield from _heard(name, room.policies)
    for name, gallery in GALLERIES.items():
        yield from _heard(name, gallery.projections)


def _heard(name: str, listeners: Mapping[type[Fact], Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for fact, listener in listeners.items():
        assert fact.topic is not None
        group = {"groupId": {"type": "string", "const": name}, **_BINDING}
        yield (
            f"{name}.receives.{full_name(source_of(fact), fact)}",
            {
                **_operation("receive", name, fact.topic, [fact]),
                "summary": f"{name_of(listener)}: {first_line(listener)}",
                "bindings": {"kafka": group},
            },
        )


def _operation(action: str, name: str, topic: str, facts: Iterable[type[Fact]]) -> dict[str, Any]:
    messages = [full_name(source_of(fact), fact) for fact in facts]
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic}"},
        "tags": [{"name": name}],
        "messages": [{"$ref": f"#/channels/{topic}/messages/{each}"} for each in messages],
    }
