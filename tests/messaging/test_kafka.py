"""What only Kafka has: partitions, members that share them, producers that may leave a gap, strangers.

What it has in common with every other broker is in tests/contracts/test_brokers.py.
"""

import asyncio
import os
import secrets
import signal
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from aptas.kernel.messages import APTAS, COMPENSATION, TOPICS
from aptas.messaging.broker import AssignmentLost, BrokerAway, Subscription
from aptas.messaging.envelope import Delivered, Message
from aptas.messaging.kafka import KafkaBroker
from aptas.messaging.kafka_clients import Clients, Trouble
from aptas.messaging.kafka_messages import delivered
from aptas.messaging.kafka_topics import PARTITIONS, TopicRefused
from aptas.settings import SettingRefused
from tests.contracts.kafka_proxy import HOST
from tests.kafka_server import delete_topics, kafka, kafka_of_its_own
from tools.kafka.node import Node, free_port

KEYS = tuple(str(number) for number in range(40))


@pytest.fixture
def clients() -> Iterator[Clients]:
    """Topics and groups of its own on the shared Kafka."""
    clients = Clients(
        servers=kafka(), prefix=f"test-{secrets.token_hex(6)}-", session_seconds=3, round_seconds=10
    )
    yield clients
    delete_topics(clients.servers, clients.prefix)


@pytest.fixture
async def broker(clients: Clients) -> AsyncIterator[KafkaBroker]:
    broker = KafkaBroker(clients)
    yield broker
    await broker.close()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A Kafka that may be stopped and killed."""
    with kafka_of_its_own(tmp_path_factory.mktemp("kafka")) as node:
        yield node


def letter(key: str, number: int, topic: str = APTAS) -> Message:
    return Message(topic=topic, key=key, headers={"type": "Letter"}, value=f"{key}:{number}".encode())


def letters(count: int, first: int = 0) -> list[Message]:
    """So many of every key."""
    return [letter(key, number) for number in range(first, first + count) for key in KEYS]


def values(messages: Sequence[Message]) -> list[bytes]:
    return [each.value for each in messages]


def numbers_by_key(messages: Sequence[Message]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for each in messages:
        found[each.key].append(int(each.value.rpartition(b":")[2]))
    return found


async def all_of(broker: KafkaBroker, topic: str = APTAS, piece: int = 1000) -> list[Delivered]:
    seen: list[Delivered] = []
    while found := await broker.read(topic, len(seen), piece):
        seen += found
    return seen


async def received(member: Subscription, count: int) -> list[Delivered]:
    got: list[Delivered] = []
    deadline = time.monotonic() + 20
    while len(got) < count and time.monotonic() < deadline:
        got += await member.poll(100, wait=0.1)
    return got


async def test_topics_are_made_with_twelve_partitions_and_kept_for_ever(
    clients: Clients, broker: KafkaBroker
) -> None:
    await broker.create()
    admin = AdminClient({"bootstrap.servers": clients.servers})
    found = admin.list_topics(timeout=10).topics
    for topic in map(clients.wire, TOPICS):
        assert len(found[topic].partitions) == 12
        (promised,) = admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic)]).values()
        said = promised.result()
        assert [said[name].value for name in ("retention.ms", "retention.bytes")] == ["-1", "-1"]


async def test_a_topic_with_too_few_partitions_is_refused_by_name_and_counts(
    clients: Clients, broker: KafkaBroker
) -> None:
    admin = AdminClient({"bootstrap.servers": clients.servers})
    (made,) = admin.create_topics([NewTopic(clients.wire(COMPENSATION), 3, 1)]).values()
    made.result()
    with pytest.raises(TopicRefused, match=f"{COMPENSATION} has 3 partitions and needs {PARTITIONS}"):
        await broker.create()
    for _ in range(2):
        with pytest.raises(TopicRefused):
            await broker.publish([letter("7", 1)])
    with pytest.raises(TopicRefused):
        await broker.subscribe("readers", TOPICS).poll(10, wait=0.1)


async def test_a_topic_that_somebody_deletes_is_made_again(clients: Clients, broker: KafkaBroker) -> None:
    await broker.publish([letter("7", 1)])
    delete_topics(clients.servers, clients.prefix)
    seen: list[Delivered] = []
    deadline = time.monotonic() + 40
    while {*values(seen)} != {b"7:2"} and time.monotonic() < deadline:
        with suppress(BrokerAway):  # and what is published while it is being deleted goes with it
            await broker.publish([letter("7", 2)])
            seen = await all_of(broker)
    assert {*values(seen)} == {b"7:2"}


MURMUR2 = {
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}
"""What Kafka's own tests expect of its hash; Java takes it without its sign, modulo the number of partitions."""


