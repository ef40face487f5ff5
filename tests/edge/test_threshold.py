"""Only names of this machine are answered, whatever name led here; HEAD is answered as GET, without the body."""

from typing import Any

import pytest

from aptas.edge.threshold import with_threshold
from aptas.settings import HOSTS


async def app(scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["method"].encode()})


async def asked(
    host: str | None, path: str = "/", method: str = "GET", hosts: Any = HOSTS
) -> tuple[int, bytes]:
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    headers = [] if host is None else [(b"host", host.encode())]
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    await with_threshold(app, hosts)(scope, None, send)
    return told[0]["status"], told[1].get("body", b"")


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8088", "LOCALHOST:1", "127.0.0.1:8082", "[::1]:8088", "[::1]", None]
)
async def test_this_machine_by_any_of_its_names_is_answered(host: str | None) -> None:
    assert await asked(host) == (200, b"GET")


@pytest.mark.parametrize(
    "host", ["evil.com", "evil.com:8088", "localhost.evil.com", "", "[::2]:8088", "127.0.0.1.evil"]
)
async def test_another_sites_name_that_leads_here_is_not_answered(host: str) -> None:
    status, body = await asked(host)
    assert status == 421
    assert b"a_host_is_one_of_ours" in body


async def test_names_can_be_given_and_given_up() -> None:
    assert (await asked("aptas.example:80", hosts={"aptas.example"}))[0] == 200
    assert (await asked("localhost", hosts={"aptas.example"}))[0] == 421
    assert (await asked("evil.com", hosts={"*"}))[0] == 200


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
async def test_who_watches_over_processes_asks_by_address(path: str) -> None:
    assert (await asked("10.0.0.7:8082", path))[0] == 200


async def test_a_path_with_a_nul_leads_nowhere() -> None:
    assert (await asked("localhost", "/static/\x00"))[0] == 404


async def test_head_is_get_without_its_body() -> None:
    assert await asked("localhost", method="HEAD") == (200, b"")
