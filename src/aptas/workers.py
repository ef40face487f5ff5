"""Several processes on one port: a parent that starts them, passes signals on, and replaces one that dies.

Each is a replica like any other: leases, groups and row locks keep them apart. They inherit the parent's listening
socket, and their metrics are added up (prometheus_client's multiprocess mode), for whoever asks gets one of them.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from types import FrameType

from aptas.metrics import MULTIPROCESS
from aptas.observability import log
from aptas.serving import LISTENER

SOON_SECONDS, PAUSE_SECONDS, LOOK_SECONDS = 5.0, 1.0, 0.1
"""Who ends so soon after its beginning would end so again: the next one waits a moment."""
REFUSED = 2
"""The exit code of what we refuse: another one would be refused, too."""


def run_workers(count: int, listener: socket.socket, arguments: Sequence[str]) -> int:
    """`count` times `aptas ARGUMENTS` on `listener`, until told to end; the exit code to end with."""
    metrics = tempfile.mkdtemp(prefix="aptas-metrics-")
    listener.set_inheritable(True)
    told = os.environ | {MULTIPROCESS: metrics, LISTENER: str(listener.fileno())}
    workers = _Workers([sys.executable, "-m", "aptas", *arguments], told, listener.fileno())
    try:
        return workers.watch(count)
    finally:
        shutil.rmtree(metrics, ignore_errors=True)


class _Workers:
    def __init__(self, command: Sequence[str], environment: dict[str, str], descriptor: int) -> None:
        self._command = command
        self._environment = environment
        self._descriptor = descriptor
        self._begun: dict[subprocess.Popen[bytes], float] = {}
        self._is_ending = False
        self._exit_code = 0
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._pass_on)

    def watch(self, count: int) -> int:
        """Until all have ended; the first exit code that is not 0."""
        for _ in range(count):
            self._start()
        while self._begun:
            time.sleep(LOOK_SECONDS)
            for worker in [each for each in self._begun if each.poll() is not None]:
                self._note(worker, time.monotonic() - self._begun.pop(worker))
        return self._exit_code

    def _start(self) -> None:
        worker = subprocess.Popen(self._command, env=self._environment, pass_fds=(self._descriptor,))
        self._begun[worker] = time.monotonic()

    def _pass_on(self, _number: int, _frame: FrameType | None) -> None:
        self._is_ending = True
        for worker in self._begun:
            worker.send_signal(signal.SIGTERM)

    def _note(self, worker: "subprocess.Popen[bytes]", lived: float) -> None:
        _forget_what_it_measured(worker.pid, self._environment)
        if not self._is_ending and worker.returncode != REFUSED:
            log.error("worker_ended", pid=worker.pid, exit_code=worker.returncode)
            time.sleep(PAUSE_SECONDS if lived < SOON_SECONDS else 0)
            self._start()
            return
        if worker.returncode != -signal.SIGTERM:  # told to end before it listened to that
            self._exit_code = self._exit_code or worker.returncode
        if not self._is_ending:
            self._pass_on(signal.SIGTERM, None)


def _forget_what_it_measured(pid: int, environment: dict[str, str]) -> None:
    """What it counted stays counted."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid, environment[MULTIPROCESS])  # type: ignore[no-untyped-call]
