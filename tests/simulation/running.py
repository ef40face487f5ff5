"""One seed, one run: what happens, in which order, on which replica, is decided by it alone."""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from structlog.testing import capture_logs

from aptas.bootstrap import build_house
from aptas.kernel.messages import Id
from aptas.management.deadlines import ask_again as ask_contractors_again
from aptas.messaging import consumer as consuming
from aptas.registration.deadlines import ask_again as ask_office_again
from aptas.settings import Settings
from aptas.storage.engine import StorageAway
from aptas.storage.opening import open_database
from tests.saga.wall import Broken
from tests.saga.wishes import MORNING

from . import promises
from .actors import Actor, Faults
from .archive import CarriedInFile, is_at_rest, read_archive
from .people import STREAMS, People
from .replicas import HTTP_ROOMS, Replica
from .threadless import without_threads

STEPS = 240
ASK_AGAIN_SECONDS = 120
LEASE_RUNS_OUT = timedelta(seconds=11)
DEADLINES = {"registration": ask_office_again, "management": ask_contractors_again}
MOVES = {
    "wish": 32,
    "retry": 4,
    "answer": 14,
    "carry": 60,
    "wait": 4,
    "broker": 1,
    "crash": 1,
    "rewind": 2,
    "redrive": 4,
    "deadline": 2,
}
"""What a step may be, and how often beside the others."""


@dataclass
class Outcome:
    """`trace`: a line a step. `fingerprint`: of the trace and of all that was written."""

    seed: int
    trace: list[str] = field(default_factory=list)
    fingerprint: str = ""
    faults: dict[str, int] = field(default_factory=dict)
    events: int = 0
    facts: dict[str, int] = field(default_factory=dict)


