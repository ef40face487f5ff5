"""A bell within one process. What rings in another process is found by looking again after a while."""

import asyncio


class Signal:
    """Wakes everyone who waits; each hears only rings after its `ticket`."""

    def __init__(self) -> None:
        self._rings = 0
        self._event = asyncio.Event()

    def ticket(self) -> int:
        """Take it before looking, so that a ring between the look and the wait is not missed."""
        return self._rings

    def ring(self) -> None:
        """Something changed."""
        self._rings += 1
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def wait(self, ticket: int, timeout: float) -> None:  # noqa: ASYNC109
        """Return after the first ring since `ticket`, or after `timeout` seconds."""
        if self._rings != ticket:
            return
        try:
            await asyncio.wait_for(self._event.wait(), timeout)
        except TimeoutError:
            return
