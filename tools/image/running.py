"""A container of the image, run as a cluster would: not root, a root that is read only, no capability."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tools.image.building import IMAGE

_MOST = {resource.RLIMIT_NOFILE: ("nofile", 1024), resource.RLIMIT_NPROC: ("nproc", 1000)}


def command(*arguments: str, **environment: object) -> list[str]:
    """`podman run …`. Limits are named, for podman would raise them, which not every root may."""
    told = ["podman", "run", "--runtime", "runc", "--network", "host", "--read-only", "--tmpfs", "/tmp"]
    told += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
    for name, most in _MOST.values():
        told += ["--ulimit", f"{name}={most}:{most}"]
    told += [word for name, value in environment.items() for word in ("--env", f"{name}={value}")]
    return [*told, *arguments]


class Container:
    """One that runs, by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def run_inside(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """In it, beside what runs there."""
        return _podman("exec", self.name, *command)

    def health(self) -> int:
        """What the image's own health check says: 0 is well."""
        return _podman("healthcheck", "run", self.name).returncode

    def logs(self) -> str:
        """All that it said."""
        done = _podman("logs", self.name)
        return done.stdout + done.stderr

    def stop(self) -> int:
        """SIGTERM, and its exit code."""
        _podman("stop", "--time", "45", self.name)
        return int(_podman("inspect", "--format", "{{.State.ExitCode}}", self.name).stdout)


@contextmanager
def running(name: str, *arguments: str, **environment: object) -> Iterator[Container]:
    """`aptas ARGUMENTS` in a container that is gone afterwards, with its volumes."""
    begun = command("--detach", "--name", name, IMAGE, *arguments, **environment)
    try:
        done = subprocess.run(begun, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        yield Container(name)
    finally:
        _podman("rm", "--force", "--volumes", "--time", "5", name)


def _podman(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["podman", *arguments], capture_output=True, text=True, check=False)
