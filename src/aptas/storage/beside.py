"""Rows that change with a state, in the same transaction: contacts, reservations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete
from sqlalchemy.exc import IntegrityError

from aptas.storage.statements import Statement, insertion

Key = tuple[Any, ...]
Row = Mapping[str, Any]


class Taken(Exception):
    """A row beside a state is somebody else's already."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What one decision does to `table`: rows named by primary key go, then rows come."""

    table: Table
    insert: Sequence[Mapping[str, Any]] = ()
    remove: Sequence[Mapping[str, Any]] = ()


@dataclass
class _Net:
    """What is left to do in one table after several decisions. Two inserts of one key both stay: the database
    is to refuse them. So a removal undoes one insert, not all: the others were made by somebody else."""

    table: Table
    removed: dict[Key, Row] = field(default_factory=dict)
    inserted: dict[Key, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = [column.name for column in self.table.primary_key.columns]

    def key(self, row: Row) -> Key:
        return tuple([row[name] for name in self.names])

    def add(self, change: Beside) -> None:
        for row in change.remove:
            key = self.key(row)
            if self.inserted.get(key):
                self.inserted[key].pop()
            else:
                self.removed[key] = row
        for row in change.insert:
            self.inserted.setdefault(self.key(row), []).append(row)

    def arrivals(self) -> list[dict[str, Any]]:
        """In key order, so that two writers never wait for each other."""
        return [dict(row) for _, rows in sorted(self.inserted.items()) for row in rows]


def write_beside(connection: Connection, changes: Sequence[Beside]) -> None:
    """Write all changes with two statements a table: deletes, then inserts. Taken when a key is in use."""
    nets: dict[str, _Net] = {}
    for change in changes:
        nets.setdefault(change.table.name, _Net(change.table)).add(change)
    for name in sorted(nets):
        net = nets[name]
        if net.removed:
            departures = [
                {f"{name}_": row[name] for name in net.names} for _, row in sorted(net.removed.items())
            ]
            _departure(net.table).each(connection, departures)
        if arrivals := net.arrivals():
            try:
                insertion(net.table).each(connection, arrivals)
            except IntegrityError as problem:
                raise Taken(str(problem.orig)) from problem


@cache
def _departure(table: Table) -> Statement:
    keys = table.primary_key.columns
    return Statement(delete(table).where(*(key == bindparam(f"{key.name}_") for key in keys)))
