"""Reads by id, gathered: while one SELECT runs, the next ones collect and are answered together."""

import asyncio
from typing import Generic, TypeVar

from sqlalchemy import select

from aptas.storage.engine import Database
from aptas.storage.statements import Statement, one_of
from aptas.storage.states import States

S = TypeVar("S")
MOST = 256


class Reader(Generic[S]):
    """Reads the states of one stream."""

    def __init__(self, database: Database, states: States[S]) -> None:
        self._database = database
        self._states = states
        table = states.table
        self._by_ids = Statement(select(table.c.id, table.c.body).where(one_of(table.c.id, "ids")))
        self._waiting: dict[int, asyncio.Future[S | None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def get(self, id_: int) -> S | None:
        """The state as it is now, or None. StorageAway when it cannot be read."""
        if not 0 < id_ < 2**63:
            return None
        future = self._waiting.get(id_)
        if future is None:
            future = self._waiting[id_] = asyncio.get_running_loop().create_future()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await asyncio.shield(future)

    async def _work(self) -> None:
        while self._waiting:
            ids = list(self._waiting)[:MOST]
            batch = {id_: self._waiting.pop(id_) for id_ in ids}
            try:
                found = await self._fetch(ids)
            except Exception as problem:
                for future in batch.values():
                    future.set_exception(problem)
            else:
                for id_, future in batch.items():
                    future.set_result(found.get(id_))

    async def _fetch(self, ids: list[int]) -> dict[int, S]:
        rows = await self._database.read(lambda connection: self._by_ids.rows(connection, {"ids": ids}))
        return {row.id: self._states.decode(row.body) for row in rows}
