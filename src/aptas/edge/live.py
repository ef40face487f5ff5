"""Server-sent events: every change, resuming from `Last-Event-ID`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from litestar.response import ServerSentEvent, ServerSentEventMessage

from aptas.edge.problems import invalid
from aptas.messaging.signals import Signal

LOOK_AGAIN_SECONDS = 0.5
KEEP_ALIVE_SECONDS = 15
PIECE = 200


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing to tell: `position` grows, `data` is JSON."""

    position: int
    event: str
    data: str


Feed = Callable[[int, int], Awaitable[Sequence[Change]]]
"""(after position, limit) → what came after it, oldest first."""


class Live:
    """All open streams of one context; closed before the server stops, so that it can."""

    def __init__(self, changed: Signal) -> None:
        self.changed = changed
        self.is_closing = False

    def close(self) -> None:
        """End every stream; browsers come back by themselves with their Last-Event-ID."""
        self.is_closing = True
        self.changed.ring()

    def stream(self, feed: Feed, after: int) -> ServerSentEvent:
        """What comes after `after`, then whatever happens."""
        return ServerSentEvent(self._tell(feed, after))

    async def _tell(self, feed: Feed, after: int) -> AsyncIterator[ServerSentEventMessage]:
        quiet = 0.0
        yield ServerSentEventMessage(data=None, comment="aptas", retry=2000)
        while not self.is_closing:
            ticket = self.changed.ticket()
            changes = await feed(after, PIECE)
            for change in changes:
                after = change.position
                yield ServerSentEventMessage(data=change.data, event=change.event, id=str(after))
            quiet = 0 if changes else quiet + LOOK_AGAIN_SECONDS
            if quiet >= KEEP_ALIVE_SECONDS:
                quiet = 0
                yield ServerSentEventMessage(data=None, comment="still here")
            if not changes:
                await self.changed.wait(ticket, LOOK_AGAIN_SECONDS)


def resume_after(last_event_id: str | None, end: int) -> int:
    """Where to go on: after `Last-Event-ID`, or from now on when the header is not there, or beyond the end: then it
    was sent before the data were replaced by older ones."""
    if last_event_id is None or last_event_id == "":
        return end
    if not (last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) <= 18):
        raise invalid(
            "a_last_event_id_is_one_we_sent",
            "Last-Event-ID는 앞서 받은 id를 그대로 보내 주세요.",
            "Send as Last-Event-ID an id that this stream has sent.",
        )
    return min(int(last_event_id), end)


async def until(condition: Callable[[], Awaitable[bool]], changed: Signal, seconds: float) -> bool:
    """Wait until `condition` holds, looking at every ring and now and then; False when time is up."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        ticket = changed.ticket()
        if await condition():
            return True
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            return False
        await changed.wait(ticket, min(left, 0.1))
