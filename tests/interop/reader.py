"""A stranger's consumer, written from docs/asyncapi.json alone: nothing of aptas is imported here, nothing is known.

What an event is called, which headers tell it from others, what its value and its key look like: the document says it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jsonschema_rs import Draft7Validator

Json = dict[str, Any]


class NotAsDocumented(Exception):
    """A message is not what the document promises."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One message, understood. `message` is its name in the document, `service` who sends it."""

    message: str
    service: str
    headers: Mapping[str, str]
    payload: Json


class Reader:
    """Reads whatever the document describes."""

    def __init__(self, document: Json) -> None:
        self._document = document
        channels = document["channels"].values()
        self.topics = [channel["address"] for channel in channels]
        self._messages = {channel["address"]: list(self._readable(channel)) for channel in channels}

    def read(self, topic: str, key: bytes, headers: Mapping[str, bytes], value: bytes) -> Event | None:
        """The event in a message; None when the document knows none like it, and NotAsDocumented when it breaks it."""
        try:
            told = {name: each.decode("utf-8") for name, each in headers.items()}
            for message in self._messages[topic]:
                if message.is_told_by(told):
                    return message.read(key.decode("utf-8"), told, json.loads(value))
        except ValueError as problem:
            raise NotAsDocumented(f"no UTF-8, or no JSON: {problem}") from problem
        return None

    def heard_by(self, service: str) -> set[str]:
        """The messages that a service receives."""
        return {name for operation in self._operations("receive", service) for name in self._names(operation)}

    def sent_by(self, service: str) -> set[str]:
        """The messages that a service sends."""
        return {name for operation in self._operations("send", service) for name in self._names(operation)}

    def _operations(self, action: str, service: str) -> Iterator[Json]:
        for each in self._document["operations"].values():
            if each["action"] == action and {"name": service} in each["tags"]:
                yield each

    def _names(self, operation: Json) -> Iterator[str]:
        for each in operation["messages"]:
            yield self._followed(each)["title"]

    def _readable(self, channel: Json) -> Iterator["_Message"]:
        for each in channel["messages"].values():
            yield _Message(self._document, self._followed(each))

    def _followed(self, reference: Json) -> Json:
        found = reference
        while "$ref" in found:
            place = self._document
            for part in found["$ref"].removeprefix("#/").split("/"):
                place = place[part]
            found = place
        return found


class _Message:
    """One message object of the document, with validators for what it says."""

    def __init__(self, document: Json, said: Json) -> None:
        assert said["contentType"] == "application/json", "nothing else is read here"
        self._said = said
        self._headers = _validator(document, said["headers"])
        self._payload = _validator(document, said["payload"])
        self._key = _validator(document, said["bindings"]["kafka"]["key"])
        self._key_field = said["x-key-location"].removeprefix("$message.payload#/")
        told_by = said["headers"]["properties"]
        self._told_by = {name: schema["const"] for name, schema in told_by.items() if "const" in schema}

    def is_told_by(self, headers: Mapping[str, str]) -> bool:
        return all(headers.get(name) == value for name, value in self._told_by.items())

    def read(self, key: str, headers: Mapping[str, str], payload: Any) -> Event:
        for part, validator, found in (
            ("headers", self._headers, dict(headers)),
            ("payload", self._payload, payload),
            ("key", self._key, key),
        ):
            if (problem := next(validator.iter_errors(found), None)) is not None:
                raise NotAsDocumented(f"{self._said['title']}, {part}: {problem.message}")
        if key != payload[self._key_field]:
            raise NotAsDocumented(f"{self._said['title']}: key {key} is not its {self._key_field}")
        service = self._said["tags"][0]["name"]
        return Event(message=self._said["title"], service=service, headers=headers, payload=payload)


def _validator(document: Json, schema: Json) -> Draft7Validator:
    """AsyncAPI's schemas are a superset of draft 07; what they refer to lies in the document."""
    whole = {"allOf": [schema], "components": document["components"]}
    return Draft7Validator(whole, validate_formats=True, formats={"uuid": _is_uuid})


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
