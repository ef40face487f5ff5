"""A storage that leaves the loop to nobody: what waits for the disk or for a lock elsewhere is done where it is
asked for, so that nothing depends on when a thread wakes up."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from unittest import mock

from aptas.storage import sqlite

T = TypeVar("T")


async def _at_once(_threads: object, work: Callable[[], T]) -> T:
    return work()


async def _here(work: Callable[[], T]) -> T:
    return work()


@contextmanager
def without_threads() -> Iterator[None]:
    """For everything that is written, scanned and closed inside."""
    with (
        mock.patch.object(sqlite, "_finished", _at_once),
        mock.patch.object(asyncio, "to_thread", _here),
    ):
        yield
