"""The real servers of one test run: started by the first worker that asks, shared by all, ended with the run."""

import asyncio
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import asyncmy
import pytest

from tools.servers import PASSWORD, STARTS, USER, NotHere, Server

RUN = "APTAS_TEST_RUN"
"""The folder that all workers of one run share; workers inherit it."""
DATABASES = "APTAS_TEST_DATABASES"
"""`postgresql` or `mariadb`: houses that are started as processes use that instead of SQLite files."""
CONTEXTS = ("homes", "registration", "management", "contractor", "mypage")


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
            started = own_server(kind)
            told.write_text(json.dumps(asdict(started)))
        return Server(**json.loads(told.read_text()))


def own_server(kind: str) -> Server:
    """One for a single test, which ends it; skips the test where its programs are not installed."""
    try:
        return STARTS[kind](is_durable=False)
    except NotHere as missing:
        pytest.skip(str(missing))


def addresses(data: Path) -> dict[str, str]:
    """What a house with this data directory is told in its environment: the same databases whenever it starts."""
    kind = os.environ.get(DATABASES)
    if not kind:
        return {}
    name = f"h{sha256(str(data).encode()).hexdigest()[:16]}"
    if kind == "postgresql":
        return {"APTAS_DATABASE_URL": server(kind).url(f"postgres?schema={name}_{{context}}")}
    with ThreadPoolExecutor(1) as aside:  # whoever asks may be in a loop of its own
        aside.submit(asyncio.run, _make(server(kind), name)).result()
    return {"APTAS_DATABASE_URL": server(kind).url(f"{name}_{{context}}")}


async def _make(there: Server, name: str) -> None:
    connection = await asyncmy.connect(host="127.0.0.1", port=there.port, user=USER, password=PASSWORD)
    async with connection.cursor() as cursor:
        for context in CONTEXTS:
            await cursor.execute(f"CREATE DATABASE IF NOT EXISTS {name}_{context}")
    await connection.ensure_closed()


@contextmanager
def _alone() -> Iterator[None]:
    """One worker at a time."""
    with (Path(os.environ[RUN]) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
