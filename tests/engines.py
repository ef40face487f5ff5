"""The real servers of one test run: started by the first worker that asks, shared by all, ended with the run."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
from tools.servers import STARTS, NotHere, Server

RUN = "APTAS_TEST_RUN"
"""The folder that all workers of one run share; workers inherit it."""


def begin() -> None:
    """Called where a run is configured, before there are workers."""
    if RUN not in os.environ:
        os.environ[RUN] = tempfile.mkdtemp(prefix="aptas-test-run-")


def end() -> None:
    """Ends what was started, and nothing else."""
    folder = Path(os.environ.pop(RUN))
    for each in folder.glob("*.json"):
        Server(**json.loads(each.read_text())).stop()
    shutil.rmtree(folder, ignore_errors=True)


def server(kind: str) -> Server:
    """This run's `postgresql` or `mariadb`; skips the test where its programs are not installed."""
    with _alone():
        told = Path(os.environ[RUN]) / f"{kind}.json"
        if not told.exists():
            try:
                started = STARTS[kind](is_durable=False)
            except NotHere as missing:
                pytest.skip(str(missing))
            told.write_text(json.dumps(asdict(started)))
        return Server(**json.loads(told.read_text()))


@contextmanager
def _alone() -> Iterator[None]:
    """One worker at a time."""
    with (Path(os.environ[RUN]) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
