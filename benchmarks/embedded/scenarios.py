"""What is measured, one side at a time. A scenario returns its numbers by the keys of `lines.py`."""

import subprocess
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.servers import BenchmarkFailed, Server, environment, load, run_json
from benchmarks.sides import ROOT, Side, filled_in
from benchmarks.suite import Numbers, Scenario, figures, seen

CONNECTIONS, RATE = 64, 300
FILLED, EVENTS = 2_000, 50_000
WARM_UP, AFTER = 1.0, 2.0
STARTS = 5


@dataclass
class Workshop:
    """Where the servers' data goes: on a real disk, a directory each. `seconds`: how long each load lasts."""

    directory: Path
    seconds: float
    events: int = EVENTS
    standing: Collection[int] = ()
    """No server stands by for all scenarios."""
    _filled: dict[tuple[str, str], Path] = field(default_factory=dict)
    _made: int = 0

    def empty(self, side: Side) -> Path:
        """A new data directory."""
        self._made += 1
        path = self.directory / f"{side.name}-{self._made}"
        path.mkdir()
        return path

    def lived_in(self, side: Side) -> Path:
        """A data directory with some registrations, cases and pages in it; `ids` beside it lists them."""
        if known := self._filled.get((side.name, "some")):
            return known
        data = self.empty(side)
        with Server(side.commands["everything"], data) as server:
            load("post", server.origin, "--count", FILLED, "--seconds", 60, "--keep-ids", ids_of(data))
            _until_shown(server, FILLED)
        return self._filled.setdefault((side.name, "some"), data)

    def full(self, side: Side) -> Path:
        """A data directory with `events` registrations on the bus (or in the outbox)."""
        if known := self._filled.get((side.name, "many")):
            return known
        data = self.empty(side)
        if fill := side.commands.get("fill"):
            command = filled_in(fill, data=data, events=self.events)
            subprocess.run(command, cwd=ROOT, env=environment(), check=True, timeout=300)
        else:
            with Server(side.commands["registration"], data) as server:
                load("post", server.origin, "--count", self.events, "--seconds", 110)
                time.sleep(AFTER)
        return self._filled.setdefault((side.name, "many"), data)


def ids_of(data: Path) -> Path:
    """The file that lists what was registered there."""
    return data.with_name(f"{data.name}.ids")


def _until_shown(server: Server, count: int) -> None:
    give_up = time.perf_counter() + 60
    while server.total("/mypages") < count:
        if time.perf_counter() > give_up:
            raise BenchmarkFailed(f"/mypages shows {server.total('/mypages')} of {count} after a minute")
        time.sleep(0.2)


def registering(shop: Workshop, side: Side) -> Numbers:
    """1: the resident's door alone."""
    with Server(side.commands["registration"], shop.empty(side)) as server:
        found = load(
            "post",
            server.origin,
            *("--connections", CONNECTIONS, "--seconds", shop.seconds, "--warm-up", WARM_UP),
        )
    return figures("1", found)


def reading(shop: Workshop, side: Side) -> Numbers:
    """2: pages, read at random."""
    data = shop.lived_in(side)
    with Server(side.commands["mypage"], data) as server:
        found = load(
            "get",
            server.origin,
            *("--connections", CONNECTIONS, "--seconds", shop.seconds, "--warm-up", WARM_UP),
            *("--ids", ids_of(data)),
        )
    return figures("2", found)


def everything(shop: Workshop, side: Side) -> Numbers:
    """3: registered, case opened, page written, all in one process; 7: the memory it has then."""
    with Server(side.commands["everything"], shop.empty(side)) as server:
        found = load(
            "post",
            server.origin,
            *("--connections", CONNECTIONS, "--seconds", shop.seconds, "--warm-up", WARM_UP),
        )
        time.sleep(AFTER)
        totals = [server.total(path) for path in ("/defectRegistrations", "/defectManagements", "/mypages")]
        memory = server.memory_mb()
    created = int(found["succeeded"])
    behind = max(abs(created - total) for total in totals)
    through = max(0.0, 1 - behind / created) if created else 0.0
    whole = figures("3", found)
    return {**whole, "3.rate": whole["3.rate"] * through, "3.behind": behind, "7.memory": memory}


def visible(shop: Workshop, side: Side) -> Numbers:
    """4: from when a POST is due until its page is told of."""
    with Server(side.commands["everything"], shop.empty(side)) as server:
        found = load(
            "post",
            server.origin,
            *("--connections", CONNECTIONS, "--seconds", shop.seconds, "--warm-up", WARM_UP),
            *("--rate", RATE, "--watch", server.origin),
        )
    return seen("4", found)


def rebuilding(shop: Workshop, side: Side) -> Numbers:
    """5: all pages anew from the events."""
    found = run_json(filled_in(side.commands["rebuild"], data=shop.full(side)))
    if found["events"] < shop.events:
        raise BenchmarkFailed(f"{found['events']} events were read, not {shop.events}")
    return {"5.rate": found["events"] / found["seconds"]}


def starting(shop: Workshop, side: Side) -> Numbers:
    """6: from exec to ready, on data that is there already; the median of several."""
    data = shop.lived_in(side)
    times = []
    for _ in range(STARTS):
        with Server(side.commands["everything"], data) as server:
            times.append(server.started_in)
    return {"6.start": sorted(times)[len(times) // 2]}


SCENARIOS: dict[str, Scenario] = {
    "1": registering,
    "2": reading,
    "3": everything,
    "4": visible,
    "5": rebuilding,
    "6": starting,
}
"""7 is measured at the end of 3."""