async def test_a_key_is_where_a_java_producer_puts_it(broker: KafkaBroker) -> None:
    await broker.publish([letter(key, 1) for key in MURMUR2])
    places = {each.key: each.partition for each in await all_of(broker)}
    assert places == {key: (hashed & 0x7FFFFFFF) % PARTITIONS for key, hashed in MURMUR2.items()}


async def test_a_strangers_message_does_not_stop_its_partition(clients: Clients, broker: KafkaBroker) -> None:
    await broker.create()
    stranger = Producer({"bootstrap.servers": clients.servers})
    strange: list[dict[str, object]] = [
        {"value": b"no key"},
        {"key": b"7", "value": None},
        {"key": b"\xff\xfe", "value": b"key is no text"},
        {
            "key": b"7",
            "value": b"headers",
            "headers": [("type", b"\xff"), ("none", None), ("type", b"twice")],
        },
    ]
    for each in strange:
        stranger.produce(clients.wire(APTAS), partition=0, **each)  # type: ignore[arg-type]
    stranger.produce(clients.wire(APTAS), partition=0, key=b"7", value=b"7:1")
    assert stranger.flush(10) == 0
    got = await received(broker.subscribe("readers", TOPICS), 5)
    assert [(each.key, each.value, dict(each.headers)) for each in got] == [
        ("", b"no key", {}),
        ("7", b"", {}),
        ("\ufffd\ufffd", b"key is no text", {}),
        ("7", b"headers", {"type": "twice", "none": ""}),
        ("7", b"7:1", {}),
    ]
    assert got == await all_of(broker)


def test_a_message_whose_headers_cannot_be_named_is_delivered_without_them() -> None:
    class Unnamed:
        """As confluent-kafka hands it over."""

        def key(self) -> bytes:
            return b"7"

        def value(self) -> bytes:
            return b"7:1"

        def partition(self) -> int:
            return 3

        def offset(self) -> int:
            return 0

        def headers(self) -> None:
            raise SystemError("returned a result with an exception set")

    told = delivered(Unnamed(), APTAS)  # type: ignore[arg-type]
    assert told == Delivered(topic=APTAS, key="7", headers={}, value=b"7:1", partition=3, offset=1)


async def test_a_message_that_is_too_large_is_named_and_nothing_behind_it_is_written(
    broker: KafkaBroker,
) -> None:
    large = replace(letter("too-large", 2), value=b"x" * 2_000_000)
    with pytest.raises(BrokerAway, match=f"{APTAS} too-large: .*large"):
        await broker.publish([letter("7", 1), large, letter("7", 3)])
    assert b"7:3" not in values(await all_of(broker))
    await broker.publish([letter("7", 4)])
    assert values(await all_of(broker))[-1] == b"7:4"


async def test_a_message_that_the_broker_finds_too_large_is_named_and_does_not_spoil_what_comes_later(
    clients: Clients, broker: KafkaBroker
) -> None:
    admin = AdminClient({"bootstrap.servers": clients.servers})
    small = NewTopic(clients.wire(APTAS), PARTITIONS, 1, config={"max.message.bytes": "2000"})
    (made,) = admin.create_topics([small]).values()
    made.result()
    large = replace(letter("too-large", 2), value=secrets.token_bytes(9000))
    with pytest.raises(BrokerAway, match=f"{APTAS} too-large: .*large"):
        await broker.publish([letter("7", 1), large, letter("7", 3)])
    await broker.publish([letter("too-large", 4)])
    assert [each.value for each in await all_of(broker) if each.key == "too-large"] == [b"too-large:4"]


