"""A thread of one's own: librdkafka's clients block, and one client is never called from two threads."""

import asyncio
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
_Jobs = SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None]


class OwnThread:
    """Runs one piece of work after the other. A daemon: work that hangs does not keep the process from ending."""

    def __init__(self, name: str) -> None:
        self._jobs: _Jobs = SimpleQueue()
        self._has_ended = False
        weakref.finalize(self, self._jobs.put, None)
        threading.Thread(target=_work, args=(self._jobs,), name=name, daemon=True).start()

    async def run(self, work: Callable[[], T], given_up: threading.Event | None = None) -> T:
        """Whoever is cancelled meanwhile waits for its end all the same: nobody else may use the client before. Work
        that may take long looks at `given_up`, which is set then."""
        done = self._begin(work)
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            if given_up is not None:
                given_up.set()
            while not done.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({done})
            raise

    async def end(self, work: Callable[[], object], seconds: float) -> None:
        """One last piece of work, waited for no longer than this: leaving is bounded in time, and quiet."""
        if self._has_ended:
            return
        done = self._begin(work)
        self._has_ended = True
        self._jobs.put(None)
        await asyncio.wait({done}, timeout=seconds)
        if done.done():
            done.exception()

    def _begin(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        promised: Future[T] = Future()
        if self._has_ended:
            raise RuntimeError("closed")
        self._jobs.put((promised, work))
        return asyncio.wrap_future(promised)


def _work(jobs: _Jobs) -> None:
    while (job := jobs.get()) is not None:
        promised, work = job
        try:
            promised.set_result(work())
        except BaseException as problem:
            promised.set_exception(problem)
        del job, promised, work  # while waiting for more, nothing is kept alive
