"""Listening: sockets taken first, so that a port in use is named in one line; several servers in one loop."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Collection, Iterator
from typing import Any

import uvicorn

from aptas.edge.gathered import InOneGo
from aptas.edge.threshold import with_threshold
from aptas.settings import HOST

LISTENER = "APTAS_LISTENER"
"""The number of a listening socket that this process inherited (see workers.py)."""


class PortTaken(Exception):
    """Somebody else listens there already."""


def inherited_or_taken(port: int, host: str = HOST) -> socket.socket:
    """The socket that a parent listens on for us, or one of our own."""
    number = os.environ.get(LISTENER)
    return take_port(port, host) if number is None else socket.socket(fileno=int(number))


def take_port(port: int, host: str = HOST, option: str = "--port") -> socket.socket:
    """A listening socket, on this machine only unless told; PortTaken names the port, and the option that gives
    another."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as problem:
        listener.close()
        raise PortTaken(
            f"{host} 의 포트 {port}을(를) 쓸 수 없습니다({problem.strerror}). "
            f"그 프로그램을 끝내거나 {option} 로 다른 번호를 주세요. / "
            f"Port {port} of {host} cannot be used ({problem.strerror}): end what uses it, or give another "
            f"with {option}."
        ) from problem
    return listener


class Server(uvicorn.Server):
    """uvicorn that leaves signals to whoever runs the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are handled in one place, for all servers of the process."""
        yield


def server_for(app: Any, hosts: Collection[str]) -> Server:
    """A server for one application, answering under these names; started with `serve(sockets=[…])`, ended with
    `should_exit`."""
    config = uvicorn.Config(
        with_threshold(app, hosts),
        log_config=None,
        access_log=False,
        http=InOneGo,
        ws="none",
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
        backlog=1024,
    )
    return Server(config)


async def drain(servers: list[Server], serving: list["asyncio.Task[None]"]) -> None:
    """No new connections; what is under way is answered."""
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*serving, return_exceptions=True)
