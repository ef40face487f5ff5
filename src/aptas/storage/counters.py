"""Totals that lists show, kept in the transaction that changes them, so that a page need not count."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Table, bindparam, insert, select, update


def add_to_counters(connection: Connection, table: Table, changes: Mapping[tuple[str, str], int]) -> None:
    """Add each change to its (stream, bucket); in key order, so that two writers never wait for each other."""
    for (stream, bucket), change in sorted(changes.items()):
        if change == 0:
            continue
        where = (table.c.stream == bindparam("stream_")) & (table.c.bucket == bindparam("bucket_"))
        values = {"stream_": stream, "bucket_": bucket, "change": change}
        result = connection.execute(
            update(table).where(where).values(total=table.c.total + bindparam("change")), values
        )
        if result.rowcount == 0:
            connection.execute(insert(table), [{"stream": stream, "bucket": bucket, "total": change}])


def read_counters(connection: Connection, table: Table, stream: str, buckets: Iterable[str]) -> int:
    """How many states of `stream` are in any of `buckets`."""
    rows = connection.execute(
        select(table.c.total).where(
            table.c.stream == bindparam("stream_"), table.c.bucket.in_(bindparam("buckets", expanding=True))
        ),
        {"stream_": stream, "buckets": list(buckets)},
    )
    return sum(row.total for row in rows)
