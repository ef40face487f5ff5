"""What is measured, one side at a time. A scenario returns its numbers by the keys of `lines.py`."""

from benchmarks.distributed.flowing import consuming, relaying, visible
from benchmarks.distributed.sizes import growing
from benchmarks.distributed.workshop import Workshop
from benchmarks.servers import load
from benchmarks.sides import OURS, Side
from benchmarks.suite import Numbers, Scenario, figures

CONNECTIONS, WARM_UP = 64, 1.0


def registering(shop: Workshop, side: Side) -> Numbers:
    """1: the resident's door alone, and just before it what the spike's service gives."""
    with shop.serve(side, "spike", shop.new_database()) as server:
        spike = figures("spike", _posted(shop, server.origin))["spike.rate"]
    with shop.serve(side, "registration", shop.new_database()) as server:
        found = figures("1", _posted(shop, server.origin))
    ours = {"1.durable": found["1.rate"], "1.share": found["1.rate"] / spike} if side.name == OURS else {}
    return found | ours | {"1.spike": spike}


def _posted(shop: Workshop, origin: str) -> dict[str, float]:
    how = ("--connections", CONNECTIONS, "--seconds", shop.seconds, "--warm-up", WARM_UP)
    return load("post", origin, *how)


SCENARIOS: dict[str, Scenario] = {
    "1": registering,
    "2": relaying,
    "3": consuming,
    "4": visible,
    "5": growing,
}
