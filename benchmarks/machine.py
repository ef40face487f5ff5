"""What the numbers were measured on."""

import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from benchmarks.servers import Server, load
from benchmarks.sides import ROOT

_LIBRARIES = ("uvicorn", "uvloop", "httptools", "litestar", "fastapi", "sqlalchemy", "pydantic")


def processor() -> str:
    """Its model, as /proc knows it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def file_system(path: Path) -> str:
    """Type and device of the file system that holds `path`."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    inside = [mount for mount in mounts if path.resolve().is_relative_to(mount[1])]
    found = max(inside, key=lambda mount: len(mount[1]))
    return f"{found[2]} on {found[0]}"


def generator_rate(directory: Path) -> float:
    """What the load generator reaches against a server that only answers, POST at 64 connections."""
    data = directory / "trivial"
    with Server((sys.executable, "-m", "benchmarks.trivial", "{port}"), data) as server:
        return float(load("post", server.origin, "--seconds", 2, "--warm-up", 0.5)["rate"])


class Others:
    """`with Others() as others:`: the share of all cores that went to neither us, nor what we ran and ended inside,
    nor the `standing` servers (pids)."""

    def __init__(self, standing: Collection[int] = ()) -> None:
        self.share = 0.0
        self._standing = standing

    def __enter__(self) -> "Others":
        self._began, self._busy, self._ours = time.perf_counter(), _busy_seconds(), self._our_seconds()
        return self

    def __exit__(self, *_: object) -> None:
        cores = (time.perf_counter() - self._began) * (os.cpu_count() or 1)
        spent = _busy_seconds() - self._busy - (self._our_seconds() - self._ours)
        self.share = max(0.0, spent / cores)

    def _our_seconds(self) -> float:
        ours = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(each.ru_utime + each.ru_stime for each in ours) + sum(map(cpu_seconds, self._standing))


def _busy_seconds() -> float:
    """Of all cores since boot: user, nice, system, irq, softirq and steal, not idle and not waiting for the disk."""
    ticks = [int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Of a process, of its children that ended, and of those that live (PostgreSQL's are one a connection)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return _own_seconds(pid) + sum(map(_own_seconds, map(int, children)))


def _own_seconds(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def described(directory: Path) -> dict[str, str]:
    """All of it, in words."""
    revision = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "machine": f"{processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, {platform.system()} "
        f"{platform.release()} {platform.machine()}",
        "load average before": " ".join(f"{each:.2f}" for each in os.getloadavg()),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "libraries": ", ".join(f"{name} {version(name)}" for name in _LIBRARIES),
        "data on": file_system(directory),
        "load generator alone": f"{generator_rate(directory):,.0f} POST/s against a server that only answers",
        "aptas": revision.stdout.strip() or "unknown",
    }


def _memory_gb() -> float:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