async def test_offsets_are_counted_from_one_and_are_what_kafka_calls_committed(
    clients: Clients, broker: KafkaBroker
) -> None:
    await broker.publish([letter("7", number) for number in range(3)])
    member = broker.subscribe("readers", TOPICS)
    got = await received(member, 3)
    assert [each.offset for each in got] == [1, 2, 3]
    await member.commit(got[:2])
    reader = clients.member("readers", Trouble())
    (committed,) = reader.committed([TopicPartition(clients.wire(APTAS), got[0].partition)], timeout=10)
    assert committed.offset == 2
    reader.close()
    await member.close()


async def test_a_look_has_every_partition_in_its_order_and_goes_on_at_the_end(broker: KafkaBroker) -> None:
    await broker.publish(letters(30))
    for piece in (7, 1000):
        seen = await all_of(broker, piece=piece)
        assert numbers_by_key(seen) == {key: list(range(30)) for key in KEYS}
    end = await broker.end(APTAS)
    assert end == len(seen) == 30 * len(KEYS)
    await broker.publish(letters(1, first=30))
    later = await broker.read(APTAS, end, 1000)
    assert numbers_by_key(later) == {key: [30] for key in KEYS}


async def test_another_look_passes_as_many_as_it_is_told(clients: Clients, broker: KafkaBroker) -> None:
    for number in range(20):
        await broker.publish([letter(key, number) for key in KEYS[:6]])
        await asyncio.sleep(0.002)
    seen = await all_of(broker)
    other = KafkaBroker(clients)
    assert list(await other.read(APTAS, 50, 1000)) == seen[50:]
    await other.close()


async def test_a_poll_that_was_cancelled_took_nothing_for_good(broker: KafkaBroker) -> None:
    member = broker.subscribe("readers", TOPICS)
    await member.poll(1, wait=1)
    polling = asyncio.create_task(member.poll(100, wait=20))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    polling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await polling
    assert time.monotonic() - began < 2
    await broker.publish(letters(2))
    await member.restore()
    assert numbers_by_key(await received(member, 2 * len(KEYS))) == {key: [0, 1] for key in KEYS}


class Reader:
    """A member at work: what it has committed is what it has done."""

    def __init__(self, broker: KafkaBroker, done: list[Delivered]) -> None:
        self._member = broker.subscribe("readers", TOPICS)
        self._done = done
        self._leaves = False
        self._working = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while not self._leaves:
            found = await self._member.poll(50, wait=0.1)
            await asyncio.sleep(0.002)
            try:
                await self._member.commit(found)
            except AssignmentLost:
                await self._member.restore()
            else:
                self._done += found
        await self._member.close()

    async def leave(self) -> None:
        self._leaves = True
        await self._working


async def test_members_that_come_and_go_under_load_lose_and_double_nothing_they_committed(
    clients: Clients, broker: KafkaBroker
) -> None:
    done: list[Delivered] = []
    brokers = [KafkaBroker(clients) for _ in range(3)]
    at_work = [Reader(brokers[0], done)]
    for number in range(90):
        await broker.publish(letters(1, first=number))
        await asyncio.sleep(0.02)
        if number in (10, 40):
            at_work.append(Reader(brokers[len(at_work)], done))
        if number in (30, 70):
            await at_work.pop(0).leave()
    for _ in range(600):
        await asyncio.sleep(0.05)
        if len(done) >= 90 * len(KEYS):
            break
    for reader in at_work:
        await reader.leave()
    for each in brokers:
        await each.close()
    assert Counter(values(done)) == Counter(values(letters(90)))
    assert numbers_by_key(done) == {key: list(range(90)) for key in KEYS}


def nothing_inverted(messages: Sequence[Message]) -> dict[str, int]:
    """None came for the first time before its predecessor did; how many there are of each key."""
    found = {key: list(dict.fromkeys(numbers)) for key, numbers in numbers_by_key(messages).items()}
    assert found == {key: list(range(len(numbers))) for key, numbers in found.items()}
    return {key: len(numbers) for key, numbers in found.items()}


