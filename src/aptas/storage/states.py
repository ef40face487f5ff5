"""The states of one stream: loaded by id under lock, written with one executemany."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Connection, Table, bindparam, select, update

from aptas.storage.statements import Statement, insertion, one_of

S = TypeVar("S")
_encode = msgspec.json.Encoder().encode


@dataclass
class Stored(Generic[S]):
    """A state with its version (the last sequence given) and its inbox: the highest sequence seen per
    "source/topic"."""

    id: int
    state: S | None = None
    version: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    is_new: bool = True
    is_changed: bool = False

    def has_seen(self, channel: str, sequence: int) -> bool:
        """A repetition, or older than what was already applied."""
        return self.seen.get(channel, 0) >= sequence

    def mark_seen(self, channel: str, sequence: int) -> None:
        """Remember; written with the state, in the same transaction."""
        self.seen[channel] = sequence
        self.is_changed = True


class States(Generic[S]):
    """Reads and writes one table of states (see Ledger.states)."""

    def __init__(self, table: Table, shape: type[S], columns: Callable[[S], Mapping[str, Any]]) -> None:
        self.table = table
        self._columns = columns
        self._decode = msgspec.json.Decoder(shape).decode
        by_ids = (
            select(table.c.id, table.c.version, table.c.seen, table.c.body)
            .where(one_of(table.c.id, "ids"))
            .order_by(table.c.id)
        )
        self._look, self._lock = Statement(by_ids), Statement(by_ids.with_for_update())
        extra = [c.name for c in table.columns if c.name != "id"]
        self._insert = insertion(table)
        self._update = Statement(
            update(table)
            .where(table.c.id == bindparam("id_"))
            .values({name: bindparam(name) for name in extra})
        )

    def decode(self, body: bytes) -> S:
        """The state in a `body`."""
        return self._decode(body)

    def load(self, connection: Connection, ids: Iterable[int], lock: bool) -> dict[int, Stored[S]]:
        """Those that exist and an empty one for each that does not; rows locked in id order if `lock`."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        rows = (self._lock if lock else self._look).rows(connection, {"ids": wanted})
        found = {
            row.id: Stored(
                id=row.id,
                state=self._decode(row.body),
                version=row.version,
                seen=msgspec.json.decode(row.seen),
                is_new=False,
            )
            for row in rows
        }
        return {each: found.get(each) or Stored(id=each) for each in wanted}

    def save(self, connection: Connection, stored: Iterable[Stored[S]]) -> None:
        """Write what changed. A stream without a state has nothing to remember by and is not written."""
        changed = [each for each in stored if each.is_changed and each.state is not None]
        fresh = [self._row(each) for each in changed if each.is_new]
        known = [self._row(each) | {"id_": each.id} for each in changed if not each.is_new]
        if fresh:
            self._insert.each(connection, fresh)
        if known:
            for row in known:
                del row["id"]
            self._update.each(connection, known)

    def _row(self, stored: Stored[S]) -> dict[str, Any]:
        assert stored.state is not None
        return {
            "id": stored.id,
            "version": stored.version,
            "seen": _encode(stored.seen).decode(),
            "body": _encode(stored.state),
            **self._columns(stored.state),
        }
