"""A whole journey on the embedded broker, read by the document alone."""

from collections import Counter
from collections.abc import Callable

from tests.interop.journeys import Carried
from tests.interop.reader import Reader
from tests.interop.samples import SAID
from tests.wire.facts import NAMES


def test_every_event_of_a_whole_journey_is_read(
    everything: list[Carried], tell: Callable[[str], None]
) -> None:
    reader = Reader(SAID)
    events = [reader.read(*message.as_bytes()) for message in everything]
    assert None not in events
    seen = Counter(event.message for event in events if event is not None)
    assert set(seen) == set(NAMES), "a fact that no journey publishes"
    tell(f"read by docs/asyncapi.json alone: {len(events)} messages, {len(seen)} kinds")
