"""Totals that lists show, kept in the transaction that changes them, so that a page need not count."""

from collections.abc import Iterable, Mapping
from functools import cache

from sqlalchemy import ColumnElement, Connection, Table, bindparam, insert, select, update

from aptas.storage.statements import Statement


def add_to_counters(connection: Connection, table: Table, changes: Mapping[tuple[str, str], int]) -> None:
    """Add each change to its (stream, bucket); in key order, so that two writers never wait for each other."""
    for (stream, bucket), change in sorted(changes.items()):
        if change == 0:
            continue
        told = {"stream_": stream, "bucket_": bucket, "change": change}
        if _addition(table).once(connection, told) == 0:
            connection.execute(insert(table), [{"stream": stream, "bucket": bucket, "total": change}])


@cache
def _addition(table: Table) -> Statement:
    return Statement(update(table).where(*_place(table)).values(total=table.c.total + bindparam("change")))


def _place(table: Table) -> tuple[ColumnElement[bool], ...]:
    return table.c.stream == bindparam("stream_"), table.c.bucket == bindparam("bucket_")


def in_order_of_commit(connection: Connection, table: Table) -> None:
    """From here to its end this transaction is the only one of its context that comes by here, so that the numbers
    which the database now gives to rows grow in the order in which the rows can be seen. Whoever then reads what
    is above the last number passes nothing over. SQLite has one writer anyway."""
    if connection.dialect.name == "sqlite":
        return
    turnstile = {"stream": "order of commit", "bucket": "", "total": 0}
    if _passage(table).once(connection, {"stream_": turnstile["stream"], "bucket_": ""}) == 0:
        connection.execute(insert(table), [turnstile])


@cache
def _passage(table: Table) -> Statement:
    return Statement(update(table).where(*_place(table)).values(total=0))


def read_counters(connection: Connection, table: Table, stream: str, buckets: Iterable[str]) -> int:
    """How many states of `stream` are in any of `buckets`."""
    rows = connection.execute(
        select(table.c.total).where(
            table.c.stream == bindparam("stream_"), table.c.bucket.in_(bindparam("buckets", expanding=True))
        ),
        {"stream_": stream, "buckets": list(buckets)},
    )
    return sum(row.total for row in rows)
