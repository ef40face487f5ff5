"""Several processes on one port: any of them answers, their counts are one, and one that dies is replaced."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.journeys.houses import environment, free_ports

ASKED = 30


def until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_ready(http: httpx.Client) -> bool:
    try:
        return http.get("/health/ready", headers={"connection": "close"}).status_code == 200
    except httpx.TransportError:
        return False


def children_of(pid: int) -> set[int]:
    told = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return {int(each) for each in told.stdout.split()}


def test_workers_share_a_port_and_their_counts_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "aptas", "serve", "registration", "--workers", "2", "--port", str(port)]
    parent = subprocess.Popen(command, env=environment(tmp_path), stderr=subprocess.PIPE, text=True)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        until(lambda: is_ready(http))
        until(lambda: len(children_of(parent.pid)) == 2)
        fresh = {"connection": "close"}
        for _ in range(ASKED):
            assert http.get("/defectRegistrations", headers=fresh).status_code == 200
        count = 'route="/defectRegistrations",status="200"} ' + f"{ASKED}.0"
        assert count in http.get("/metrics", headers=fresh).text
        before = children_of(parent.pid)
        victim = min(before)
        subprocess.run(["kill", "-9", str(victim)], check=True)
        until(lambda: len(children_of(parent.pid) - before) == 1)
        until(lambda: is_ready(http))
        assert http.get("/defectRegistrations", headers=fresh).status_code == 200
    parent.terminate()
    _, said = parent.communicate(timeout=30)
    assert parent.returncode == 0, said
    assert said.count("worker_ended") == 1


def test_what_every_worker_would_refuse_ends_them_all(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "aptas", "serve", "mypage", "--workers", "2", "--port", str(port)]
    told = environment(tmp_path) | {"APTAS_DATABASE_URL_MYPAGE": "nonsense"}
    done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
