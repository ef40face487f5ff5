"""From the bus to a room: poll a batch, hear it, have it applied, then commit offsets.

The order of one defect is kept whatever fails: what cannot be handled is parked with its key, and what comes
later for that key waits behind it.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from aptas.kernel.messages import TOPICS, Fact, Heard
from aptas.messaging.batch import Refusal
from aptas.messaging.broker import AssignmentLost, Broker, BrokerAway, Subscription
from aptas.messaging.envelope import Delivered, Vocabulary
from aptas.messaging.faults import at_point
from aptas.messaging.parking import ParkingLot
from aptas.messaging.set_aside import Parked
from aptas.messaging.wire import CorruptMessage
from aptas.metrics import CONSUMED, LAG, PARKED
from aptas.observability import Progress, log
from aptas.storage.engine import StorageAway

BATCH = 400
ATTEMPTS = 4
RETRY_SECONDS = 0.05
MOST_PASSED = 5_000
"""Messages of no interest here, one after the other, before the offset is moved for their sake alone: until then
it moves when something was handled, or when there is nothing to do. To pass over them again costs little."""


class Listener(Protocol):
    """What a room does with facts: all of them durable, or the exception of each that was not."""

    async def apply(self, heard: Sequence[tuple[Heard[Fact], str]]) -> Sequence[Exception | None]:
        """Facts with their traceparent, in order. StorageAway: nothing was written, ask again later."""


class Consumer:
    """One context's member of its consumer group."""

    def __init__(
        self, context: str, broker: Broker, vocabulary: Vocabulary, listener: Listener, lot: ParkingLot
    ) -> None:
        self.progress = Progress(f"{context} consumer")
        self._context = context
        self._broker = broker
        self._vocabulary = vocabulary
        self._listener = listener
        self._lot = lot
        self._stopping = False
        self._passed = 0
        self._subscription: Subscription | None = None

    async def run(self) -> None:
        """Consume until told to stop. Broker or database away: wait, and poll again from what was committed."""
        subscription = self._subscription = self._broker.subscribe(self._context, TOPICS)
        try:
            await self._consume(subscription)
            with suppress(AssignmentLost, BrokerAway):
                await subscription.commit(())
        finally:
            self._subscription = None
            await subscription.close()

    async def _consume(self, subscription: Subscription) -> None:
        pause = 0.1
        while not self._stopping:
            self.progress.made()
            try:
                await self.step(subscription)
                pause = 0.1
            except (BrokerAway, StorageAway) as problem:
                log.warning("consumer_waits", context=self._context, problem=str(problem), seconds=pause)
                await subscription.restore()
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)

    async def measure(self) -> None:
        """Set the gauge: how far this member is behind. BrokerAway."""
        if self._subscription is not None:
            LAG.labels(self._context).set(await self._subscription.lag())

    def stop(self) -> None:
        """Finish the batch under way, commit its offsets, leave the group."""
        self._stopping = True

    async def step(self, subscription: Subscription) -> None:
        """One batch: polled, handled, committed. BrokerAway, StorageAway: `restore` before the next."""
        try:
            await self._round(subscription)
        except AssignmentLost as lost:
            log.info("assignment_lost", context=self._context, what=str(lost))
            await subscription.restore()

    async def _round(self, subscription: Subscription) -> None:
        batch = await subscription.poll(BATCH, wait=0.25)
        wanted = [message for message in batch if self._vocabulary.may_know(message)]
        if wanted:
            await self.handle(wanted)
            at_point("after-database-before-offset")
        if wanted or not batch or self._passed >= MOST_PASSED:
            await subscription.commit(batch)
            self._passed = 0
        else:
            subscription.pass_over(batch)
            self._passed += len(batch)
        for topic, messages in Counter(message.topic for message in batch).items():
            CONSUMED.labels(self._context, topic).inc(messages)

    async def handle(self, batch: Sequence[Delivered]) -> None:
        """Every message of the batch applied, known to be nobody's business here, parked, or dropped: durably."""
        left = batch
        marked = await self._lot.marked_keys()
        if any(message.key in marked for message in batch):
            left = await self._lot.park_behind(left)
        for attempt in range(1, ATTEMPTS + 1):
            failures = await self._attempt(left)
            if not failures:
                return
            final = attempt == ATTEMPTS or all(_is_hopeless(problem) for _, problem in failures)
            if final:
                break
            left = [message for message, _ in failures]
            await asyncio.sleep(RETRY_SECONDS * 2**attempt)
        await self._park(failures, attempt)

    async def _attempt(self, batch: Sequence[Delivered]) -> list[tuple[Delivered, Exception]]:
        """Apply what can be read; what failed, in order, with everything of the same key behind it."""
        failed: dict[int, Exception] = {}
        heard: list[tuple[int, Heard[Fact]]] = []
        bad_keys: set[str] = set()
        for place, message in enumerate(batch):
            try:
                if message.key in bad_keys:
                    raise CorruptMessage("behind a corrupt message")
                fact = self._vocabulary.hear(message)
            except CorruptMessage as corrupt:
                failed[place] = corrupt
                bad_keys.add(message.key)
                continue
            if fact is not None:
                heard.append((place, fact))
        traces = [(fact, batch[place].headers.get("traceparent", "")) for place, fact in heard]
        for (place, _), problem in zip(heard, await self._listener.apply(traces), strict=True):
            if isinstance(problem, StorageAway):
                raise problem
            if problem is not None:
                failed[place] = problem
        return [(batch[place], failed[place]) for place in sorted(failed)]

    async def _park(self, failures: Sequence[tuple[Delivered, Exception]], attempts: int) -> None:
        for message, problem in failures:
            reason = f"{type(problem).__name__}: {problem}"
            log.error("parked", context=self._context, key=message.key, reason=reason, topic=message.topic)
            await self._lot.park(message, reason, attempts)
        PARKED.labels(self._context).set(await self._lot.count())

    async def redrive(self, key: str) -> tuple[int, Parked | None]:
        """Handle what is parked under `key`, oldest first; how many went through, and what stopped it."""
        through = 0
        while (parked := await self._lot.oldest_of(key)) is not None:
            failures = await self._attempt([parked.message])
            if failures:
                problem = failures[0][1]
                await self._lot.note_failure(parked, f"{type(problem).__name__}: {problem}")
                return through, await self._lot.oldest_of(key)
            await self._lot.release(parked)
            through += 1
        return through, None


def _is_hopeless(problem: Exception) -> bool:
    """Trying again would end the same way."""
    return isinstance(problem, CorruptMessage | Refusal)
