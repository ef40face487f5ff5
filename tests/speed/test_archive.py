"""The archive that the benchmark multiplies is one the office could have: its own room reads every row of it."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator

import psycopg
import pytest

from aptas.kernel.identity import as_receipt_number
from aptas.management.addresses import household_key
from aptas.management.tables import UNFINISHED, case_columns, case_states, cases, ledger
from aptas.storage.counters import read_counters
from aptas.storage.engine import Database, rows_of
from aptas.storage.migrate import upgrade
from aptas.storage.opening import open_database
from benchmarks.distributed.archive import PER_HOUSEHOLD, fill, sample
from benchmarks.distributed.workshop import Connection
from tests.engines import server

ROWS = 1_000


@pytest.fixture
async def archive() -> AsyncIterator[tuple[Database, str]]:
    there, name = server("postgresql"), f"archive{uuid.uuid4().hex[:16]}"
    with psycopg.connect(there.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    database = open_database(there.url(name))
    await upgrade(database, "management", ledger.metadata)
    await asyncio.to_thread(fill, lambda: connected(there.url(name)), ROWS)
    yield database, there.url(name)
    await database.close()


def connected(address: str) -> Connection:
    return psycopg.connect(address, autocommit=True)


async def test_every_row_is_a_dossier_with_the_columns_it_should_have(archive: tuple[Database, str]) -> None:
    database, _ = archive
    rows = await database.read(rows_of(cases.select()))
    assert len(rows) == len({row.id for row in rows}) == len({row.receipt_no for row in rows}) == ROWS
    for row in rows:
        dossier = case_states.decode(row.body)
        assert dossier.defect_id == row.id
        assert as_receipt_number(row.receipt_no) == row.receipt_no
        assert household_key(dossier.latest.address or "") == row.household
        told = case_columns(dossier)
        assert told == {name: row._mapping[name] for name in told}


async def test_statuses_are_mixed_and_counted(archive: tuple[Database, str]) -> None:
    database, _ = archive
    rows = await database.read(rows_of(cases.select()))
    statuses = Counter(row.status for row in rows)
    assert {*statuses} == {"OPEN", "APPROVED", "CLOSED", "REJECTED", "WITHDRAWN"}
    counted = await database.read(
        lambda connection: {
            each: read_counters(connection, ledger.counters, "cases", [each]) for each in statuses
        }
    )
    assert counted == statuses
    assert {*Counter(row.household for row in rows).values()} == {PER_HOUSEHOLD}
    unfinished = [row.due_date for row in rows if row.status in UNFINISHED]
    assert len(unfinished) == ROWS * 0.03


async def test_what_is_drawn_from_it_is_there(archive: tuple[Database, str]) -> None:
    database, address = archive
    with connected(address) as connection:
        drawn = sample(connection, 50)
    rows = await database.read(rows_of(cases.select().where(cases.c.id.in_([id_ for id_, _ in drawn]))))
    assert {(row.id, row.household) for row in rows} == {*drawn}
    assert len(rows) > 40
