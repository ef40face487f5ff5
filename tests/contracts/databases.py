"""Databases on real servers, one for each test, reached over a cable that can be cut."""

import uuid
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path

import asyncmy
import asyncpg
import pytest

from tests.contracts.cables import Cable
from tests.contracts.disks import Disk
from tests.engines import own_server, server
from tools.servers import PASSWORD, USER, Server, end


class ServerStorage:
    """Implements backends.Storage: what PostgreSQL and MariaDB have in common."""

    kind: str

    def __init__(self) -> None:
        self.name = f"t{uuid.uuid4().hex[:20]}"
        self.url = ""
        self.server = self.find_server()
        self._cable = Cable(self.server.port)

    def find_server(self) -> Server:
        """The one that all tests share."""
        return server(self.kind)

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


class PostgresqlStorage(ServerStorage):
    """A database on the common server."""

    kind = "postgresql"

    async def create(self) -> None:
        await self._say(f"CREATE DATABASE {self.name}")

    async def drop(self) -> None:
        await self._say(f"DROP DATABASE {self.name} WITH (FORCE)")

    async def _say(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.server.url("postgres"))
        for each in statements:
            await connection.execute(each)
        await connection.close()


class PostgresqlOnSmallDisk(PostgresqlStorage):
    """A database on a small disk in memory, of a server of its own: as long as any of its disks is full a PostgreSQL
    finishes no checkpoint, and so makes no database for anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(self.server.folder) / self.name
        self.disk = Disk(self.place)

    def find_server(self) -> Server:
        return own_server(self.kind)

    def nearly_full(self, pages: int) -> AbstractContextManager[None]:
        """The disk holds what is on it and a little more."""
        return self.disk.nearly_full(pages)

    async def create(self) -> None:
        self.disk.mount()
        await self._say(
            f"CREATE TABLESPACE {self.name} LOCATION '{self.place}'",
            f"CREATE DATABASE {self.name} TABLESPACE {self.name}",
        )

    async def drop(self) -> None:
        end(self.server.pid)
        self.disk.unmount()
        self.server.stop()


class MariadbStorage(ServerStorage):
    """A database on the common server."""

    kind = "mariadb"

    async def create(self) -> None:
        await self._say(f"CREATE DATABASE {self.name}")

    async def drop(self) -> None:
        await self._say(f"DROP DATABASE {self.name}")

    async def _say(self, statement: str) -> None:
        connection = await asyncmy.connect(
            host="127.0.0.1", port=self.server.port, user=USER, password=PASSWORD
        )
        async with connection.cursor() as cursor:
            await cursor.execute(statement)
        await connection.ensure_closed()


class MariadbOnSmallDisk(MariadbStorage):
    """There is none: when its disk is full while a long value is changed, MariaDB 10.11 ends by an assertion of its own
    (InnoDB)."""

    def nearly_full(self, pages: int) -> AbstractContextManager[None]:
        """Told in one line by the run."""
        pytest.skip("MariaDB itself ends by an assertion when its disk is full")