def fast_directory() -> str | None:
    """In memory where there is a place for it."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@contextmanager
def migrated_files() -> Iterator[Path]:
    """Empty databases with their schema, to be copied for every seed."""
    with tempfile.TemporaryDirectory(dir=fast_directory(), prefix="aptas-sim-") as folder:
        empty = Path(folder) / "empty"

        async def build() -> None:
            await (await build_house(Settings(data=empty))).close()

        asyncio.run(build())
        yield empty


def simulate(seed: int, empty: Path, steps: int = STEPS) -> Outcome:
    """Run one seed in a directory of its own. wall.Broken names the promise that was not kept."""
    data = empty.parent / f"seed-{seed}"
    shutil.copytree(empty, data)
    outcome = Outcome(seed)
    try:
        with without_threads(), capture_logs(), mock.patch.object(consuming, "RETRY_SECONDS", 0):
            asyncio.run(Simulation(outcome, data).run(steps))
    finally:
        shutil.rmtree(data)
    return outcome


class Simulation:
    """Two replicas on the same files, one clock, one source of chance."""

    def __init__(self, outcome: Outcome, data: Path) -> None:
        self.outcome = outcome
        self.now: datetime = MORNING
        self.chance = Random(outcome.seed)
        self.faults = Faults(self.chance)
        self.people = People(self.chance)
        self.event_numbers = iter(range(1, 1_000_000))
        self.broker = open_database(f"sqlite:///{data / 'broker.db'}")
        self.replicas = [
            Replica(name, data, lambda: self.now, self.new_event_id, self.faults) for name in ("A", "B")
        ]
        self.broker_returns = 0

    def new_event_id(self) -> str:
        """In the form of a UUID, numbered."""
        return f"00000000-0000-7000-8000-{next(self.event_numbers):012}"

    async def run(self, steps: int) -> None:
        """Faults and people for so many steps; then peace, and the promises."""
        for replica in self.replicas:
            await replica.start()
        try:
            for wish in self.people.enrol(self.now):
                self.people.put(wish, self.chance.choice(self.replicas))
            moves, weights = list(MOVES), list(MOVES.values())
            for _ in range(steps):
                await self.step(self.chance.choices(moves, weights)[0])
            await self.settle()
            await self.check()
        finally:
            for replica in self.replicas:
                await replica.crash()
            await self.broker.close()

    async def step(self, move: str) -> None:
        """One move, then whatever was answered is heard."""
        self.now += timedelta(milliseconds=self.chance.randint(1, 60_000 if move == "wish" else 800))
        self.broker_returns -= 1
        if self.broker_returns == 0:
            self.faults.is_broker_away = False
        replica = self.chance.choice(self.replicas)
        told = await getattr(self, f"_{move}")(replica)
        self.outcome.trace.append(f"{self.now.isoformat()} {move} {replica.name}: {told}")
        await self._hear(is_lost=lambda: self.faults.happens("answer lost", 0.1))

    async def _hear(self, is_lost: Callable[[], bool]) -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        self.outcome.trace += self.people.hear_answers(is_lost)

    async def _wish(self, replica: Replica) -> str:
        states = {}
        for context, stream in STREAMS.items():
            load = partial(stream.states.load, ids=self.people.defects, lock=False)
            found = await replica.house.contexts[context].database.read(load)
            states.update({(context, Id(each.id)): each.state for each in found.values()})
        wish = self.people.wish_something(self.now, states)
        self.people.put(wish, replica)
        return wish.name

    async def _retry(self, replica: Replica) -> str:
        waiting = self.people.open_wishes()
        if not waiting:
            return "nobody waits"
        wish = self.chance.choice(waiting)
        self.people.put(wish, replica)
        return str(wish.ask.repeatable)

    async def _answer(self, replica: Replica) -> str:
        return str([await replica.dispatcher(context).answer_waiting() for context in HTTP_ROOMS])

    async def _carry(self, replica: Replica) -> str:
        told = []
        for actor in self.chance.choices(replica.actors, k=self.chance.randint(1, 7)):
            is_left = actor.is_held and self.chance.random() < 0.6
            told.append(f"{actor.name} is held up" if is_left else await self._turn(actor))
        return "; ".join(told)

    async def _turn(self, actor: Actor) -> str:
        self.faults.acting = actor
        how = await actor.turn()
        self.faults.acting = None
        return f"{actor.name} {how}"

    async def _wait(self, _replica: Replica) -> str:
        self.now += LEASE_RUNS_OUT
        return "leases run out"

    async def _broker(self, _replica: Replica) -> str:
        self.faults.is_broker_away = True
        self.faults.count("broker away")
        self.broker_returns = self.chance.randint(1, 15)
        return f"away for {self.broker_returns} steps"

    async def _crash(self, replica: Replica) -> str:
        self.faults.count("crash")
        for wish in self.people.wishes:
            wish.put = [task for task in wish.put if not self._dies_with(task, replica)]
        await replica.crash()
        await replica.start()
        return "built anew on the same files"

    def _dies_with(self, task: "asyncio.Task[Any]", replica: Replica) -> bool:
        return self.people.asked_of.get(task) is replica and task.cancel()

    async def _rewind(self, replica: Replica) -> str:
        group = self.chance.choice(sorted(replica.subscriptions))
        await replica.subscriptions[group].rewind()
        self.faults.count("group wound back")
        return group

    async def _redrive(self, replica: Replica) -> str:
        told = []
        for context in replica.house.contexts.values():
            for key in sorted(await context.lot.keys()):
                assert context.consumer is not None
                through, stuck = await self._redriven(context.consumer, key)
                told.append(f"{context.name} {key} {through} {stuck}")
        return str(told)

    async def _redriven(self, consumer: consuming.Consumer, key: str) -> tuple[int, str]:
        self.faults.count("redrive")
        try:
            through, stuck = await consumer.redrive(key)
        except StorageAway as problem:
            return 0, str(problem)
        return through, stuck.reason if stuck else ""

    async def _deadline(self, replica: Replica) -> str:
        told = []
        for name, ask_again in DEADLINES.items():
            dispatcher = replica.dispatcher(name)
            database = replica.house.contexts[name].database
            asking = asyncio.create_task(ask_again(dispatcher, database, lambda: self.now, ASK_AGAIN_SECONDS))
            while not asking.done():
                await dispatcher.answer_waiting()
                await asyncio.wait({asking}, timeout=0.001)
            told.append(asking.result())
        self.people.made["DefectCancelled"] += told[0]
        self.outcome.faults["asked again"] = self.outcome.faults.get("asked again", 0) + sum(told)
        return str(told)

    async def settle(self) -> None:
        """No more faults: zombies wake, the unanswered ask again, everything is carried, until nothing moves."""
        self.faults.stop()
        for turn in range(40):
            await self.step("answer" if turn % 5 else "wait")
            if turn == 20:
                await self._everybody_starts_anew()
            for wish in self.people.open_wishes():
                self.people.put(wish, self.chance.choice(self.replicas))
            for replica in self.replicas:
                await self._answer(replica)
                for actor in replica.actors:
                    self.outcome.trace.append(await self._turn(actor))
                await self._redrive(replica)
            await self._hear(is_lost=lambda: False)
            if self.people.is_content() and await is_at_rest(
                self.replicas[0].house, CarriedInFile(self.broker)
            ):
                return
        raise Broken("every_saga_settles", "the house does not come to rest")

    async def _everybody_starts_anew(self) -> None:
        """A group wound back by another member than the one that reads is heeded when that one starts."""
        for replica in self.replicas:
            await self._crash(replica)

    async def check(self) -> None:
        """The promises; then what was written and how it came about, as one number."""
        self.now += timedelta(seconds=2 * ASK_AGAIN_SECONDS)
        house = self.replicas[0].house
        if (late := await self._deadline(self.replicas[0])) != "[0, 0]":
            raise Broken("every_saga_settles", f"unanswered: {late}")
        archive = await read_archive(house, CarriedInFile(self.broker))
        promises.holds_at_rest(archive)
        promises.effects_are_accepted_commands(archive, self.people)
        await promises.reservations_are_visits(house, archive)
        await promises.mypage_is_a_fold_of_the_log(house, house.broker)
        told = "\n".join(self.outcome.trace) + archive.fingerprint()
        self.outcome.fingerprint = hashlib.sha256(told.encode()).hexdigest()
        self.outcome.events = sum(len(events) for events in archive.events.values())
        for events in archive.events.values():
            for event in events:
                self.outcome.facts[event.type] = self.outcome.facts.get(event.type, 0) + 1
        self.outcome.faults.update(self.faults.counted)
