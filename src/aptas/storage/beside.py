"""Rows that change with a state, in the same transaction: contacts, reservations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

Key = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What one decision does to `table`: rows named by primary key go, then rows come."""

    table: Table
    insert: Sequence[Mapping[str, Any]] = ()
    remove: Sequence[Mapping[str, Any]] = ()


@dataclass
class _Net:
    """What is left to do in one table after several decisions. Two inserts of one key both stay: the database
    is to refuse them."""

    table: Table
    removed: dict[Key, Mapping[str, Any]] = field(default_factory=dict)
    inserted: list[Mapping[str, Any]] = field(default_factory=list)

    def key(self, row: Mapping[str, Any]) -> Key:
        return tuple(row[column.name] for column in self.table.primary_key.columns)

    def add(self, change: Beside) -> None:
        for row in change.remove:
            key = self.key(row)
            kept = [each for each in self.inserted if self.key(each) != key]
            if len(kept) == len(self.inserted):
                self.removed[key] = row
            self.inserted = kept
        self.inserted.extend(change.insert)


async def write_beside(connection: AsyncConnection, changes: Sequence[Beside]) -> None:
    """Write all changes with two statements a table: deletes, then inserts."""
    nets: dict[str, _Net] = {}
    for change in changes:
        nets.setdefault(change.table.name, _Net(change.table)).add(change)
    for name in sorted(nets):
        net = nets[name]
        if net.removed:
            await connection.execute(*_delete(net))
        if net.inserted:
            await connection.execute(insert(net.table), [dict(row) for row in net.inserted])


def _delete(net: _Net) -> tuple[Any, list[dict[str, Any]]]:
    columns = list(net.table.primary_key.columns)
    statement = delete(net.table).where(*(column == bindparam(f"{column.name}_") for column in columns))
    return statement, [{f"{c.name}_": row[c.name] for c in columns} for row in net.removed.values()]
