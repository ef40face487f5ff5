"""A Spring consumer such as the original's, that filters on the header `type` and reads flat JSON into plain objects.

Spring takes a header for bytes, and such a filter is never true, unless the message says that it is text.
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.interop.conftest import Skip
from tests.interop.journeys import Carried
from tests.interop.listener import NoSpring, heard_by_spring
from tests.interop.samples import SAID
from tests.interop.topics import Topics
from tests.kafka_server import kafka

FILTERS = {
    "DefectRegistered",
    "DefectCancelled",
    "DefectApproved",
    "DefectRejected",
    "DefectCompleted",
    "CancellationRequested",
}
"""What the consumer under spring/ listens to: the original's five events, and one of the other topic."""


def silent(message: Carried) -> Carried:
    """The same message without the header that speaks to Spring."""
    headers = {name: each for name, each in message.headers.items() if name != "spring_json_header_types"}
    return replace(message, headers=headers)


def as_java(published: Any, given: Any) -> Any:
    """A Long of the consumer's was a decimal number as text, a Date of its was RFC 3339."""
    if isinstance(given, int) and isinstance(published, str):
        return (
            int(published) if published.isdecimal() else datetime.fromisoformat(published).timestamp() * 1000
        )
    return published


def expected(message: Carried, like: dict[str, Any]) -> dict[str, Any]:
    """What an object of the consumer's ought to hold of a message: the fields that it has."""
    value = json.loads(message.value)
    return {name: as_java(value[name], given) for name, given in like.items()}


def in_order(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(events, key=lambda event: json.dumps(event, sort_keys=True))


async def test_a_spring_consumer_hears_what_it_filters_for(
    everything: list[Carried], skip_aloud: Skip
) -> None:
    topics = Topics(kafka())
    unheard = [silent(each) for each in everything if each.headers["type"] == "DefectRegistered"]
    await topics.fill([*everything, *unheard])
    wire = [topics.on_kafka(channel["address"]) for channel in SAID["channels"].values()]
    try:
        lines = heard_by_spring(topics.kafka, wire, topics.name, len(everything) + len(unheard))
    except NoSpring as missing:
        skip_aloud(missing)
    classes = Counter(line["class"] for line in lines if line["listener"] == "whatever")
    assert classes == {"String": len(everything), "byte[]": len(unheard)}
    assert {line["listener"] for line in lines} == FILTERS | {"whatever"}
    for name in FILTERS:
        given = [line["event"] for line in lines if line["listener"] == name]
        published = [expected(each, given[0]) for each in everything if each.headers["type"] == name]
        assert in_order(given) == in_order(published)
