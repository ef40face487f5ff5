"""What was once on the wire stays as it is: one frozen sample of every public event.

The sample shows the value indented, to be read; on the wire it is the same JSON without spaces, byte for byte.
"""

import json
from typing import Any

import pytest

from aptas.kernel.messages import Fact
from aptas.messaging.envelope import Delivered
from tests.wire.facts import AT, EVENT_ID, NAMES, PAIRS, SEQUENCE, VOCABULARY, fact_of, published
from tests.wire.write_samples import SAMPLES

each_event = pytest.mark.parametrize(("source", "kind"), PAIRS, ids=NAMES)


def sample_of(source: str, kind: type[Fact]) -> Any:
    file = SAMPLES / f"{source}.{kind.__name__}.json"
    assert file.exists(), f"{file.name} is missing: python -m tests.wire.write_samples"
    return json.loads(file.read_text())


def on_the_wire(sample: Any) -> bytes:
    return json.dumps(sample["value"], ensure_ascii=False, separators=(",", ":")).encode()


@each_event
def test_an_event_is_written_as_it_always_was(source: str, kind: type[Fact]) -> None:
    sample, message = sample_of(source, kind), published(source, kind)
    assert message.value.decode() == on_the_wire(sample).decode()
    assert (message.topic, message.key, dict(message.headers)) == (
        sample["topic"],
        sample["key"],
        sample["headers"],
    )


@each_event
def test_an_event_is_read_as_it_always_was(source: str, kind: type[Fact]) -> None:
    sample = sample_of(source, kind)
    delivered = Delivered(
        topic=sample["topic"],
        key=sample["key"],
        headers=sample["headers"],
        value=on_the_wire(sample),
        partition=0,
        offset=1,
    )
    heard = VOCABULARY.hear(delivered)
    assert heard is not None
    assert heard.fact == fact_of(kind)
    assert (heard.source, heard.topic, heard.sequence, heard.event_id, heard.at) == (
        source,
        kind.topic,
        SEQUENCE,
        EVENT_ID,
        AT,
    )


def test_there_is_a_sample_of_every_public_event_and_of_nothing_else() -> None:
    assert {file.stem for file in SAMPLES.glob("*.json")} == set(NAMES)


def test_a_new_field_that_nobody_decided_upon_does_not_go_unnoticed() -> None:
    sample = sample_of(*PAIRS[0])
    sample["value"]["sneaked"] = "in"
    assert published(*PAIRS[0]).value != on_the_wire(sample)


@each_event
def test_every_name_on_the_wire_is_camel_case_and_every_id_is_text(source: str, kind: type[Fact]) -> None:
    value = sample_of(source, kind)["value"]
    assert value["eventType"] == kind.__name__
    for name, each in value.items():
        assert "_" not in name
        if name.endswith("Id"):
            assert isinstance(each, str)


@each_event
def test_spring_is_told_that_the_type_and_the_cloud_event_are_text(source: str, kind: type[Fact]) -> None:
    headers = sample_of(source, kind)["headers"]
    text = {name for name in headers if name == "type" or name.startswith("ce_")}
    assert json.loads(headers["spring_json_header_types"]) == dict.fromkeys(text, "java.lang.String")
