"""A small disk in memory, that can be nearly full. Only root mounts one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PAGE = 16_384
IS_ROOT = os.geteuid() == 0
"""Only root mounts a small disk; else a test of a full one is skipped, and says so."""


class Disk:
    """A small one, in memory; what is not used takes no room."""

    def __init__(self, place: Path, size: str = "64m") -> None:
        self._place = place
        self._size = size

    def mount(self) -> None:
        """Anybody may write on it."""
        self._place.mkdir(exist_ok=True)
        if IS_ROOT:
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={self._size},mode=777", "tmpfs", self._place],
                check=True,
            )
        owner = (self._place.parent / "data").stat()
        os.chown(self._place, owner.st_uid, owner.st_gid)

    def unmount(self) -> None:
        """What was on it is gone."""
        if IS_ROOT:
            subprocess.run(["umount", self._place], check=True)

    @contextmanager
    def nearly_full(self, pages: int) -> Iterator[None]:
        """It holds what is on it and a little more."""
        if not IS_ROOT:
            pytest.skip("a disk that fills is mounted by root only")
        space = os.statvfs(self._place)
        used = (space.f_blocks - space.f_bfree) * space.f_frsize
        self._resize(str(used + pages * PAGE))
        try:
            yield
        finally:
            self._resize(self._size)

    def _resize(self, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", self._place], check=True)
