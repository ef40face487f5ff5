"""The real local broker and the real listeners, with what can go wrong between them and their callers."""

import asyncio
from collections.abc import Sequence

from aptas.kernel.messages import Fact, Heard
from aptas.messaging.asks import BehindFailed
from aptas.messaging.broker import AssignmentLost, BrokerAway, Subscription
from aptas.messaging.consumer import Listener
from aptas.messaging.dispatcher import Dispatcher
from aptas.messaging.envelope import Delivered, Message
from aptas.messaging.local import LocalBroker
from aptas.storage.engine import StorageAway

from .actors import Faults

News = Sequence[tuple[Heard[Fact], str]]


class FaultyBroker:
    """Implements broker.Broker. Acknowledgements are lost, batches are cut short, the whole of it goes away."""

    def __init__(self, inner: LocalBroker, faults: Faults) -> None:
        self.inner = inner
        self._faults = faults

    def _reach(self) -> None:
        if self._faults.is_broker_away:
            raise BrokerAway("away")

    async def publish(self, messages: Sequence[Message]) -> None:
        """None, some or all of them are written when this raises."""
        await self._faults.may_hold("before publishing")
        self._reach()
        if len(messages) > 1 and self._faults.happens("batch cut short", 0.05):
            await self.inner.publish(messages[: self._faults.chance.randrange(1, len(messages))])
            raise BrokerAway("cut short")
        await self.inner.publish(messages)
        await self._faults.may_hold("after publishing")
        if self._faults.happens("acknowledgement lost", 0.08):
            raise BrokerAway("acknowledgement lost")

    def subscribe(self, group: str, topics: Sequence[str]) -> Subscription:
        """Join."""
        return FaultySubscription(self, self.inner.subscribe(group, topics), self._faults)

    async def read(self, topic: str, after: int, limit: int) -> Sequence[Delivered]:
        """As it is."""
        return await self.inner.read(topic, after, limit)

    async def end(self, topic: str) -> int:
        """As it is."""
        return await self.inner.end(topic)

    async def close(self) -> None:
        """As it is."""
        await self.inner.close()


class FaultySubscription:
    """Implements broker.Subscription; it never waits."""

    def __init__(self, broker: FaultyBroker, inner: Subscription, faults: Faults) -> None:
        self._broker = broker
        self._inner = inner
        self._faults = faults

    async def poll(self, limit: int, wait: float) -> Sequence[Delivered]:
        """Few messages at a time as a rule, so that more can happen between them."""
        self._broker._reach()
        found = await self._inner.poll(self._faults.chance.choice((1, 2, 3, 8, limit)), 0)
        if found:
            await self._faults.may_hold("after polling")
        return found

    def pass_over(self, delivered: Sequence[Delivered]) -> None:
        """As it is."""
        self._inner.pass_over(delivered)

    async def commit(self, delivered: Sequence[Delivered]) -> None:
        """What was done is in the database; whether the group knows is another matter."""
        await self._faults.may_hold("between database and offset")
        self._broker._reach()
        try:
            await self._inner.commit(delivered)
        except AssignmentLost:
            self._faults.count("assignment lost")
            raise
        if self._faults.happens("commit's answer lost", 0.03):
            raise BrokerAway("commit's answer lost")

    async def restore(self) -> None:
        """As it is."""
        await self._inner.restore()

    async def rewind(self) -> None:
        """As it is."""
        await self._inner.rewind()

    async def lag(self) -> int:
        """As it is."""
        return await self._inner.lag()

    async def close(self) -> None:
        """As it is."""
        await self._inner.close()


class FaultyListener:
    """Implements consumer.Listener: the room's own, with a database that goes away and messages that fail."""

    def __init__(self, context: str, inner: Listener, dispatcher: Dispatcher | None, faults: Faults) -> None:
        self._context = context
        self._inner = inner
        self._dispatcher = dispatcher
        self._faults = faults

    async def apply(self, heard: News) -> Sequence[Exception | None]:
        """Order within a key is kept: what comes behind a failure fails too."""
        await self._faults.may_hold("before applying")
        if self._faults.happens("database away", 0.02):
            raise StorageAway("away")
        problems: list[Exception | None] = []
        bad_keys: set[int] = set()
        for news, _ in heard:
            key = getattr(news.fact, news.fact.key)
            if key in bad_keys:
                problems.append(BehindFailed())
            elif self._faults.is_sick(self._context, news.event_id):
                bad_keys.add(key)
                problems.append(RuntimeError("cannot be handled just now"))
            else:
                problems.append(None)
        well = [place for place, problem in enumerate(problems) if problem is None]
        for place, answer in zip(well, await self._answered([heard[place] for place in well]), strict=True):
            problems[place] = answer
        if self._faults.happens("database's answer lost", 0.02):
            raise StorageAway("committed, but nobody was told")
        return problems

    async def _answered(self, heard: News) -> Sequence[Exception | None]:
        """The dispatcher takes its turn with what was put to it, and with what people had asked before."""
        if self._dispatcher is None:
            return await self._inner.apply(heard)
        asking = asyncio.create_task(self._inner.apply(heard))
        await asyncio.sleep(0)
        await self._dispatcher.answer_waiting()
        return await asking
