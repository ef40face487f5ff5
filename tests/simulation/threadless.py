"""aiosqlite without its threads: every statement runs where it is asked for, so that nothing depends on when a
thread wakes up (and a run takes a fifth of the time)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import aiosqlite.core


class DoneAtOnce:
    """Stands for the queue between the loop and a connection's thread."""

    def put_nowait(self, item: Any) -> None:
        """Run the function; its future holds what came of it."""
        future, function = item
        try:
            result = function()
        except Exception as problem:
            if future is not None:
                future.set_exception(problem)
        else:
            if future is not None:
                future.set_result(result)


class NoThread:
    """Stands for a connection's thread."""

    daemon = True

    def __init__(self, target: Any, args: Any) -> None:
        pass

    def start(self) -> None:
        """There is nothing to start."""


@contextmanager
def without_threads() -> Iterator[None]:
    """For every connection opened inside."""
    with (
        mock.patch.object(aiosqlite.core, "SimpleQueue", DoneAtOnce),
        mock.patch.object(aiosqlite.core, "Thread", NoThread),
    ):
        yield
