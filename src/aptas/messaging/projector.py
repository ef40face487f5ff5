"""A gallery's half of the write path: facts are projected onto rows, in batches, one transaction each.

Projections are pure; what they cause besides (a change to tell) happens here only, so that a rebuild can run
them again without telling anybody.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table

from aptas.kernel.clock import Clock, to_ms
from aptas.kernel.messages import Fact, Heard, Id
from aptas.messaging.asks import BehindFailed
from aptas.messaging.signals import Signal
from aptas.metrics import DUPLICATES, PROJECTION_DELAY
from aptas.storage.counters import add_to_counters, in_order_of_commit
from aptas.storage.engine import Database, StorageAway
from aptas.storage.statements import insertion
from aptas.storage.states import States, Stored
from aptas.storage.tables import Ledger


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """What hangs in a gallery. `tell` makes the JSON of a change from the new row."""

    name: str
    ledger: Ledger
    states: States[Any]
    changes: Table
    projections: Mapping[type[Fact], Callable[[Any, Heard[Any]], Any]]
    subject: Callable[[Any], Id]
    bucket: Callable[[Any], str]
    tell: Callable[[Any, Heard[Any]], str]


@dataclass
class Hung:
    """What one batch did: `problems` beside each fact, changes to tell, counters to move."""

    problems: list[Exception | None] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)


def hang(gallery: Gallery, stored: Mapping[int, Stored[Any]], heard: Sequence[Heard[Any]]) -> Hung:
    """Project facts onto rows in memory, dropping what was seen. A fact that fails holds back its row's others."""
    hung = Hung()
    failed: set[int] = set()
    for news in heard:
        row = stored[gallery.subject(news.fact)]
        problem: Exception | None = None
        if row.id in failed:
            problem = BehindFailed()
        elif row.has_seen(channel := f"{news.source}/{news.topic}", news.sequence):
            DUPLICATES.labels(gallery.name).inc()
        else:
            try:
                _hang_one(gallery, row, news, hung)
                row.mark_seen(channel, news.sequence)
            except Exception as error:
                problem = error
                failed.add(row.id)
        hung.problems.append(problem)
    return hung


def _hang_one(gallery: Gallery, row: Stored[Any], news: Heard[Any], hung: Hung) -> None:
    after = gallery.projections[type(news.fact)](row.state, news)
    if row.state is not None:
        hung.counted[(gallery.name, gallery.bucket(row.state))] -= 1
    hung.counted[(gallery.name, gallery.bucket(after))] += 1
    row.state, row.version = after, row.version + 1
    hung.changes.append(
        {
            "subject": row.id,
            "event_id": news.event_id,
            "type": type(news.fact).__name__,
            "data": lambda: gallery.tell(after, news),
        }
    )


class Projector:
    """Implements consumer.Listener for a gallery."""

    def __init__(self, gallery: Gallery, database: Database, clock: Clock) -> None:
        self.gallery = gallery
        self.changed = Signal()
        self._database = database
        self._clock = clock

    async def apply(self, heard: Sequence[tuple[Heard[Fact], str]]) -> Sequence[Exception | None]:
        """Rows, changes and counters in one transaction."""
        wanted = [
            place for place, (news, _) in enumerate(heard) if type(news.fact) in self.gallery.projections
        ]
        if not wanted:
            return [None] * len(heard)
        news = [heard[place][0] for place in wanted]
        try:
            problems = await self._hang_together(news)
        except StorageAway:
            raise
        except Exception:
            problems = await self._one_by_one(news)
        self.changed.ring()
        now = to_ms(self._clock())
        for each in news:
            PROJECTION_DELAY.observe(max(0, now - to_ms(each.at)) / 1000)
        found = dict(zip(wanted, problems, strict=True))
        return [found.get(place) for place in range(len(heard))]

    async def _hang_together(self, news: Sequence[Heard[Any]]) -> list[Exception | None]:
        return await self._database.write(lambda connection: self._write(connection, news).problems)

    async def _one_by_one(self, news: Sequence[Heard[Any]]) -> list[Exception | None]:
        """The batch could not be written: find out whose fault it is, without tearing a row's order."""
        problems: list[Exception | None] = []
        failed: set[int] = set()
        for each in news:
            row = self.gallery.subject(each.fact)
            problem = BehindFailed() if row in failed else await self._alone(each)
            if problem is not None:
                failed.add(row)
            problems.append(problem)
        return problems

    async def _alone(self, news: Heard[Any]) -> Exception | None:
        try:
            return (await self._hang_together([news]))[0]
        except StorageAway:
            raise
        except Exception as problem:
            return problem

    def _write(self, connection: Connection, news: Sequence[Heard[Any]]) -> Hung:
        gallery = self.gallery
        in_order_of_commit(connection, gallery.ledger.counters)  # a rebuild and we wait for each other here
        ids = {gallery.subject(each.fact) for each in news}
        stored = gallery.states.load(connection, ids, lock=True)
        hung = hang(gallery, stored, news)
        gallery.states.save(connection, stored.values())
        if hung.changes:
            rows = [change | {"data": change["data"]()} for change in hung.changes]
            insertion(gallery.changes).each(connection, rows)
        add_to_counters(connection, gallery.ledger.counters, hung.counted)
        return hung
