"""Databases on real servers, one for each test, reached over a cable that can be cut, and on a disk that can fill."""

import uuid
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path

import asyncmy
import asyncpg
import pytest

from tests.contracts.cables import Cable
from tests.contracts.disks import Disk
from tests.engines import server
from tools.servers import PASSWORD, USER, Server


class ServerStorage:
    """Implements backends.Storage: what PostgreSQL and MariaDB have in common."""

    kind: str

    def __init__(self) -> None:
        self.name = f"t{uuid.uuid4().hex[:20]}"
        self.url = ""
        self.server = server(self.kind)
        self._cable = Cable(self.server.port)

    async def open(self) -> None:
        """Make the database."""
        await self._cable.lay()
        through = Server(kind=self.kind, pid=0, port=self._cable.port, folder="")
        self.url = through.url(self.name)
        await self.create()

    async def close(self) -> None:
        """Drop it."""
        await self._cable.cut()
        await self.drop()

    async def create(self) -> None:
        """Empty."""
        raise NotImplementedError

    async def drop(self) -> None:
        """With all that is in it."""
        raise NotImplementedError

    def away(self) -> AbstractAsyncContextManager[None]:
        """The server cannot be reached."""
        return self._cable.is_cut()

    def nearly_full(self, pages: int) -> AbstractContextManager[None]:
        """The disk holds what is on it and a little more."""
        raise NotImplementedError


class PostgresqlStorage(ServerStorage):
    """A database in a tablespace of its own, on a small disk in memory."""

    kind = "postgresql"

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(self.server.folder) / self.name
        self.disk = Disk(self.place)

    def nearly_full(self, pages: int) -> AbstractContextManager[None]:
        return self.disk.nearly_full(pages)

    async def create(self) -> None:
        self.disk.mount()
        await self._say(
            f"CREATE TABLESPACE {self.name} LOCATION '{self.place}'",
            f"CREATE DATABASE {self.name} TABLESPACE {self.name}",
        )

    async def drop(self) -> None:
        await self._say(f"DROP DATABASE {self.name} WITH (FORCE)", f"DROP TABLESPACE {self.name}")
        self.disk.unmount()

    async def _say(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.server.url("postgres"))
        for each in statements:
            await connection.execute(each)
        await connection.close()


class MariadbStorage(ServerStorage):
    """A database on the common server. It has no small disk: when one is full while a long value is changed,
    MariaDB 10.11 ends by an assertion of its own (InnoDB), for everybody."""

    kind = "mariadb"

    async def create(self) -> None:
        await self._say(f"CREATE DATABASE {self.name}")

    async def drop(self) -> None:
        await self._say(f"DROP DATABASE {self.name}")

    def nearly_full(self, pages: int) -> AbstractContextManager[None]:
        pytest.skip("MariaDB itself ends by an assertion when its disk is full")

    async def _say(self, statement: str) -> None:
        connection = await asyncmy.connect(
            host="127.0.0.1", port=self.server.port, user=USER, password=PASSWORD
        )
        async with connection.cursor() as cursor:
            await cursor.execute(statement)
        await connection.ensure_closed()
