"""The load generator's loops, closed and open."""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from benchmarks.connection import Connection, Watch
from benchmarks.tally import Report, Tally, in_ms

MOST_CONNECTIONS = 512
PATIENCE = 10.0
"""Seconds that answers (and events) still owed at the end are waited for."""
_DEFECT_ID = re.compile(rb'"defectId"\s*:\s*"?(\d+)')


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to do. `rate` None: closed loop. `is_kept`: note the defectId of every answer. `watched`: host and port
    where /mypages/events is listened to."""

    host: str
    port: int
    connections: int
    seconds: float
    warm_up: float
    count: int
    rate: int | None
    is_kept: bool
    watched: tuple[str, int] | None


class Load:
    """One run."""

    def __init__(self, plan: Plan, request: Callable[[], bytes], wanted: int) -> None:
        self.tally = Tally(wanted)
        self._plan = plan
        self._request = request
        self._idle: list[Connection] = []
        self._late: list[float] = []
        self._owed = self._sent = 0
        self._stops_at = self._counts_from = 0.0
        self._last = 0.0
        self._quiet = asyncio.Event()
        self._reopening: set[asyncio.Task[None]] = set()

    async def run(self) -> Report:
        """Ask until time or count is up, then wait for what is owed."""
        watch = await self._watch(*self._plan.watched) if self._plan.watched else None
        for _ in range(self._plan.connections):
            await self._open()
        began = time.perf_counter()
        cpu = time.process_time()
        self._counts_from = began + self._plan.warm_up
        self._stops_at = self._counts_from + self._plan.seconds
        if self._plan.rate is None:
            self._begin_closed_loop()
        else:
            await self._open_loop(began, self._plan.rate)
        left = max(0.0, self._stops_at - time.perf_counter())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._quiet.wait(), left + PATIENCE)
        self.tally.lost += self._owed
        busy = (time.process_time() - cpu) / (time.perf_counter() - began)
        is_counted_out = self._sent >= self._plan.count and self._last > self._counts_from
        report = self.tally.report(self._last - self._counts_from if is_counted_out else self._plan.seconds)
        report["generator_cpu"] = round(busy, 2)
        return report | (await self._seen(watch) if watch else {})

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: Connection(self._answered, self._gone), self._plan.host, self._plan.port
        )
        self._idle.append(connection)

    async def _watch(self, host: str, port: int) -> Watch:
        head = f"GET /mypages/events HTTP/1.1\r\nHost: {host}:{port}\r\n"
        request = f"{head}Accept: text/event-stream\r\n\r\n".encode()
        _, watch = await asyncio.get_running_loop().create_connection(lambda: Watch(request), host, port)
        status = await asyncio.wait_for(watch.open, PATIENCE)
        if status != 200:
            raise SystemExit(f"/mypages/events answers {status}")
        return watch

    def _ask(self, connection: Connection, began: float) -> None:
        self._sent += 1
        self._owed += 1
        connection.send(self._request(), began)

    def _is_over(self, now: float) -> bool:
        return now >= self._stops_at or self._sent >= self._plan.count

    def _begin_closed_loop(self) -> None:
        while self._idle and not self._is_over(now := time.perf_counter()):
            self._ask(self._idle.pop(), now)

    async def _open_loop(self, began: float, rate: int) -> None:
        number = 0
        while True:
            now = time.perf_counter()
            while (due := began + number / rate) <= now and due < self._stops_at:
                number += 1
                if self._idle:
                    self._ask(self._idle.pop(), due)
                else:
                    self._late.append(due)
            if due >= self._stops_at or number >= self._plan.count:
                break
            await asyncio.sleep(0.001)
        if not self._owed:
            self._quiet.set()

    def _answered(self, connection: Connection, status: int, began: float, body: bytes) -> None:
        now = time.perf_counter()
        self._owed -= 1
        tally = self.tally
        tally.statuses[status] += 1
        counted_at = now if self._plan.rate is None else began
        if self._counts_from <= counted_at < self._stops_at:
            tally.latencies.append(now - began)
            self._last = max(self._last, counted_at)
        if self._plan.is_kept and status == tally.wanted and (found := _DEFECT_ID.search(body)):
            tally.ids.append(found[1].decode())
            if began >= self._counts_from:
                tally.sent_at[tally.ids[-1]] = began
        self._next(connection, now)

    def _next(self, connection: Connection, now: float) -> None:
        if self._late:
            self._ask(connection, self._late.pop(0))
            return
        if self._plan.rate is None and not self._is_over(now):
            self._ask(connection, now)
            return
        self._idle.append(connection)
        if self._owed == 0 and self._is_over(now):
            self._quiet.set()

    def _gone(self, connection: Connection, is_owed: bool) -> None:
        if connection in self._idle:
            self._idle.remove(connection)
        if not is_owed:
            return
        self._owed -= 1
        self.tally.lost += 1
        if self.tally.lost < MOST_CONNECTIONS and not self._is_over(time.perf_counter()):
            task = asyncio.get_running_loop().create_task(self._reopen())
            self._reopening.add(task)
            task.add_done_callback(self._reopening.discard)
        elif self._owed == 0:
            self._quiet.set()

    async def _reopen(self) -> None:
        with suppress(OSError):
            await self._open()
            self._next(self._idle.pop(), time.perf_counter())
        if self._owed == 0:
            self._quiet.set()

    async def _seen(self, watch: Watch) -> Report:
        """From when a registration was due to when its page was told of; `unseen` never were."""
        sent = self.tally.sent_at
        for _ in range(int(PATIENCE / 0.05)):
            if watch.is_lost or not sent.keys() - watch.seen.keys():
                break
            await asyncio.sleep(0.05)
        delays = [watch.seen[id_] - at for id_, at in sent.items() if id_ in watch.seen]
        return {"visible": in_ms(delays), "seen": len(delays), "unseen": len(sent) - len(delays)}
