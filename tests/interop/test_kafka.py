"""Both topics on a real Kafka, read by the document alone."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing

from confluent_kafka import Consumer, Message
from confluent_kafka.admin import AdminClient, ConfigResource

from tests.interop.journeys import Carried
from tests.interop.reader import Event, Reader
from tests.interop.samples import SAID
from tests.interop.topics import Topics
from tests.kafka_server import kafka
from tests.wire.facts import NAMES


def consumed(topics: Topics, addresses: list[str], count: int, seconds: float = 30) -> Iterator[Message]:
    """The next `count` messages of these topics, for a group that was never seen."""
    settings = {
        "bootstrap.servers": topics.kafka,
        "group.id": topics.name,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
    deadline = time.monotonic() + seconds
    with closing(Consumer(settings)) as consumer:
        consumer.subscribe([topics.on_kafka(each) for each in addresses])
        while count and time.monotonic() < deadline:
            message = consumer.poll(1)
            if message is not None and message.error() is None:
                count -= 1
                yield message


def read(reader: Reader, topics: Topics, message: Message) -> Event | None:
    key, value = message.key(), message.value()
    assert isinstance(key, bytes)
    assert isinstance(value, bytes)
    headers: Iterable[tuple[str, bytes]] = message.headers() or ()  # type: ignore[assignment]
    return reader.read(topics.in_document(str(message.topic())), key, dict(headers), value)


async def test_the_topics_are_as_the_document_says() -> None:
    topics = Topics(kafka())
    await topics.fill([])
    admin = AdminClient({"bootstrap.servers": topics.kafka})
    for address, channel in SAID["channels"].items():
        promised = channel["bindings"]["kafka"]
        name = topics.on_kafka(address)
        assert len(admin.list_topics(name).topics[name].partitions) == promised["partitions"]
        (asked,) = admin.describe_configs([ConfigResource("topic", name)]).values()
        settings = {each: entry.value for each, entry in asked.result().items()}
        for each, value in promised["topicConfiguration"].items():
            assert settings[each] == ",".join(map(str, value if isinstance(value, list) else [value]))


async def test_every_event_of_a_whole_journey_is_read_from_kafka(everything: list[Carried]) -> None:
    topics, reader = Topics(kafka()), Reader(SAID)
    await topics.fill(everything)
    events = [read(reader, topics, each) for each in consumed(topics, reader.topics, len(everything))]
    assert len(events) == len(everything)
    assert {event.message for event in events if event is not None} == set(NAMES)
