"""What the entry is told: where it listens, who stands behind it, and how much it bears."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aptas.edge.door import MAX_BODY
from aptas.settings import ADMIN_PORT, ENTRY_PORT, HOST, PROCESSES, Address, Settings


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Times are in seconds. `head`: until a request's headers are there; `whole`: until all of it is.
    `attempt`: for one attempt to read; `answer`: for an answer with all its attempts, longer than a service waits for
    its database; `page`: longer than the pages wait for an answer. `idle`: for a connection on which nothing moves,
    or a stream that keeps silent: the services' streams say something every fifteen seconds.
    `rest`: for a connection to a service; shorter than its server's own five seconds, or a request would now and
    then be sent into one that is being closed.
    """

    head: float = 10
    whole: float = 30
    attempt: float = 5
    answer: float = 13
    page: float = 20
    idle: float = 60
    rest: float = 3
    requests_per_second: int = Settings.requests_per_second
    body_bytes: int = MAX_BODY
    head_kilobytes: int = 32
    connections: int = 10_000
    """From outside, all together."""

    requests: int = 1000
    """To one service at a time: under way, and as many waiting. Its streams are counted apart."""

    heap_bytes: int = 512 * 2**20


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`replicas`: for each of PROCESSES every address at which it is found. `listen`: the address of both ports."""

    replicas: Mapping[str, Sequence[Address]]
    listen: str = HOST
    port: int = ENTRY_PORT
    admin_port: int = ADMIN_PORT
    limits: Limits = field(default_factory=Limits)


def entry_of(settings: Settings, port: int = ENTRY_PORT, admin_port: int = ADMIN_PORT) -> Entry:
    """The entry of these settings."""
    return Entry(
        replicas={name: settings.replicas_of(name) for name in PROCESSES},
        listen=settings.listen,
        port=port,
        admin_port=admin_port,
        limits=Limits(requests_per_second=settings.requests_per_second),
    )
