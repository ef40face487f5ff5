"""Names for new things: time-ordered integers, and receipt numbers one can read out on the telephone."""

import secrets
import threading
import time
from collections.abc import Callable

from aptas.kernel.messages import Id

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: list[str] = [first + second for first in CROCKFORD for second in CROCKFORD]
_AS_HEARD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_EPOCH_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
_COUNTER_BITS = 9
_NODE_BITS = 12

IdSource = Callable[[], Id]
ReceiptSource = Callable[[], str]


class Snowflakes:
    """63 bits: 42 of milliseconds since 2024, 12 of node, 9 of counter. Monotonic within one process.

    Replicas draw their node at random; two that meet collide on the primary key, and the write is asked again.
    """

    def __init__(self, node: int | None = None, now_ms: Callable[[], int] | None = None) -> None:
        self._node = (secrets.randbits(_NODE_BITS) if node is None else node) % (1 << _NODE_BITS)
        self._now_ms = now_ms or (lambda: time.time_ns() // 1_000_000)
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self) -> Id:
        with self._lock:
            tick = (self._now_ms() - _EPOCH_MS) << _COUNTER_BITS
            self._last = max(tick, self._last + 1)
            ms, counter = self._last >> _COUNTER_BITS, self._last & ((1 << _COUNTER_BITS) - 1)
        return Id((ms << (_NODE_BITS + _COUNTER_BITS)) | (self._node << _COUNTER_BITS) | counter)


def as_id(text: str) -> Id | None:
    """An id in its one spelling (no sign, no leading zero, no other script's digits); None if it cannot be one."""
    is_ours = text.isascii() and text.isdecimal() and len(text) <= 19 and text[0] != "0"
    return Id(int(text)) if is_ours and int(text) < 2**63 else None


def receipt_number() -> str:
    """Eight Crockford base-32 characters (40 random bits) in two groups, such as `7K3M-9Q2D`."""
    bits = int.from_bytes(secrets.token_bytes(5), "big")
    return f"{_PAIRS[bits >> 30]}{_PAIRS[bits >> 20 & 1023]}-{_PAIRS[bits >> 10 & 1023]}{_PAIRS[bits & 1023]}"


def as_receipt_number(heard: str) -> str | None:
    """What a person typed as a receipt number, in its one spelling; None if it cannot be one.

    Forgives what Crockford forgives: lower case, a missing dash, O for 0, I and L for 1.
    """
    text = heard.strip().upper().replace("-", "").replace(" ", "").translate(_AS_HEARD)
    if len(text) != 8 or any(character not in CROCKFORD for character in text):
        return None
    return f"{text[:4]}-{text[4:]}"
