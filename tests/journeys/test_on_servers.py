"""`aptas serve` and a database server that is not there, does not let it in, or is ahead of it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.engines import server
from tests.journeys.houses import aptas, environment, free_ports
from tools.servers import NotHere, Server, start_again, start_postgresql

SECONDS = 60


@pytest.fixture
def own() -> Iterator[Server]:
    """A PostgreSQL that this test may break off."""
    try:
        found = start_postgresql(is_durable=False)
    except NotHere as missing:
        pytest.skip(str(missing))
    yield found
    found.stop()


@contextmanager
def serving(data: Path, url: str) -> Iterator[tuple[httpx.Client, Path]]:
    """Registration on that database, and where it says what it has to say."""
    (port,) = free_ports(1)
    log = data / "said"
    command = [sys.executable, "-m", "aptas", "serve", "registration", "--port", str(port)]
    told = environment(data) | {"APTAS_DATABASE_URL_REGISTRATION": url, "APTAS_LEAVE_SECONDS": "0.1"}
    with log.open("w") as said:
        process = subprocess.Popen(command, env=told, stderr=said)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        try:
            yield http, log
        finally:
            process.terminate()
            assert process.wait(SECONDS) == 0


def status_of(http: httpx.Client, path: str) -> int:
    try:
        return http.get(path).status_code
    except httpx.TransportError:
        return 0


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_database_that_is_not_there_yet_is_waited_for_with_open_doors(own: Server, tmp_path: Path) -> None:
    own.break_off()
    with serving(tmp_path, own.url("postgres")) as (http, log):
        until(lambda: status_of(http, "/health/ready") == 503)
        until(lambda: "APTAS_DATABASE_URL_REGISTRATION" in http.get("/health/ready").text)
        assert http.get("/health/live").status_code == 200
        answer = http.post("/defectRegistrations", json={"defectType": "toilet-tile"})
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert int(answer.headers["retry-after"]) > 0
        until(lambda: log.read_text().count("database_awaited") >= 2)
        line = log.read_text().splitlines()[0]
        assert f"127.0.0.1:{own.port}" in line
        start_again(own)
        until(lambda: status_of(http, "/health/ready") == 200)
        assert http.post("/defectRegistrations", json={"defectType": "toilet-tile"}).status_code == 201


def test_a_wrong_password_is_named_and_not_told(tmp_path: Path) -> None:
    url = server("postgresql").url("postgres").replace(":aptas@", ":a-wrong-one@")
    with serving(tmp_path, url) as (http, log):
        until(lambda: "password authentication failed" in log.read_text())
        assert "APTAS_DATABASE_URL_REGISTRATION" in log.read_text()
        assert "a-wrong-one" not in log.read_text()
        assert status_of(http, "/health/ready") == 503


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_database_that_is_away_is_one_line_for_a_command(tmp_path: Path, kind: str) -> None:
    (port,) = free_ports(1)
    url = f"{'mysql' if kind == 'mariadb' else kind}://aptas:aptas@127.0.0.1:{port}/aptas_{{context}}"
    done = aptas(tmp_path, "db", "upgrade", APTAS_DATABASE_URL=url)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "APTAS_DATABASE_URL" in line
    assert str(port) in line


def test_a_schema_newer_than_the_code_is_refused_in_one_line(own: Server, tmp_path: Path) -> None:
    url = own.url("postgres?schema={context}")
    assert aptas(tmp_path, "db", "upgrade", APTAS_DATABASE_URL=url).returncode == 0
    later = "UPDATE mypage.alembic_version SET version_num = '9999_later'"
    subprocess.run(["psql", own.url("postgres"), "-qc", later], check=True)
    done = aptas(tmp_path, "serve", "mypage", "--port", str(free_ports(1)[0]), APTAS_DATABASE_URL=url)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "9999_later" in line


def test_an_address_for_all_contexts_says_where_each_ones_name_stands(tmp_path: Path) -> None:
    done = aptas(tmp_path, "db", "upgrade", APTAS_DATABASE_URL="postgresql://a:b@127.0.0.1/aptas")
    assert done.returncode == 2
    assert "{context}" in done.stderr