@pytest.fixture
async def on_node(node: Node) -> AsyncIterator[KafkaBroker]:
    """Topics of its own on the Kafka that may be stopped, made and in use."""
    broker = KafkaBroker(Clients(servers=node.address, prefix=f"{secrets.token_hex(4)}-", patience=1))
    await until_written(broker, letters(1))
    yield broker
    await broker.close()


async def test_what_a_stopped_broker_has_of_a_publication_is_a_prefix_and_beginning_again_inverts_nothing(
    node: Node, on_node: KafkaBroker
) -> None:
    first, stopped = 1, 0
    for seconds in (0.03, 0.08, 0.15):
        batch = letters(400, first)
        publishing = asyncio.create_task(on_node.publish(batch))
        await asyncio.sleep(seconds)
        with asleep(node):
            await asyncio.wait([publishing])
        stopped += isinstance(publishing.exception(), BrokerAway)
        nothing_inverted(await settled(on_node))
        await until_written(on_node, batch)
        first += 400
    assert nothing_inverted(await all_of(on_node)) == dict.fromkeys(KEYS, first)
    assert stopped, "every publication was through before the broker slept"


@contextmanager
def asleep(node: Node) -> Iterator[None]:
    """It keeps its connections and answers nobody."""
    pid = node.pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def killed(node: Node) -> None:
    """And dead."""
    pid = node.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while node.pid() is not None:
        time.sleep(0.05)


async def settled(broker: KafkaBroker) -> list[Delivered]:
    """All there is, once a broker that slept has done what lay waiting for it."""
    seen: list[Delivered] = []
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(BrokerAway):
            before, seen = len(seen), await all_of(broker)
            if seen and len(seen) == before:
                break
        await asyncio.sleep(0.3)
    return seen


async def until_written(broker: KafkaBroker, batch: Sequence[Message]) -> None:
    """As the relay does it: from the first that was not acknowledged."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(BrokerAway):
            return await broker.publish(batch)
    pytest.fail("never written")


async def test_what_was_acknowledged_survives_the_death_of_the_broker(
    node: Node, on_node: KafkaBroker
) -> None:
    await until_written(on_node, letters(19, first=1))
    await asyncio.to_thread(killed, node)
    with pytest.raises(BrokerAway):
        await on_node.publish(letters(1, first=20))
    await asyncio.to_thread(node.start)
    await until_written(on_node, letters(1, first=20))
    assert nothing_inverted(await all_of(on_node)) == dict.fromkeys(KEYS, 21)


async def test_topics_are_made_once_the_broker_is_there(tmp_path: Path) -> None:
    port = free_port()
    broker = KafkaBroker(Clients(servers=f"{HOST}:{port}", patience=1))
    with pytest.raises(BrokerAway, match=f"APTAS_KAFKA={HOST}:{port}: .*Connection refused"):
        await broker.create()
    with kafka_of_its_own(tmp_path, port):
        await until_written(broker, [letter("7", 1)])
        assert values(await all_of(broker)) == [b"7:1"]
        await broker.close()


async def test_credentials_that_are_refused_are_said_to_be_so(clients: Clients) -> None:
    options = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"}
    secret = {"sasl.username": "aptas", "sasl.password": "hunter2"}
    broker = KafkaBroker(replace(clients, options=options | secret, patience=1))
    with pytest.raises(BrokerAway, match=r"APTAS_KAFKA=.*APTAS_KAFKA_OPTIONS") as away:
        await broker.publish([letter("7", 1)])
    assert "hunter2" not in str(away.value)
    await broker.close()


@pytest.mark.parametrize("option", ["acks", "enable.idempotence", "group.id", "sasl.usernam"])
def test_an_option_that_is_ours_or_nobodys_is_refused_by_name(option: str) -> None:
    with pytest.raises(SettingRefused, match=rf"APTAS_KAFKA_OPTIONS: .*{option}"):
        KafkaBroker(Clients(servers=f"{HOST}:1", options={option: "1"}))
