"""One process of aptas: started with its own log, waited for until it is ready, ended by its id."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS, END_SECONDS = 60.0, 30.0
READY = "/health/ready"


class ProcessFailed(Exception):
    """It ended, or never became ready; the message says what it said last."""


@dataclass(kw_only=True)
class Process:
    """`arguments` are aptas' own; `port` is where it says that it is ready."""

    name: str
    arguments: Sequence[str]
    port: int
    log: Path
    environment: Mapping[str, str]
    popen: "subprocess.Popen[bytes] | None" = None

    def start(self, **more: str) -> None:
        """Begin; `more` of the environment, for this life only."""
        with self.log.open("ab") as said:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "aptas", *self.arguments],
                env={**os.environ, **self.environment, **more},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Of this life."""
        assert self.popen is not None
        return self.popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it lives."""
        return None if self.popen is None else self.popen.poll()

    def is_ready(self) -> bool:
        """Whether it takes requests."""
        address = f"http://127.0.0.1:{self.port}{READY}"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def wait_until_ready(self) -> None:
        """ProcessFailed when it does not come to that."""
        deadline = time.monotonic() + READY_SECONDS
        while not self.is_ready():
            if self.exit_code is not None or time.monotonic() > deadline:
                raise ProcessFailed(f"{self.name}: {self.last_words()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is closed."""
        assert self.popen is not None
        self.popen.kill()
        self.popen.wait()

    def terminate(self) -> int:
        """SIGTERM, and its exit code."""
        if self.popen is None:
            return 0
        self.popen.send_signal(signal.SIGTERM)
        try:
            return self.popen.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-1500:].strip()
