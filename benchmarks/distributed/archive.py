"""An archive of cases in one table of PostgreSQL, filled fast: what the office has after three years.

PostgreSQL multiplies the dossiers, each row with an id, a receipt number, a household and a due date of its own. The
newest 3 % are unfinished (two of three OPEN, half of them overdue), the others CLOSED (18 of 20), REJECTED or
WITHDRAWN; a household has had 20. The table is UNLOGGED: here it is only read.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import LiteralString

from aptas import catalogue
from benchmarks.distributed.dossiers import dossiers, roster
from benchmarks.distributed.workshop import Connection

PER_HOUSEHOLD = 20
_DOSSIERS: LiteralString = """
CREATE UNLOGGED TABLE dossiers (
    n int, status text, trade text, urgency int, contractor_id bigint, busy_contractor_id bigint, seen text, body text
)"""
_ONE_DOSSIER: LiteralString = """
INSERT INTO dossiers
VALUES (%(n)s, %(status)s, %(trade)s, %(urgency)s, %(contractor_id)s, %(busy_contractor_id)s, %(seen)s, %(body)s)"""
_ONE_CONTRACTOR: LiteralString = "INSERT INTO roster (id, version, seen, body) VALUES (%s, 1, '{}', %s)"
_INDEXES: LiteralString = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'cases' AND indexname <> 'cases_pkey'"""
_FILL: LiteralString = """
INSERT INTO cases (id, version, seen, body, receipt_no, status, trade, urgency, due_date, household, contractor_id,
                   busy_contractor_id)
SELECT id, 1, seen, convert_to(format(body, id, receipt, complex, building, home_no, due), 'UTF8'), receipt,
       row.status, trade, urgency, due, concat_ws('|', complex, building, home_no), contractor_id, busy_contractor_id
FROM (
    SELECT i, ((i << 32) / %(rows)s << 16) + i %% 65536 AS id,
           regexp_replace(upper(lpad(to_hex(i * 2654435761 %% 4294967296), 8, '0')), '(....)', '\\1-') AS receipt,
           '행복' || h / 1200 || '단지' AS complex, 101 + h / 100 %% 12 AS building,
           h %% 100 / 4 * 100 + 101 + h %% 4 AS home_no,
           to_char(now() + interval '15 days' - (1 - i / %(rows)s::float) * interval '3 years', 'YYYY-MM-DD') AS due,
           CASE WHEN i > %(rows)s * 0.97 THEN CASE i %% 3 WHEN 0 THEN 'APPROVED' ELSE 'OPEN' END
                ELSE CASE i %% 20 WHEN 0 THEN 'REJECTED' WHEN 1 THEN 'WITHDRAWN' ELSE 'CLOSED' END END AS status
    FROM generate_series(%(first)s::bigint, %(rows)s, %(step)s) AS i,
         LATERAL (SELECT i * 7919 %% %(homes)s AS h) AS home
) AS row JOIN dossiers ON dossiers.status = row.status AND n = i %% %(types)s"""
_SAMPLE: LiteralString = """
SELECT found.id, found.household
FROM (SELECT min(id) AS first, max(id) AS last FROM cases) AS ends, generate_series(1, %(count)s) AS n,
     LATERAL (SELECT first + (random() * (last - first))::bigint + n * 0 AS place) AS drawn,
     LATERAL (SELECT id, household FROM cases WHERE id >= place ORDER BY id LIMIT 1) AS found"""


def fill(connect: Callable[[], Connection], rows: int) -> None:
    """`rows` cases, the roster, and the counters that go with them; indexes are made after, statistics last."""
    with connect() as connection:
        say = connection.execute
        indexes = say(_INDEXES).fetchall()
        say("ALTER TABLE cases SET UNLOGGED")
        for name, _ in indexes:
            say(f"DROP INDEX {name}")
        _prepare(connection)
        _multiply(connect, rows)
        say("SET maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            say(definition)
        say("INSERT INTO counters SELECT 'cases', status, count(*) FROM cases GROUP BY status")
        say("VACUUM (ANALYZE) cases")
        say("CHECKPOINT")


def _prepare(connection: Connection) -> None:
    connection.execute(_DOSSIERS)
    with connection.cursor() as cursor:
        cursor.executemany(_ONE_DOSSIER, list(dossiers()))
        cursor.executemany(_ONE_CONTRACTOR, list(roster()))


def _multiply(connect: Callable[[], Connection], rows: int) -> None:
    """On as many connections as there are cores."""
    step = os.cpu_count() or 1
    told = {
        "rows": rows,
        "step": step,
        "homes": max(1, rows // PER_HOUSEHOLD),
        "types": len(catalogue.DEFECT_TYPES),
    }

    def part(first: int) -> None:
        with connect() as connection:
            connection.execute(_FILL, told | {"first": first})

    with ThreadPoolExecutor(step) as threads:
        list(threads.map(part, range(1, step + 1)))


def sample(connection: Connection, count: int) -> Sequence[tuple[int, str]]:
    """(id, household) of cases drawn at random."""
    return connection.execute(_SAMPLE, {"count": count}).fetchall()
