"""Whoever reads by the document alone reads every event, and refuses exactly what aptas itself refuses."""

import ast
import inspect
import sys

import pytest

from aptas.messaging.wire import CorruptMessage
from tests.interop import reader as written_from_the_document
from tests.interop.reader import NotAsDocumented, Reader
from tests.interop.samples import SAID, Sample, confuse, leave_out, places, sample_of, spoilt
from tests.wire.facts import NAMES, VOCABULARY

READER = Reader(SAID)
TELLING = ("type", "ce_type", "ce_source")
FOR_SPRING_ONLY = "spring_json_header_types"
each_event = pytest.mark.parametrize("name", NAMES)


def is_documented(sample: Sample) -> bool:
    try:
        READER.read(*sample.as_bytes())
    except NotAsDocumented:
        return False
    return True


def is_heard(sample: Sample) -> bool:
    try:
        VOCABULARY.hear(sample.as_delivered())
    except CorruptMessage:
        return False
    return True


def test_the_reader_knows_nothing_of_aptas() -> None:
    tree = list(ast.walk(ast.parse(inspect.getsource(written_from_the_document))))
    imported = {str(each.module) for each in tree if isinstance(each, ast.ImportFrom)}
    imported |= {name.name for each in tree if isinstance(each, ast.Import) for name in each.names}
    assert imported - sys.stdlib_module_names - {"collections.abc"} == {"jsonschema_rs"}


@each_event
def test_an_event_is_read_by_the_document_alone(name: str) -> None:
    sample = sample_of(name)
    event = READER.read(*sample.as_bytes())
    assert event is not None
    assert (event.message, event.service, event.payload) == (name, name.split(".")[0], sample.value)


@each_event
def test_what_the_wire_refuses_the_document_refuses_and_nothing_else(name: str) -> None:
    sample = sample_of(name)
    told = [is_documented(sample)]
    for place in places(sample.value):
        for how in (leave_out, confuse):
            other = spoilt(sample, place, how)
            told.append(is_documented(other))
            assert told[-1] == is_heard(other), (how.__name__, place)
    assert {True, False} == set(told)


@each_event
def test_a_header_that_is_left_out_breaks_the_promise_or_makes_a_stranger(name: str) -> None:
    for header in sample_of(name).headers:
        sample = sample_of(name)
        del sample.headers[header]
        if header in TELLING:
            assert READER.read(*sample.as_bytes()) is None
        else:
            assert is_documented(sample) == (header == FOR_SPRING_ONLY), header


@each_event
def test_a_key_that_is_not_what_the_event_is_about_breaks_the_promise(name: str) -> None:
    topic, _, headers, value = sample_of(name).as_bytes()
    with pytest.raises(NotAsDocumented, match="key"):
        READER.read(topic, b"7", headers, value)


@pytest.mark.parametrize("value", [b"", b"\xff", b"{", b"[]"])
def test_a_value_that_is_no_json_object_breaks_the_promise(value: bytes) -> None:
    topic, key, headers, _ = sample_of("homes.HomeRecorded").as_bytes()
    with pytest.raises(NotAsDocumented):
        READER.read(topic, key, headers, value)


def test_a_newer_field_does_not_disturb_it() -> None:
    sample = sample_of("registration.DefectRegistered")
    sample.value["smell"] = "musty"
    assert is_documented(sample)
    assert is_heard(sample)


def test_an_event_on_the_other_topic_is_a_stranger() -> None:
    _, key, headers, value = sample_of("registration.DefectRegistered").as_bytes()
    assert READER.read("compensation-events", key, headers, value) is None
