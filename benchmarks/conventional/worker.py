"""The background thread: the next piece of work, again and again, until it is stopped."""

import threading
from collections.abc import Callable

LOOK_AGAIN_SECONDS = 0.5


class Worker:
    """`step` does some work and tells how much there was; after none it waits for `wake`, or looks again."""

    def __init__(self, step: Callable[[], int], close: Callable[[], None] = lambda: None) -> None:
        self._step = step
        self._close = close
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="worker")

    def start(self) -> None:
        """Begin with what is waiting."""
        self._thread.start()

    def wake(self) -> None:
        """Something was written."""
        self._wake.set()

    def stop(self) -> None:
        """End after the step in hand."""
        self._stopping = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            if not self._step():
                self._wake.wait(LOOK_AGAIN_SECONDS)
        self._close()
