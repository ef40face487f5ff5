"""A cancellation that nobody answers is said once more."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from aptas.kernel.messages import Command, Id
from aptas.messaging.asks import Ask, new_trace
from aptas.messaging.dispatcher import Dispatcher
from aptas.registration import commands as wish
from aptas.registration.deadlines import ask_again
from aptas.registration.room import ROOM
from aptas.registration.tables import ledger
from aptas.storage.engine import scalars_of
from aptas.storage.opening import open_database

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
EVENTS = select(ledger.events.c.aggregate_id).where(ledger.events.c.type == "DefectCancelled")


def registered(number: int) -> wish.RegisterDefect:
    receipt = f"0000-{number:04d}"
    return wish.RegisterDefect(at=NOW, defect_id=Id(number), receipt_no=receipt, defect_type="toilet-tile")


async def test_only_an_unanswered_cancellation_is_said_again_and_once_a_deadline(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/registration.db")
    await database.write(ledger.metadata.create_all)
    numbers = itertools.count(1)
    dispatcher = Dispatcher(ROOM, database, lambda: NOW, lambda: f"event-{next(numbers)}")
    working = asyncio.create_task(dispatcher.run())

    async def tell(*commands: Command) -> None:
        await dispatcher.ask_all([Ask(command=each, traceparent=new_trace()) for each in commands])

    async def repeated(after: timedelta) -> int:
        return await ask_again(dispatcher, database, lambda: NOW + after, 60)

    await tell(*(registered(number) for number in (1, 2, 3)))
    await tell(*(wish.RequestCancellation(at=NOW, defect_id=Id(number)) for number in (1, 2)))
    await tell(wish.NoteWithdrawal(at=NOW, defect_id=Id(2), attempt=1, assignment=0))
    assert await repeated(timedelta(seconds=60)) == 0
    assert await repeated(timedelta(seconds=61)) == 1
    assert await repeated(timedelta(seconds=62)) == 0
    assert await repeated(timedelta(seconds=122)) == 1
    assert sorted(await database.read(scalars_of(EVENTS))) == [1, 1, 1, 2]
    dispatcher.stop()
    await working
    await database.close()
