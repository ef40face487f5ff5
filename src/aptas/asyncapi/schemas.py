"""JSON Schemas of what travels, read off the very types that read it from the wire."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import msgspec

from aptas.asyncapi.words import HEADERS, Undescribed, meaning
from aptas.kernel.clock import from_ms
from aptas.kernel.messages import Fact
from aptas.messaging.envelope import SPRING, headers_of, value_type
from aptas.messaging.wire import IdText, camel

Schema = dict[str, Any]
COMPONENT = "#/components/schemas/{name}"
ID_TEXT = msgspec.json.schema(IdText)
TRACEPARENT = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
_FIRST = ("eventType", "timestamp", "eventId", "source", "sequence")


def full_name(source: str, fact: type[Fact]) -> str:
    """`registration.DefectRegistered`: two rooms may have facts of one name."""
    return f"{source}.{fact.__name__}"


def payload_schemas(source: str, fact: type[Fact]) -> dict[str, Schema]:
    """The value of a fact under its full name, and whatever lies inside it under that one's."""
    _, found = msgspec.json.schema_components([value_type(fact)], ref_template=COMPONENT)
    whole = found.pop(fact.__name__)
    for inside, schema in found.items():
        _describe(schema, inside)
    whole["title"] = full_name(source, fact)
    whole["properties"] |= {"eventType": _only(fact.__name__), "source": _only(source)}
    whole["required"] = ["eventType", *whole["required"]]
    whole["properties"] = _in_order(
        whole["properties"], [*_FIRST, *(camel(each.name) for each in fields(fact))]
    )
    _describe(whole, fact.__name__)
    return {whole["title"]: whole, **found}


def _only(value: str) -> Schema:
    return {"type": "string", "const": value}


def _in_order(properties: Schema, names: Iterable[str]) -> Schema:
    ordered = {name: properties[name] for name in names}
    return ordered | properties


def _describe(schema: Schema, inside: str) -> None:
    for name, each in schema["properties"].items():
        schema["properties"][name] = {"description": meaning(name, inside), **each}


def headers_schema() -> Schema:
    """What the headers of every message have in common."""
    sent = headers_of(event_id="", event_type="", source="", key="", at=from_ms(0), traceparent="")
    shapes: dict[str, Schema] = {
        "ce_specversion": _only(sent["ce_specversion"]),
        "ce_id": {"type": "string", "format": "uuid"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_subject": ID_TEXT,
        "content-type": _only(sent["content-type"]),
        "traceparent": {"type": "string", "pattern": TRACEPARENT},
        SPRING: _only(sent[SPRING]),
    }
    if undescribed := sent.keys() - HEADERS.keys():
        raise Undescribed(f"{undescribed}: say in asyncapi/words.py what these headers mean")
    return {
        "title": "Headers",
        "type": "object",
        "description": "UTF-8 글자, 따옴표 없이 / UTF-8 text without quotes",
        "properties": {
            name: {"description": HEADERS[name], **shapes.get(name, {"type": "string"})} for name in sent
        },
        "required": [name for name in sent if name != SPRING],
    }


def headers_schema_of(source: str, fact: type[Fact]) -> Schema:
    """The common headers, and by which of them this fact is told from others."""
    sent = headers_of(
        event_id="", event_type=fact.__name__, source=source, key="", at=from_ms(0), traceparent=""
    )
    return {
        "type": "object",
        "allOf": [{"$ref": COMPONENT.format(name="Headers")}],
        "properties": {name: _only(sent[name]) for name in ("type", "ce_type", "ce_source")},
    }
