"""What is written in one round of the loop is sent together, in order, and before the connection is closed."""

import asyncio
from typing import Any, cast

from aptas.edge.gathered import MOST, Gathering


class Wire:
    """A transport that notes what it is asked to send."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        assert not self.is_closed, "nothing can be sent after the end"
        self.sent.append(data)

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True

    def get_extra_info(self, name: str) -> str:
        return f"{name} of the wire"


def on_a(wire: Wire) -> Gathering:
    return Gathering(cast(Any, wire))


async def test_a_head_and_its_body_are_sent_in_one() -> None:
    wire = Wire()
    transport = on_a(wire)
    transport.write(b"head")
    transport.write(b"body")
    assert wire.sent == []
    await asyncio.sleep(0)
    assert wire.sent == [b"headbody"]
    transport.write(b"next")
    await asyncio.sleep(0)
    assert wire.sent == [b"headbody", b"next"]


async def test_what_is_much_does_not_wait() -> None:
    wire = Wire()
    transport = on_a(wire)
    transport.write(b"head")
    transport.write(b"x" * MOST)
    assert [len(each) for each in wire.sent] == [MOST + 4]
    await asyncio.sleep(0)
    assert len(wire.sent) == 1


async def test_what_was_written_goes_before_the_end() -> None:
    wire = Wire()
    transport = on_a(wire)
    transport.write(b"last words")
    transport.close()
    assert (wire.sent, wire.is_closed) == ([b"last words"], True)
    await asyncio.sleep(0)
    assert len(wire.sent) == 1


async def test_who_hung_up_meanwhile_is_sent_nothing() -> None:
    wire = Wire()
    transport = on_a(wire)
    transport.write(b"an answer")
    wire.close()
    await asyncio.sleep(0)
    assert wire.sent == []
    assert transport.get_extra_info("peername") == "peername of the wire"
