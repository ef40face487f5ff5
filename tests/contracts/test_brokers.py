"""What every broker does, whichever it is. Nothing here knows of partitions or of how offsets are counted."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import pytest

from aptas.kernel.messages import APTAS, COMPENSATION, TOPICS
from aptas.messaging.broker import AssignmentLost, Broker, BrokerAway, Subscription
from aptas.messaging.envelope import Delivered, Message
from tests.contracts.backends import Brokers

PATIENCE = 20.0


def letter(number: int, key: str = "7", topic: str = APTAS) -> Message:
    return Message(topic=topic, key=key, headers={"type": "Letter"}, value=f"{key}:{number}".encode())


def letters(count: int, keys: Sequence[str] = ("7",), topic: str = APTAS) -> list[Message]:
    return [letter(number, key, topic) for number in range(count) for key in keys]


async def receive(member: Subscription, count: int, commit: bool = True) -> list[Delivered]:
    """At least `count` messages, however long the broker takes to hand them over."""
    got: list[Delivered] = []
    deadline = time.monotonic() + PATIENCE
    while len(got) < count and time.monotonic() < deadline:
        found = await member.poll(100, wait=0.1)
        if found and commit:
            await member.commit(found)
        got.extend(found)
    assert len(got) >= count, f"{len(got)} of {count} came"
    return got


async def nothing_more(member: Subscription, seconds: float = 0.3) -> bool:
    return not await member.poll(100, wait=seconds)


def values(messages: Sequence[Message]) -> list[bytes]:
    return [each.value for each in messages]


def by_key(messages: Sequence[Message]) -> dict[tuple[str, str], list[bytes]]:
    found: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    for each in messages:
        found[each.topic, each.key].append(each.value)
    return dict(found)


@pytest.fixture
async def broker(brokers: Brokers) -> Broker:
    return await brokers.connect()


async def test_what_was_published_is_there_for_a_process_that_comes_later(brokers: Brokers) -> None:
    first = await brokers.connect()
    await first.publish([letter(1)])
    await first.close()
    later = await brokers.connect()
    assert values(await receive(later.subscribe("readers", TOPICS), 1)) == [b"7:1"]


async def test_messages_of_one_key_come_in_the_order_they_were_published(broker: Broker) -> None:
    keys = tuple(str(number) for number in range(5))
    sent = letters(20, keys) + letters(20, keys, COMPENSATION)
    for piece in range(0, len(sent), 17):
        await broker.publish(sent[piece : piece + 17])
    got = await receive(broker.subscribe("readers", TOPICS), len(sent))
    assert by_key(got) == by_key(sent)


async def test_publishing_nothing_is_nothing(broker: Broker) -> None:
    await broker.publish([])
    assert await broker.end(APTAS) == 0


async def test_value_key_and_headers_arrive_byte_for_byte(broker: Broker) -> None:
    sent = Message(
        topic=APTAS,
        key="9223372036854775807",
        headers={"type": "하자접수", "content-type": "application/json", "empty": ""},
        value='{"설명":"욕실 타일이 깨졌어요 🛁","n":1}'.encode() + b"\x00\xff\xfe",
    )
    await broker.publish([sent])
    (got,) = await receive(broker.subscribe("readers", TOPICS), 1)
    assert (got.topic, got.key, dict(got.headers), got.value) == (
        sent.topic,
        sent.key,
        sent.headers,
        sent.value,
    )


async def test_a_new_group_begins_at_the_start(broker: Broker) -> None:
    await broker.publish(letters(3))
    await receive(broker.subscribe("first", TOPICS), 3)
    assert len(await receive(broker.subscribe("second", TOPICS), 3)) == 3


async def test_two_groups_each_get_everything_while_it_is_published(broker: Broker) -> None:
    one, other = broker.subscribe("one", TOPICS), broker.subscribe("other", TOPICS)
    await broker.publish(letters(5))
    got = await asyncio.gather(receive(one, 10), receive(other, 10), broker.publish(letters(5, ("8",))))
    assert by_key(got[0]) == by_key(got[1]) == by_key(letters(5, ("7", "8")))


async def test_a_member_hears_only_the_topics_it_asked_for(broker: Broker) -> None:
    member = broker.subscribe("readers", (COMPENSATION,))
    await broker.publish([letter(1), letter(2, topic=COMPENSATION)])
    assert values(await receive(member, 1)) == [b"7:2"]
    assert await nothing_more(member)


async def test_poll_gives_no_more_than_its_limit_and_leaves_nothing_out(broker: Broker) -> None:
    sent = letters(10) + letters(10, topic=COMPENSATION)
    await broker.publish(sent)
    member = broker.subscribe("readers", TOPICS)
    got: list[Delivered] = []
    deadline = time.monotonic() + PATIENCE
    while len(got) < len(sent) and time.monotonic() < deadline:
        found = await member.poll(3, wait=0.1)
        assert len(found) <= 3
        got.extend(found)
    assert by_key(got) == by_key(sent)


async def test_a_busy_topic_does_not_silence_the_other(broker: Broker) -> None:
    await broker.publish([*letters(60), letter(1, topic=COMPENSATION)])
    member = broker.subscribe("readers", TOPICS)
    heard: list[str] = []
    deadline = time.monotonic() + PATIENCE
    while COMPENSATION not in heard and time.monotonic() < deadline:
        heard.extend(each.topic for each in await member.poll(5, wait=0.1))
    assert len(heard) < 60


async def test_an_empty_poll_returns_after_its_wait(broker: Broker) -> None:
    member = broker.subscribe("readers", TOPICS)
    began = time.monotonic()
    assert list(await member.poll(10, wait=0.3)) == []
    assert 0.25 <= time.monotonic() - began < 5


async def test_a_poll_under_way_is_woken_by_a_publication(broker: Broker) -> None:
    member = broker.subscribe("readers", TOPICS)
    assert await nothing_more(member)
    waiting = asyncio.create_task(member.poll(10, wait=PATIENCE))
    await asyncio.sleep(0.05)
    began = time.monotonic()
    await broker.publish([letter(1)])
    assert values(await waiting) == [b"7:1"]
    assert time.monotonic() - began < PATIENCE / 2


async def test_after_a_restart_a_group_goes_on_behind_what_it_committed(brokers: Brokers) -> None:
    first = await brokers.connect()
    await first.publish(letters(4))
    member = first.subscribe("readers", TOPICS)
    got = await receive(member, 4, commit=False)
    await member.commit(got[:3])
    await member.close()
    again = (await brokers.connect()).subscribe("readers", TOPICS)
    assert values(await receive(again, 1)) == [b"7:3"]


async def test_what_was_not_committed_is_delivered_again(brokers: Brokers) -> None:
    first = await brokers.connect()
    await first.publish(letters(3))
    member = first.subscribe("readers", TOPICS)
    await receive(member, 3, commit=False)
    await member.close()
    again = (await brokers.connect()).subscribe("readers", TOPICS)
    assert values(await receive(again, 3)) == [b"7:0", b"7:1", b"7:2"]


async def test_restore_goes_back_to_what_was_committed(broker: Broker) -> None:
    await broker.publish(letters(3))
    member = broker.subscribe("readers", TOPICS)
    got = await receive(member, 3, commit=False)
    await member.commit(got[:1])
    await member.restore()
    assert values(await receive(member, 2)) == [b"7:1", b"7:2"]


async def test_rewind_begins_again_at_the_start(broker: Broker) -> None:
    sent = letters(3) + letters(3, topic=COMPENSATION)
    await broker.publish(sent)
    member = broker.subscribe("readers", TOPICS)
    await receive(member, 6)
    await member.rewind()
    assert by_key(await receive(member, 6)) == by_key(sent)


async def test_a_rewind_is_remembered(brokers: Brokers) -> None:
    first = await brokers.connect()
    await first.publish(letters(3))
    member = first.subscribe("readers", TOPICS)
    await receive(member, 3)
    await member.rewind()
    await member.close()
    again = (await brokers.connect()).subscribe("readers", TOPICS)
    assert len(await receive(again, 3)) == 3


async def test_a_rewind_by_another_member_is_not_undone_by_the_holders_commit(brokers: Brokers) -> None:
    holder = (await brokers.connect()).subscribe("readers", TOPICS)
    other = await brokers.connect()
    await other.publish(letters(3))
    await receive(holder, 3)
    await other.publish(letters(1, topic=COMPENSATION))
    await other.publish([letter(4)])
    got: list[Delivered] = []
    while not any(each.topic == TOPICS[0] for each in got):
        got = list(await holder.poll(10, wait=0.1))
    await other.subscribe("readers", TOPICS).rewind()
    with pytest.raises(AssignmentLost):
        await holder.commit(got)
    await holder.restore()
    assert len(await receive(holder, 5)) == 5


async def passing_over(broker: Broker, numbers: int) -> Subscription:
    """A member that has polled so many letters and does nothing about them."""
    await broker.publish(letters(numbers))
    member = broker.subscribe("readers", TOPICS)
    member.pass_over(await receive(member, numbers, commit=False))
    return member


async def test_what_was_passed_over_is_committed_with_what_is_handled_next(brokers: Brokers) -> None:
    broker = await brokers.connect()
    member = await passing_over(broker, 3)
    await broker.publish([letter(9, topic=COMPENSATION)])
    await receive(member, 1)
    await member.close()
    again = (await brokers.connect()).subscribe("readers", TOPICS)
    assert await nothing_more(again)


async def test_what_was_passed_over_is_committed_when_there_is_nothing_else(brokers: Brokers) -> None:
    member = await passing_over(await brokers.connect(), 3)
    await member.commit(())
    await member.close()
    again = (await brokers.connect()).subscribe("readers", TOPICS)
    assert await nothing_more(again)


async def test_what_was_passed_over_and_never_committed_is_delivered_again(brokers: Brokers) -> None:
    member = await passing_over(await brokers.connect(), 3)
    await member.close()
    again = (await brokers.connect()).subscribe("readers", TOPICS)
    assert values(await receive(again, 3)) == values(letters(3))


async def test_restore_forgets_what_was_passed_over(broker: Broker) -> None:
    member = await passing_over(broker, 3)
    await member.restore()
    await member.commit(())
    assert values(await receive(member, 3)) == values(letters(3))


async def test_a_rewind_is_not_undone_by_what_was_passed_over_before(broker: Broker) -> None:
    await broker.publish(letters(2))
    member = broker.subscribe("readers", TOPICS)
    await receive(member, 2)
    await broker.publish(letters(2))
    member.pass_over(await receive(member, 2, commit=False))
    await member.rewind()
    await member.commit(())
    assert len(await receive(member, 4)) == 4


async def test_lag_counts_what_is_behind_the_end(broker: Broker) -> None:
    await broker.publish(letters(5))
    member = broker.subscribe("readers", TOPICS)
    got: list[Delivered] = []
    while not got:
        got = list(await member.poll(2, wait=0.1))
    await member.commit(got)
    assert await member.lag() == 5 - len(got)
    await receive(member, 5 - len(got))
    assert await member.lag() == 0


@pytest.mark.parametrize("is_same_process", [True, False])
async def test_two_living_members_never_both_get_a_message(brokers: Brokers, is_same_process: bool) -> None:
    first = await brokers.connect()
    second = first if is_same_process else await brokers.connect()
    members = [first.subscribe("readers", TOPICS), second.subscribe("readers", TOPICS)]
    got: list[list[Delivered]] = [[], []]
    deadline = time.monotonic() + PATIENCE

    async def consume(which: int) -> None:
        while len(got[0]) + len(got[1]) < 40 and time.monotonic() < deadline:
            found = await members[which].poll(5, wait=0.05)
            try:
                await members[which].commit(found)
            except AssignmentLost:
                continue
            got[which].extend(found)

    working = [asyncio.create_task(consume(which)) for which in (0, 1)]
    for number in range(40):
        await first.publish([letter(number, str(number % 4))])
        await asyncio.sleep(0.02)
    await asyncio.gather(*working)
    assert sorted(values(got[0] + got[1])) == sorted(values([letter(n, str(n % 4)) for n in range(40)]))


async def test_another_member_takes_over_when_one_dies(brokers: Brokers) -> None:
    dying, living = await brokers.connect(), await brokers.connect()
    await dying.publish(letters(5))
    dead = dying.subscribe("readers", TOPICS)
    got = await receive(dead, 5, commit=False)
    await dead.commit(got[:2])
    began = time.monotonic()
    heir = living.subscribe("readers", TOPICS)
    assert values(await receive(heir, 3)) == [b"7:2", b"7:3", b"7:4"]
    assert time.monotonic() - began < brokers.takeover_seconds + 5


async def test_another_member_takes_over_at_once_when_one_leaves(brokers: Brokers) -> None:
    leaving, staying = await brokers.connect(), await brokers.connect()
    await leaving.publish(letters(2))
    member, heir = leaving.subscribe("readers", TOPICS), staying.subscribe("readers", TOPICS)
    await receive(member, 2)
    await leaving.publish([letter(2)])
    await member.close()
    assert values(await receive(heir, 1)) == [b"7:2"]


async def test_the_commit_of_a_zombie_is_refused_and_moves_nothing(brokers: Brokers) -> None:
    """It polled, slept for too long, and wakes up when another member has its messages."""
    sleepy, awake = await brokers.connect(), await brokers.connect()
    await sleepy.publish(letters(4))
    zombie = sleepy.subscribe("readers", TOPICS)
    polled = await receive(zombie, 4, commit=False)
    await asyncio.sleep(brokers.takeover_seconds)
    heir = awake.subscribe("readers", TOPICS)
    taken = await receive(heir, 4, commit=False)
    await heir.commit(taken[:1])
    with pytest.raises(AssignmentLost):
        await zombie.commit(polled)
    await heir.restore()
    assert values(await receive(heir, 3)) == [b"7:1", b"7:2", b"7:3"]


async def test_a_zombie_gets_nothing_while_its_heir_lives(brokers: Brokers) -> None:
    sleepy, awake = await brokers.connect(), await brokers.connect()
    await sleepy.publish(letters(2))
    zombie = sleepy.subscribe("readers", TOPICS)
    await receive(zombie, 2, commit=False)
    await asyncio.sleep(brokers.takeover_seconds)
    heir = awake.subscribe("readers", TOPICS)
    await receive(heir, 2, commit=False)
    assert await nothing_more(zombie, 0.1)


async def test_anyone_may_look_without_joining_a_group(broker: Broker) -> None:
    await broker.publish([*letters(7), letter(0, topic=COMPENSATION)])
    seen: list[Delivered] = []
    while piece := await broker.read(APTAS, seen[-1].offset if seen else 0, 3):
        assert len(piece) <= 3
        seen.extend(piece)
    assert values(seen) == values(letters(7))
    assert all(one.offset < other.offset for one, other in pairwise(seen))
    assert seen[-1].offset == await broker.end(APTAS)
    assert len(await receive(broker.subscribe("readers", (APTAS,)), 7)) == 7


async def test_an_empty_topic_ends_at_nothing(broker: Broker) -> None:
    assert await broker.end(APTAS) == 0
    assert list(await broker.read(APTAS, 0, 10)) == []


async def test_a_broker_that_does_not_answer_is_away(brokers: Brokers) -> None:
    broker = await brokers.unreachable()
    with pytest.raises(BrokerAway):
        await broker.publish([letter(1)])
    with pytest.raises(BrokerAway):
        await broker.read(APTAS, 0, 10)
    with pytest.raises(BrokerAway):
        await broker.end(APTAS)
    with pytest.raises(BrokerAway):
        await broker.subscribe("readers", TOPICS).poll(10, wait=0.1)


async def test_leaving_a_broker_that_is_away_is_quiet(brokers: Brokers) -> None:
    broker = await brokers.connect()
    await broker.publish(letters(1))
    member = broker.subscribe("readers", TOPICS)
    await receive(member, 1)
    async with brokers.away():
        await member.close()


async def test_when_the_broker_comes_back_all_goes_on(brokers: Brokers) -> None:
    broker = await brokers.connect()
    member = broker.subscribe("readers", TOPICS)
    await broker.publish([letter(1)])
    got = await receive(member, 1, commit=False)
    async with brokers.away():
        with pytest.raises(BrokerAway):
            await broker.publish([letter(2)])
        with pytest.raises(BrokerAway):
            await member.commit(got)
        with pytest.raises(BrokerAway):
            await member.rewind()
    await broker.publish([letter(3)])
    await member.restore()
    assert values(await receive(member, 2))[-1] == b"7:3"
