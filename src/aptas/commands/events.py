"""`aptas events`: look at a topic, or refill it."""

import asyncio
import sys
from collections.abc import AsyncIterator

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import func, select

from aptas.bootstrap import ROOMS, open_broker, ready_database
from aptas.kernel.messages import TOPICS
from aptas.messaging.broker import Broker
from aptas.messaging.envelope import Delivered
from aptas.messaging.refill import Source, refill
from aptas.settings import SettingRefused, Settings
from aptas.storage.engine import scalars_of

LOOK_AGAIN_SECONDS = 0.25
PIECE = 500


async def tail(settings: Settings, topic: str, from_beginning: bool, follow: bool, as_json: bool) -> None:
    """One line a message: its value, or with --json its headers and place too."""
    if topic not in TOPICS:
        raise SettingRefused(
            f"--topic {topic}: {', '.join(TOPICS)} 중 하나입니다. / is one of {', '.join(TOPICS)}."
        )
    broker = await open_broker(settings)
    after = 0 if from_beginning else await broker.end(topic)
    async for message in _messages(broker, topic, after, follow):
        sys.stdout.write(_line(message, as_json) + "\n")
        sys.stdout.flush()
    await broker.close()


def _line(message: Delivered, as_json: bool) -> str:
    if not as_json:
        return message.value.decode("utf-8", "replace")
    import msgspec

    told = {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "key": message.key,
        "headers": dict(message.headers),
        "value": message.value.decode("utf-8", "replace"),
    }
    return msgspec.json.encode(told).decode()


async def _messages(broker: Broker, topic: str, after: int, follow: bool) -> AsyncIterator[Delivered]:
    while True:
        found = await broker.read(topic, after, PIECE)
        after += len(found)
        for message in found:
            yield message
        if not found:
            if not follow:
                return
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def replay(settings: Settings, as_json: bool) -> None:
    """Publish again whatever the topics lack, from all contexts' events tables in one go."""
    broker = await open_broker(settings)
    sources = [await _source(settings, name) for name in ROOMS]
    with Progress(console=Console(stderr=True), disable=as_json) as progress:
        bars = {each.name: progress.add_task(each.name, total=await _count(each)) for each in sources}
        totals = await refill(sources, broker, lambda name, n: progress.advance(bars[name], n))
    for each in sources:
        await each.database.close()
    await broker.close()
    sys.stdout.write(_summary(totals, as_json) + "\n")


async def _source(settings: Settings, name: str) -> Source:
    ledger = ROOMS[name].ledger
    database, _ = await ready_database(settings, name)
    return Source(name, ledger.events, database)


async def _count(source: Source) -> int:
    count = select(func.count()).select_from(source.events).where(source.events.c.topic.is_not(None))
    (total,) = await source.database.scan(scalars_of(count))
    return int(total)


def _summary(totals: dict[str, int], as_json: bool) -> str:
    if as_json:
        import msgspec

        return msgspec.json.encode(totals).decode()
    return "다시 채움 / refilled: " + ", ".join(f"{name} {count}" for name, count in totals.items())
