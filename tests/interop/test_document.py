"""docs/asyncapi.json is the code's own account of the wire, and AsyncAPI as AsyncAPI's authors mean it."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from aptas.asyncapi import words
from aptas.asyncapi.document import document, read_samples, written
from aptas.bootstrap import GALLERIES, ROOMS
from aptas.kernel.messages import TOPICS, Fact
from tests.interop.conftest import Skip
from tests.interop.official import NoNpm, official_schema
from tests.interop.reader import Reader
from tests.interop.samples import DOCUMENT, SAID, at, places, sample_of
from tests.journeys.houses import aptas
from tests.wire.facts import NAMES, PAIRS, PUBLIC
from tests.wire.write_samples import SAMPLES

BREACHES: list[Callable[[Any], object]] = [
    lambda broken: broken.pop("info"),
    lambda broken: broken["channels"]["aptas"]["bindings"]["kafka"].update(partitions=0),
    lambda broken: broken["operations"]["homes.sends.aptas"].update(action="publish"),
    lambda broken: broken["components"]["messages"]["homes.HomeRecorded"].update(payload="HomeRecorded"),
    lambda broken: broken["components"]["schemas"]["Slot"]["properties"].update(start={"type": "moment"}),
]
"""What the official schema has to notice, or it was not asked."""


def test_the_document_is_generated_from_the_code() -> None:
    assert DOCUMENT.read_text("utf-8") == written(read_samples(SAMPLES)), "make asyncapi writes it anew"


def test_the_command_line_prints_it_and_refuses_a_folder_without_samples(tmp_path: Path) -> None:
    printed = aptas(tmp_path, "asyncapi", "--samples", str(SAMPLES))
    assert (printed.returncode, printed.stdout) == (0, DOCUMENT.read_text("utf-8"))
    refused = aptas(tmp_path, "asyncapi", "--samples", str(tmp_path / "nowhere"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "holds no messages" in refused.stderr


def test_it_is_valid_by_the_official_schema(skip_aloud: Skip) -> None:
    try:
        official = jsonschema_rs.validator_for(official_schema(SAID["asyncapi"]))
    except NoNpm as missing:
        skip_aloud(missing)
    assert [problem.message for problem in official.iter_errors(SAID)] == []
    for break_a_rule in BREACHES:
        broken = copy.deepcopy(SAID)
        break_a_rule(broken)
        assert not official.is_valid(broken)


def test_every_reference_leads_somewhere() -> None:
    leads = [at(SAID, place) for place in places(SAID) if place[-1] == "$ref"]
    assert len(leads) > 100
    for lead in leads:
        assert at(SAID, tuple(lead.removeprefix("#/").split("/")))


def test_every_published_fact_is_on_its_topic_and_nothing_else_is() -> None:
    assert {name: set(channel["messages"]) for name, channel in SAID["channels"].items()} == {
        topic: {f"{source}.{kind.__name__}" for source, kind in PAIRS if kind.topic == topic}
        for topic in TOPICS
    }


def test_whoever_hears_a_fact_is_named_and_whoever_sends_it() -> None:
    reader = Reader(SAID)
    heard: dict[str, Any] = {name: room.policies for name, room in ROOMS.items()}
    heard |= {name: gallery.projections for name, gallery in GALLERIES.items()}
    for name, facts in heard.items():
        assert reader.heard_by(name) == {f"{fact.__module__.split('.')[1]}.{fact.__name__}" for fact in facts}
    for source, told in PUBLIC.items():
        assert reader.sent_by(source) == {f"{source}.{fact.__name__}" for fact in told}


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_the_frozen_sample(name: str) -> None:
    sample = sample_of(name)
    (example,) = SAID["components"]["messages"][name]["examples"]
    assert example == {"headers": sample.headers, "payload": sample.value}


def test_a_message_is_described_by_the_docstring_of_its_fact_in_both_languages() -> None:
    kinds: dict[str, type[Fact]] = {f"{source}.{kind.__name__}": kind for source, kind in PAIRS}
    for name, message in SAID["components"]["messages"].items():
        ko, _, en = message["summary"].partition(" / ")
        assert message["summary"] in str(kinds[name].__doc__)
        assert any("가" <= letter <= "힣" for letter in ko)
        assert en
        assert not any("가" <= letter <= "힣" for letter in en)


@pytest.mark.parametrize(
    ("spoken", "name"),
    [(words.FIELDS, "receiptNo"), (words.FIELDS, "verdict"), (words.HEADERS, "traceparent")],
)
def test_a_name_that_nobody_explains_is_refused(
    spoken: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(spoken, name)
    with pytest.raises(words.Undescribed, match=name):
        document({})


def test_no_name_is_explained_that_is_not_on_the_wire() -> None:
    there = {place[-1] for place in places(SAID["components"]["schemas"])}
    assert {name.rpartition(".")[2] for name in (*words.FIELDS, *words.HEADERS)} <= there
