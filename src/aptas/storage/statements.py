"""Statements that are said all the time: compiled once for each kind of database, their text handed to the driver.

From a Core statement to its driver SQLAlchemy spends more than the driver itself does, and a batch says seven
(docs/decisions/0015). What is said seldom, or never twice alike, goes by `connection.execute`.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    insert,
)
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Core = Select[*tuple[Any, ...]] | Insert | Update | Delete
Values = Mapping[str, Any]
Convert = Callable[[Any], Any] | None
_NOTHING: Values = MappingProxyType({})


class one_of(FunctionElement[bool]):
    """`column` is one of the list bound as `name`: one array for PostgreSQL, elsewhere as many values as there are."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        super().__init__(column, bindparam(name, expanding=True, type_=column.type))

    def self_group(self, against: Any = None) -> "one_of":
        """Never `… = 1`: for that, SQLite and MySQL would use no index."""
        return self


@compiles(one_of)
def _values(element: one_of, compiler: SQLCompiler, **more: Any) -> str:
    column, values = element.clauses
    return str(compiler.process(column.in_(values), **more))


@compiles(one_of, "postgresql")
def _array(element: one_of, compiler: SQLCompiler, **more: Any) -> str:
    column, values = element.clauses
    array = bindparam(values.key, type_=ARRAY(column.type))
    return f"{compiler.process(column, **more)} = ANY ({compiler.process(array, **more)})"


@dataclass(frozen=True)
class _Text:
    """What the driver is given: `in_order` are the values as the text wants them. `is_whole`: no list has to be
    written out in it first. `as_told` makes a row of what the driver returns."""

    sql: str
    in_order: Callable[[Values], Sequence[Any]]
    as_told: Callable[[Sequence[Any]], Any]
    is_whole: bool


class Statement:
    """A Core statement whose values are bound by name."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._texts: dict[tuple[str, ...], _Text] = {}

    def rows(self, connection: Connection, told: Values = _NOTHING) -> Sequence[Any]:
        """All rows of a SELECT; their columns have names."""
        text = self._text(connection, told)
        if not text.is_whole:
            return connection.execute(self._core, told).all()
        with _cursor(connection, text) as cursor:
            cursor.execute(text.sql, text.in_order(told))
            return [text.as_told(row) for row in cursor.fetchall()]

    def once(self, connection: Connection, told: Values) -> int:
        """How many rows it touched."""
        text = self._text(connection, told)
        if not text.is_whole:
            return connection.execute(self._core, told).rowcount
        with _cursor(connection, text) as cursor:
            cursor.execute(text.sql, text.in_order(told))
            return cursor.rowcount

    def each(self, connection: Connection, told: Sequence[Values]) -> None:
        """Once with each of these, that all name the same values."""
        text = self._text(connection, told[0])
        with _cursor(connection, text) as cursor:
            cursor.executemany(text.sql, [text.in_order(each) for each in told])

    def _text(self, connection: Connection, told: Values) -> _Text:
        key = (connection.dialect.name, *told)
        if key not in self._texts:
            self._texts[key] = _compiled(self._core, connection.dialect, list(told))
        return self._texts[key]


@cache
def insertion(table: Table) -> Statement:
    """Rows that arrive in a table."""
    return Statement(insert(table))


@contextmanager
def _cursor(connection: Connection, text: _Text) -> Iterator[DBAPICursor]:
    """The driver's own; its errors go the way of those of SQLAlchemy's statements."""
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except BaseException as problem:
        connection._handle_dbapi_exception(problem, text.sql, None, cursor, None)
    cursor.close()


def _compiled(core: Core, dialect: Dialect, told: list[str]) -> _Text:
    done: Any = core.compile(dialect=dialect, column_keys=told, for_executemany=True)
    names: list[str] = done.positiontup or []
    into = [done.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    columns = list(core.selected_columns) if isinstance(core, Select) else []
    out = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Text(
        sql=done.string,
        in_order=_in_order(names, into, {name: done.params[name] for name in names if name not in told}),
        as_told=_as_told([column.name for column in columns], out),
        is_whole=not any(bind.expanding for bind in done.binds.values()),
    )


def _in_order(names: list[str], into: Sequence[Convert], given: Values) -> Callable[[Values], Sequence[Any]]:
    """`given`: what the statement itself says, such as its LIMIT."""
    if not given and not any(into) and len(names) > 1:
        return itemgetter(*names)
    pairs = list(zip(names, into, strict=True))

    def in_order(told: Values) -> Sequence[Any]:
        values = {**given, **told}
        return tuple([values[name] if each is None else each(values[name]) for name, each in pairs])

    return in_order


def _as_told(names: list[str], out: Sequence[Convert]) -> Callable[[Sequence[Any]], Any]:
    row: Any = namedtuple("_row", names)  # type: ignore[misc]
    if not any(out):
        return row._make
    return lambda found: row._make(
        value if each is None else each(value) for value, each in zip(found, out, strict=True)
    )
