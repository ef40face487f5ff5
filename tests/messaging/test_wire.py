"""Facts on the wire: what goes out comes back, what is newer is tolerated, what is wrong is refused."""

import json
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aptas.kernel.clock import from_ms
from aptas.kernel.messages import Fact, Heard, Id
from aptas.messaging.envelope import Delivered, value_of
from aptas.messaging.wire import CorruptMessage, camel, fact_reader, fact_writer
from aptas.registration.events import DefectRegistered
from tests.wire.facts import AT, EVENT_ID, NAMES, PAIRS, VOCABULARY, fact_of, published

each_event = pytest.mark.parametrize(("source", "kind"), PAIRS, ids=NAMES)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
moments = st.builds(
    lambda ms, micros, zone: (from_ms(ms) + timedelta(microseconds=micros)).astimezone(zone),
    st.integers(0, 200_000_000_000_000),
    st.integers(0, 999),
    st.sampled_from([UTC, timezone(timedelta(hours=9))]),
)
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    Id: st.integers(1, 2**63 - 1).map(Id),
    str: texts,
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    datetime: moments,
    date: st.dates(),
    type(None): st.none(),
}


def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) is tuple:
        return st.lists(any_of(get_args(hint)[0]), max_size=3).map(tuple)
    if get_origin(hint) in (Union, type(int | None)):
        return st.one_of([any_of(each) for each in get_args(hint)])
    assert is_dataclass(hint), hint
    hints = get_type_hints(hint)
    make: Any = hint
    return st.builds(make, **{field.name: any_of(hints[field.name]) for field in fields(hint)})


def delivered(value: bytes, topic: str = "aptas") -> Delivered:
    return Delivered(topic=topic, key="1", headers={}, value=value, partition=0, offset=1)


def hear(value: bytes) -> Heard[Fact] | None:
    return VOCABULARY.hear(delivered(value))


def wired(source: str, kind: type[Fact]) -> dict[str, Any]:
    value = value_of(fact_of(kind), event_id=EVENT_ID, source=source, sequence=3, at=AT)
    found: dict[str, Any] = json.loads(value)
    return found


def refused(value: dict[str, Any]) -> bool:
    try:
        hear(json.dumps(value).encode())
    except CorruptMessage:
        return True
    return False


@each_event
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_a_fact_says_is_heard_as_it_was_said(
    source: str, kind: type[Fact], data: st.DataObject
) -> None:
    fact = data.draw(any_of(kind))
    sequence = data.draw(st.integers(1, 2**31 - 1))
    at = from_ms(data.draw(st.integers(0, 253_402_300_799_999)))
    value = value_of(fact, event_id=EVENT_ID, source=source, sequence=sequence, at=at)
    assert hear(value) == Heard(
        fact=fact, source=source, topic="aptas", sequence=sequence, event_id=EVENT_ID, at=at
    )


@each_event
def test_what_a_newer_publisher_adds_is_ignored(source: str, kind: type[Fact]) -> None:
    value = wired(source, kind) | {"addedLater": {"deep": [1, None, "새 필드"]}, "defect_id": 3}
    for each in value.values():
        if isinstance(each, dict):
            each["alsoAddedLater"] = 1
    heard = hear(json.dumps(value).encode())
    assert heard is not None
    assert heard.fact == fact_of(kind)


@each_event
def test_an_optional_field_may_be_missing(source: str, kind: type[Fact]) -> None:
    value = wired(source, kind)
    for field in fields(kind):
        if field.default is not field.default_factory:
            heard = hear(json.dumps({k: v for k, v in value.items() if k != camel(field.name)}).encode())
            assert heard is not None
            assert getattr(heard.fact, field.name) == field.default


@each_event
def test_a_missing_field_is_refused(source: str, kind: type[Fact]) -> None:
    value = wired(source, kind)
    needed = [camel(each.name) for each in fields(kind) if each.default is each.default_factory]
    for name in [*needed, "eventType", "timestamp", "eventId", "source", "sequence"]:
        assert refused({k: v for k, v in value.items() if k != name}), name


@each_event
def test_a_field_of_the_wrong_type_is_refused(source: str, kind: type[Fact]) -> None:
    value = wired(source, kind)
    for name in value:
        assert refused(value | {name: {"not": ["what", "was", "promised"]}}), name


@pytest.mark.parametrize(
    "id_", ["0", "-1", "", "1.0", " 1", "0x1", "9223372036854775808", "9" * 30, "1e3", "١٢", 12, None]
)
@each_event
def test_what_is_no_identifier_is_refused(source: str, kind: type[Fact], id_: object) -> None:
    assert refused(wired(source, kind) | {camel(kind.key): id_})


@pytest.mark.parametrize("sequence", [0, -1, 2**31, 10**30, "3", 3.5, None])
def test_a_sequence_is_a_number_from_one_on(sequence: object) -> None:
    assert refused(wired(*PAIRS[0]) | {"sequence": sequence})


@pytest.mark.parametrize("timestamp", [-1, 253_402_300_800_000, 2**62, -(10**20), 10**300, "now", None])
def test_a_timestamp_is_a_moment(timestamp: object) -> None:
    assert refused(wired(*PAIRS[0]) | {"timestamp": timestamp})


def test_an_event_that_nobody_here_knows_is_no_error() -> None:
    value = wired(*PAIRS[0])
    assert hear(json.dumps(value | {"eventType": "SomethingNew"}).encode()) is None
    assert hear(json.dumps(value | {"source": "another-room"}).encode()) is None


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_mean_nothing_are_corrupt(value: bytes) -> None:
    with pytest.raises(CorruptMessage):
        hear(value)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_message_is_read_or_corrupt_and_nothing_else(data: st.DataObject) -> None:
    source, kind = data.draw(st.sampled_from(PAIRS))
    value = bytearray(value_of(fact_of(kind), event_id=EVENT_ID, source=source, sequence=3, at=AT))
    for _ in range(data.draw(st.integers(1, 4))):
        value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.integers(0, 255))
    with suppress(CorruptMessage):
        hear(bytes(value))


@each_event
def test_writing_and_reading_know_the_same_fields(source: str, kind: Any) -> None:
    flat = fact_writer(kind)(fact_of(kind))
    assert set(flat) == {camel(each.name) for each in fields(kind)}
    assert set(flat) <= set(wired(source, kind))
    assert callable(fact_reader(kind))


@pytest.mark.parametrize("moment", ["2026-11-25T00:00:00", "2026-11-25", 1795487279137])
def test_a_moment_without_its_offset_is_corrupt(moment: object) -> None:
    """A page that compares it with another moment would fail for everybody."""
    told = json.loads(published("registration", DefectRegistered).value)
    value = json.dumps(told | {"defectregistrationDt": moment}).encode()
    message = Delivered(topic="aptas", key="1", headers={}, value=value, partition=0, offset=1)
    with pytest.raises(CorruptMessage):
        VOCABULARY.hear(message)
