"""Whose fault an error of a database server is: the server's just now, or that of what it was given."""

from sqlalchemy.exc import DBAPIError

_POSTGRESQL_AWAY = ("08", "53", "57", "58", "55P03", "25006")
"""SQLSTATE classes and codes: connection, resources (a full disk), operator, system, a lock in vain, a standby."""
_POSTGRESQL_REPEAT = ("40001", "40P01")
_MYSQL_AWAY = frozenset(
    {1021, 1036, 1040, 1053, 1114, 1158, 1159, 1160, 1161, 1203, 1205, 1226, 1290, 1792, 1836, 2002, 2003}
    | {2006, 2013, 2014, 2055, 4031}
)
"""Full disk or table, too many connections, shutdown, network, a lock in vain, read-only, gone."""
_MYSQL_REPEAT = frozenset({1213, 1020})
_WHO = frozenset({"28000", "28P01", "3D000", "3F000", 1044, 1045, 1049, 1142, 1698})
"""Unknown user, wrong password, no such database, not allowed."""


def is_servers(problem: DBAPIError) -> bool:
    """Whether the same may succeed later: the server is away, full, busy, or does not let us in."""
    code = _code_of(problem)
    if problem.connection_invalidated or code in _WHO or may_be_repeated(problem):
        return True
    if isinstance(code, str):
        return code.startswith(_POSTGRESQL_AWAY)
    return code in _MYSQL_AWAY


def may_be_repeated(problem: DBAPIError) -> bool:
    """Whether the same may succeed at once: two waited for each other, or the connection was from before a restart."""
    code = _code_of(problem)
    return problem.connection_invalidated or code in _POSTGRESQL_REPEAT or code in _MYSQL_REPEAT


def _code_of(problem: DBAPIError) -> str | int | None:
    """PostgreSQL's SQLSTATE, or MySQL's number."""
    if state := getattr(problem.orig, "sqlstate", None):
        return str(state)
    first = problem.orig.args[0] if problem.orig is not None and problem.orig.args else None
    return first if isinstance(first, int) else None
