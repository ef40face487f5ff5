"""A room as small as can be, to try the pipes with: notebooks with a title that no two share, and their lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from operator import attrgetter
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, String, Table

from aptas.kernel.messages import APTAS, COMPENSATION, Command, Decision, Fact, Heard, Id, Rejection
from aptas.messaging.asks import Ask, Cause, Repeatable, new_trace
from aptas.messaging.envelope import Vocabulary
from aptas.messaging.streams import Stream, Switchboard
from aptas.storage.beside import Beside
from aptas.storage.states import States
from aptas.storage.tables import Ledger

NOON = datetime(2025, 3, 4, 3, 0, tzinfo=UTC)
LONG = 3
BUG = "a line that makes the decision itself fail"


@dataclass(frozen=True, kw_only=True)
class About(Fact):
    key: ClassVar[str] = "notebook_id"
    notebook_id: Id


@dataclass(frozen=True, kw_only=True)
class Opened(About):
    topic: ClassVar[str | None] = APTAS
    title: str


@dataclass(frozen=True, kw_only=True)
class Written(About):
    topic: ClassVar[str | None] = APTAS
    line: str


@dataclass(frozen=True, kw_only=True)
class Struck(About):
    """Travels by the other topic."""

    topic: ClassVar[str | None] = COMPENSATION
    line: str


@dataclass(frozen=True, kw_only=True)
class Read(About):
    """Nobody else needs to know."""


@dataclass(frozen=True, kw_only=True)
class Open(Command):
    notebook_id: Id
    title: str


@dataclass(frozen=True, kw_only=True)
class Write(Command):
    notebook_id: Id
    line: str


@dataclass(frozen=True, kw_only=True)
class Strike(Command):
    notebook_id: Id
    line: str


@dataclass(frozen=True, kw_only=True)
class Look(Command):
    notebook_id: Id


@dataclass(frozen=True, kw_only=True)
class Notebook:
    notebook_id: Id
    title: str
    lines: tuple[str, ...] = ()


UNKNOWN = Rejection(law="nobody_writes_into_an_unknown_notebook", kind="missing", ko="없음", en="None")
EMPTY = Rejection(law="a_line_says_something", kind="invalid", ko="빈 줄", en="Empty")
OPEN_ALREADY = Rejection(law="a_notebook_is_opened_once", ko="이미 열림", en="Open already")
SAME_TITLE = Rejection(law="no_two_notebooks_share_a_title", ko="같은 제목", en="Same title")


def decide(state: Notebook | None, command: Any) -> Decision:
    if isinstance(command, Open):
        return OPEN_ALREADY if state else (Opened(notebook_id=command.notebook_id, title=command.title),)
    if state is None:
        return UNKNOWN
    if isinstance(command, Look):
        return (Read(notebook_id=state.notebook_id),)
    if command.line == BUG:
        raise ZeroDivisionError(BUG)
    if command.line == "":
        return EMPTY
    kind = Struck if isinstance(command, Strike) else Written
    return (kind(notebook_id=state.notebook_id, line=command.line),)


def evolve(state: Notebook | None, fact: Fact, _at: datetime) -> Notebook:
    if isinstance(fact, Opened):
        return Notebook(notebook_id=fact.notebook_id, title=fact.title)
    assert state is not None
    if isinstance(fact, Written):
        return replace(state, lines=(*state.lines, fact.line))
    if isinstance(fact, Struck):
        return replace(state, lines=(*state.lines, f"-{fact.line}"))
    return state


def bucket(state: Notebook) -> str:
    return "long" if len(state.lines) >= LONG else "short"


ledger = Ledger(is_watched=True)
notebooks = ledger.states("notebooks", Column("size", String(8), nullable=False))
titles = Table(
    "titles",
    ledger.metadata,
    Column("title", String(64), primary_key=True),
    Column("notebook_id", BigInteger, nullable=False),
)


def title_beside(command: Any, _before: Any, _after: Any) -> Sequence[Beside]:
    if isinstance(command, Open):
        return [Beside(table=titles, insert=[{"title": command.title, "notebook_id": command.notebook_id}])]
    return ()


STATES = States(notebooks, Notebook, lambda state: {"size": bucket(state)})
NOTEBOOKS = Stream(
    name="notebooks",
    states=STATES,
    subject=attrgetter("notebook_id"),
    decide=decide,
    evolve=evolve,
    bucket=bucket,
    beside=title_beside,
    clash=SAME_TITLE,
)


def whenever_written(heard: Heard[Written]) -> Write:
    return Write(at=heard.at, notebook_id=heard.fact.notebook_id, line=heard.fact.line)


def whenever_struck(heard: Heard[Struck]) -> Strike:
    return Strike(at=heard.at, notebook_id=heard.fact.notebook_id, line=heard.fact.line)


ROOM = Switchboard(
    name="notebooks",
    ledger=ledger,
    commands={Open: NOTEBOOKS, Write: NOTEBOOKS, Strike: NOTEBOOKS, Look: NOTEBOOKS},
    policies={Written: whenever_written, Struck: whenever_struck},
)
ELSEWHERE = "elsewhere"
VOCABULARY = Vocabulary({ELSEWHERE: (Opened, Written, Struck)})


def opening(notebook: int, title: str | None = None) -> Ask:
    command = Open(at=NOON, notebook_id=Id(notebook), title=title or f"title {notebook}")
    return Ask(command=command, traceparent=new_trace())


def writing(
    notebook: int, line: str, *, sequence: int | None = None, channel: str = "elsewhere/aptas"
) -> Ask:
    """From the bus when it has a `sequence`."""
    cause = None if sequence is None else Cause(channel=channel, sequence=sequence)
    command = Write(at=NOON, notebook_id=Id(notebook), line=line)
    return Ask(command=command, traceparent=new_trace(), cause=cause)


def looking(notebook: int) -> Ask:
    return Ask(command=Look(at=NOON, notebook_id=Id(notebook)), traceparent=new_trace())


def with_key(ask: Ask, key: str, fingerprint: str = "the same body") -> Ask:
    return replace(ask, repeatable=Repeatable(key=key, fingerprint=fingerprint))


_numbers = count(1)


def new_event_id() -> str:
    """event-1, event-2, … within one run of the tests."""
    return f"event-{next(_numbers)}"
