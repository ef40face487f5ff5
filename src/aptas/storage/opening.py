"""From an address to a database: which engine it names, and whether we have that one."""

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from aptas.storage.engine import Database, DatabaseRefused
from aptas.storage.server import ServerDatabase
from aptas.storage.sqlite import SqliteDatabase

DRIVERS = {"postgresql": "postgresql+asyncpg", "mysql": "mysql+asyncmy", "mariadb": "mysql+asyncmy"}
"""What an address may begin with besides sqlite, and the driver that speaks to it."""


def open_database(url: str) -> Database:
    """Nothing is connected yet. DatabaseRefused: the address names no database, or a kind that we do not know."""
    parsed = _parsed(url)
    if parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return SqliteDatabase(parsed)
    kind = parsed.drivername.partition("+")[0]
    if kind in DRIVERS and parsed.drivername in (kind, DRIVERS[kind]) and parsed.host and parsed.database:
        return ServerDatabase(parsed.set(drivername=DRIVERS[kind]))
    raise DatabaseRefused(
        f"{parsed.render_as_string(hide_password=True)}: sqlite:///파일, postgresql://이름:암호@주소/데이터베이스, "
        "mysql://이름:암호@주소/데이터베이스 처럼 적어 주세요. / Write sqlite:///FILE, "
        "postgresql://USER:PASSWORD@HOST/DATABASE or mysql://USER:PASSWORD@HOST/DATABASE."
    )


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except SQLAlchemyError as problem:
        raise DatabaseRefused(
            f"데이터베이스 주소를 읽을 수 없습니다. / This is no address of a database: {problem}"
        ) from problem
