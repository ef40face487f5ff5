"""The one write path of a context: decide in batches, commit once, answer everyone.

While one batch commits, the next one fills; nobody waits for more. HTTP goes before the bus. What a bus
consumer hands over together stays together, so that an order it knows is not torn apart.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy.exc import IntegrityError

from aptas.kernel.clock import Clock
from aptas.messaging.asks import Answer, Ask, BehindFailed, Done
from aptas.messaging.batch import Batch, EventIds, Refusal
from aptas.messaging.faults import at_point
from aptas.messaging.signals import Signal
from aptas.messaging.streams import Switchboard
from aptas.metrics import BATCH_SIZE, FACTS
from aptas.observability import Progress
from aptas.storage.beside import Taken
from aptas.storage.engine import Database, StorageAway

CAP = 512


_counted = cache(FACTS.labels)


class Overloaded(Exception):
    """More is waiting than can be answered in time; nothing of this was written."""


class Contested(Exception):
    """Somebody else wrote the same thing at the same moment; asking again may well succeed."""


@dataclass
class _Group:
    asks: Sequence[Ask]
    done: "asyncio.Future[list[Answer]]"


class Dispatcher:
    """Takes asks from HTTP (`ask`) and from the bus (`ask_all`)."""

    def __init__(
        self, room: Switchboard, database: Database, clock: Clock, event_ids: EventIds, depth: int = 10_000
    ) -> None:
        self.room = room
        self.committed = Signal()
        self.progress = Progress(f"{room.name} dispatcher")
        self._database = database
        self.clock = clock
        self._event_ids = event_ids
        self._depth = depth
        self._http: deque[_Group] = deque()
        self._bus: deque[_Group] = deque()
        self._wake = asyncio.Event()
        self._stopping = False

    async def ask(self, ask: Ask) -> Done[object]:
        """Decide one command. Refusal: a law says no. StorageAway, Overloaded: nothing was written."""
        if len(self._http) >= self._depth:
            raise Overloaded
        answer = (await self._put(self._http, [ask]))[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ask_all(self, asks: Sequence[Ask]) -> list[Answer]:
        """Decide what arrived together, in order; an answer for each."""
        return await self._put(self._bus, asks) if asks else []

    async def _put(self, lane: deque[_Group], asks: Sequence[Ask]) -> list[Answer]:
        group = _Group(asks, asyncio.get_running_loop().create_future())
        lane.append(group)
        self._wake.set()
        return await group.done

    async def run(self) -> None:
        """Work until told to stop and nothing is waiting."""
        while not (self._stopping and not self._http and not self._bus):
            self.progress.made()
            try:
                await asyncio.wait_for(self._wake.wait(), timeout=1)
            except TimeoutError:
                continue
            self._wake.clear()
            await self.answer_waiting()

    async def answer_waiting(self) -> int:
        """Answer all that waits now, in as many batches as it takes; how many."""
        batches = 0
        while groups := self._take():
            await self._answer(groups)
            batches += 1
        return batches

    def stop(self) -> None:
        """Finish what is waiting, then end."""
        self._stopping = True
        self._wake.set()

    def _take(self) -> list[_Group]:
        taken: list[_Group] = []
        size = 0
        for lane in (self._http, self._bus):
            while lane and (not taken or size + len(lane[0].asks) <= CAP):
                group = lane.popleft()
                taken.append(group)
                size += len(group.asks)
        return taken

    async def _answer(self, groups: list[_Group]) -> None:
        asks = [ask for group in groups for ask in group.asks]
        BATCH_SIZE.labels(self.room.name).observe(len(asks))
        self.progress.made()
        answers = await self._decide(asks)
        at_point("after-commit-before-answer")
        self.committed.ring()
        left = answers
        for group in groups:
            mine, left = left[: len(group.asks)], left[len(group.asks) :]
            if not group.done.cancelled():
                group.done.set_result(mine)
        self._measure(asks, answers)

    def _measure(self, asks: Sequence[Ask], answers: Sequence[Answer]) -> None:
        for ask, answer in zip(asks, answers, strict=True):
            if isinstance(answer, Done):
                for fact in answer.facts:
                    _counted(self.room.name, type(fact).__name__).inc()
                    self.room.note(fact, answer.state, ask.command.at)

    async def _decide(self, asks: list[Ask]) -> list[Answer]:
        try:
            return await self._transact(asks)
        except StorageAway as problem:
            return [problem] * len(asks)
        except Exception:
            return await self._one_by_one(asks)

    async def _one_by_one(self, asks: list[Ask]) -> list[Answer]:
        """The database refused the batch: find out whose fault it is, without tearing a defect's order."""
        answers: list[Answer] = []
        failed: set[tuple[str, int]] = set()
        for ask in asks:
            stream = self.room.stream_of(ask.command)
            place = (stream.name, stream.subject(ask.command))
            answer = await self._alone(ask) if ask.cause is None or place not in failed else BehindFailed()
            if isinstance(answer, Exception) and ask.cause is not None:
                failed.add(place)
            answers.append(answer)
        return answers

    async def _alone(self, ask: Ask) -> Answer:
        clash = self.room.stream_of(ask.command).clash
        try:
            return (await self._transact([ask]))[0]
        except Taken as problem:
            return Refusal(clash) if clash else Contested(str(problem))
        except IntegrityError as problem:
            return Contested(str(problem.orig))
        except Exception as problem:
            return problem

    async def _transact(self, asks: list[Ask]) -> list[Answer]:
        now = self.clock()
        return await self._database.write(
            lambda connection: Batch(self.room, connection, now, self._event_ids).run(asks)
        )
