"""The topics lost and filled again: the same pages are built from them, and rooms that read again change nothing."""

import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from aptas.commands.events import replay
from aptas.commands.rebuild import rebuild
from aptas.kernel.messages import Id
from aptas.messaging import local_file
from aptas.messaging import refill as refill_module
from aptas.messaging.asks import Ask, Repeatable, new_trace
from aptas.registration.commands import RegisterDefect
from aptas.settings import Settings
from tests.saga.wishes import WISHES
from tests.simulation.archive import CONSUMERS, CarriedInFile, read_archive
from tests.simulation.people import STREAMS, Wish
from tests.simulation.promises import holds_at_rest
from tests.simulation.running import Outcome, Simulation, migrated_files
from tests.simulation.threadless import without_threads

VISIT = ("ApproveDefect", "ProposeVisit", "AcceptVisit", "Depart")
TOO_LATE = (*VISIT[:3], "Depart RequestCancellation")
STORIES = (
    ("RegisterDefect", *VISIT, "CompleteRepair", "ConfirmRepair"),
    ("RegisterDefect", "ApproveDefect", "DeclineWorkOrder", *VISIT, "CompleteRepair", "ConfirmRepair"),
    ("RegisterDefect", *TOO_LATE, "CompleteRepair", "ReopenDefect", "ApproveDefect", "ProposeVisit"),
    ("RegisterDefect", "ApproveDefect", "DeclineWorkOrder", "ApproveDefect", "RequestCancellation"),
    ("RegisterDefect", *VISIT, "ReportFailedVisit", "ProposeVisit", "CounterProposeVisit", *VISIT[1:3]),
    ("RegisterDefect", "RejectDefect", "ReopenDefect", "ApproveDefect", "DeclineWorkOrder"),
)
"""Rooms answer each other in every one; each is about a defect of its own. What stands together is wished at once."""
ENDS = {"CONFIRMED": 2, "SCHEDULING": 1, "CANCELLED": 1, "SCHEDULED": 1, "RECEIVED": 1}


class Told(Simulation):
    """The real house at peace; people wish what the stories say, and everything is carried after each wish."""

    async def live(self) -> None:
        self.people.enrol(self.now)
        await self.settle()
        for step in range(max(map(len, STORIES))):
            for number, story in enumerate(STORIES, start=1):
                if step < len(story):
                    await self.wish(story[step], Id(number))

    async def wish(self, names: str, defect: Id) -> None:
        self.now += timedelta(hours=2)  # two visits at once are against the law
        wishes = [await self.wish_of(name, defect) for name in names.split()]
        self.people.wishes += wishes
        await self.settle()
        assert all(wish.event_ids for wish in wishes), f"{names} {defect} was refused"

    async def wish_of(self, name: str, defect: Id) -> Wish:
        context, build = WISHES[name]
        load = partial(STREAMS[context].states.load, ids=[defect], lock=False)
        found = await self.replicas[0].house.contexts[context].database.read(load)
        command = build(defect, self.now, found[defect].state)
        if isinstance(command, RegisterDefect):
            command = replace(command, receipt_no=f"0000-{defect:04}")
        key = Repeatable(key=f"{name} {len(self.people.wishes)}", fingerprint=name)
        return Wish(
            name=name,
            context=context,
            ask=Ask(command=command, traceparent=new_trace(), repeatable=key),
        )

    async def read_again(self) -> None:
        """Every room from the start of its topics, until nothing moves."""
        for group in CONSUMERS:
            await self.broker.write(partial(local_file.wind_back, group=group))
        await self._everybody_starts_anew()
        await self.settle()


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    with migrated_files() as folder:
        yield folder


@pytest.fixture
async def house(empty: Path, tmp_path: Path) -> AsyncIterator[Told]:
    shutil.copytree(empty, tmp_path / "data")
    with without_threads():
        house = Told(Outcome(0), tmp_path / "data")
        for replica in house.replicas:
            await replica.start()
        await house.live()
        yield house
        for replica in house.replicas:
            await replica.crash()
        await house.broker.close()


async def test_pages_and_rooms_are_what_they_were_after_a_replay(
    house: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data=tmp_path / "data")
    before = await read_archive(house.replicas[0].house, CarriedInFile(house.broker))
    holds_at_rest(before)
    assert Counter(page.state.status for page in before.pages.values() if page.state) == ENDS
    await house.broker.write(lambda connection: connection.execute(local_file.messages.delete()))
    monkeypatch.setattr(refill_module, "PIECE", 7)

    await replay(settings, as_json=True)
    sent = json.loads(capsys.readouterr().out)
    assert sent == {
        "homes": 0,
        **{name: sum(row.topic is not None for row in rows) for name, rows in before.events.items() if rows},
    }
    await rebuild(settings, as_json=True)
    refilled = await read_archive(house.replicas[0].house, CarriedInFile(house.broker))
    holds_at_rest(refilled)
    assert refilled.pages == before.pages

    await house.read_again()
    after = await read_archive(house.replicas[0].house, CarriedInFile(house.broker))
    holds_at_rest(after)
    assert (after.events, after.states, after.pages) == (before.events, before.states, before.pages)
    assert after.topics == refilled.topics
