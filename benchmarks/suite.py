"""One benchmark: what is measured, of whom, and what its report says."""

from argparse import Namespace
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.lines import Line
from benchmarks.results import Results
from benchmarks.servers import BenchmarkFailed
from benchmarks.sides import Side

Numbers = Mapping[str, float]
Scenario = Callable[[Any, Side], Numbers]
"""(workshop, side) → its numbers by the keys of the lines."""


@dataclass(frozen=True, kw_only=True)
class Suite:
    """`workshop` opens what its scenarios work with; `facts` tells what that is. `once`: scenarios that take their own
    median; `measured_with`: lines' numbers that are no scenario's."""

    name: str
    title: str
    sides: Sequence[Side]
    scenarios: Mapping[str, Scenario]
    lines: Sequence[Line]
    workshop: Callable[[Namespace, Path], AbstractContextManager[Any]]
    facts: Callable[[Any, Path], dict[str, str]]
    not_measured: Sequence[str]
    remarks: Callable[[Results], Sequence[str]]
    once: Collection[str] = ()
    measured_with: Mapping[str, str] = field(default_factory=dict)

    def chosen(self, only: str | None) -> list[str]:
        """The numbers of the scenarios that `--only` names; all without it."""
        wanted = {self.measured_with.get(each, each) for each in only.split(",")} if only else None
        if unknown := (wanted or set()) - self.scenarios.keys():
            known = ", ".join(sorted({*self.scenarios, *self.measured_with}))
            raise SystemExit(f"no such scenario: {', '.join(sorted(unknown))}; there are {known}")
        return [number for number in self.scenarios if wanted is None or number in wanted]

    def sides_of(self, number: str) -> Sequence[Side]:
        """Who is measured in a scenario."""
        told = [line for line in self.lines if line.key.startswith(f"{number}.")]
        return self.sides[:1] if all(line.is_ours_alone for line in told) else self.sides


def figures(number: str, found: Mapping[str, float]) -> dict[str, float]:
    """Rate, p50, p99 and errors of one run of the load generator."""
    names = {"rate": "rate", "p50": "p50_ms", "p99": "p99_ms", "errors": "errors"}
    if not found["requests"]:
        raise BenchmarkFailed(f"no request was answered: {found}")
    return {f"{number}.{name}": float(found[key]) for name, key in names.items()}


def seen(number: str, found: Mapping[str, Any]) -> dict[str, float]:
    """From when a registration was due until its page was told of, where any was; and how many never were."""
    times = found["visible"]
    shown = {f"{number}.{name}": times[f"{name}_ms"] for name in ("p50", "p99") if times}
    return shown | {f"{number}.unseen": float(found["unseen"] + found["errors"])}
