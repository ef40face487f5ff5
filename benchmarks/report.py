"""The table, on the terminal and as evidence."""

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.lines import LINES, Line
from benchmarks.scenarios import RATE
from benchmarks.sides import APTAS, CONVENTIONAL

HEADS = ("", "what", "target", "aptas", "conventional", "ratio", "met")
NOT_MEASURED = (
    "A network: client and server share the machine, its two cores and the loopback device.",
    "More than one process a side, other databases, Kafka, TLS, sign-in.",
    "Hours of load, a database larger than memory, a cold page cache, a disk with a slow fsync.",
    "The pages for people, photos, cancellations and visits under load.",
    "What neighbours cost: the share of the machine that others took stands with every round.",
)


@dataclass
class Results:
    """Numbers by (side, line), one a round; what failed instead."""

    numbers: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    others: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    """By (side, scenario): the share of the machine that others took, one a round."""

    def add(self, side: str, found: Mapping[str, float]) -> None:
        """One side's numbers of one round."""
        for key, value in found.items():
            self.numbers[side, key].append(value)

    def of(self, side: str, line: Line) -> float | None:
        """The median over the rounds."""
        found = self.numbers.get((side, line.key))
        return median(found) if found else None

    def misses(self) -> list[str]:
        """The targets that aptas missed, or has no number for."""
        return [
            line.key
            for line in LINES
            if line.target is not None and self._is_measured(line) and not self._is_met(line)
        ]

    def _is_measured(self, line: Line) -> bool:
        return any((side, line.key) in self.numbers for side in (APTAS.name, CONVENTIONAL.name))

    def _is_met(self, line: Line) -> bool:
        ours = self.of(APTAS.name, line)
        return ours is not None and bool(line.is_met(ours))

    def rows(self) -> list[Sequence[str]]:
        """One a line that was measured."""
        return [self._row(line) for line in LINES if self._is_measured(line)]

    def _row(self, line: Line) -> Sequence[str]:
        ours, theirs = self.of(APTAS.name, line), self.of(CONVENTIONAL.name, line)
        met = "" if line.target is None else "yes" if self._is_met(line) else "NO"
        ratio = f"{ours / theirs:.2g}×" if ours and theirs else ""
        number = line.key.split(".")[0]
        return number, line.what, line.told_target, _told(ours, line), _told(theirs, line), ratio, met


def _told(value: float | None, line: Line) -> str:
    if value is None:
        return "failed"
    figures = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{figures} {line.unit}".rstrip()


def show(results: Results) -> None:
    """On the terminal."""
    table = Table(*HEADS, title="aptas beside a conventional FastAPI + SQLAlchemy ORM service")
    for row in results.rows():
        table.add_row(*row)
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    for failure in results.failures:
        console.print(f"failed: {failure}", markup=False)


def markdown(results: Results, command: str, facts: Mapping[str, str], date: str, rounds: int) -> str:
    """As evidence."""
    head = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    rows = ["| " + " | ".join(row) + " |" for row in results.rows()]
    text = [
        f"# Benchmark, {date}",
        "",
        f"`{command}`. Medians over {rounds} rounds, the sides taking turns. Ratio: aptas ÷ conventional.",
        "What the other side is, and what it leaves out, is written in `benchmarks/conventional/__init__.py`.",
        "",
        *head,
        *rows,
        "",
        *_remarks(results),
        "## Measured on",
        "",
        *(f"- {name}: {fact}" for name, fact in facts.items()),
        "",
        "## Not measured",
        "",
        *(f"- {each}" for each in NOT_MEASURED),
        "",
        "## Every round",
        "",
        "| line | side | rounds |",
        "|---|---|---|",
        *_rounds(results),
        *(["", "## Failed", "", *(f"- {each}" for each in results.failures)] if results.failures else []),
    ]
    return "\n".join(text) + "\n"


def _remarks(results: Results) -> list[str]:
    whole = next(line for line in LINES if line.key == "3.rate")
    theirs = results.of(CONVENTIONAL.name, whole)
    if theirs is None or theirs >= RATE or ("conventional", "4.p99") not in results.numbers:
        return []
    return [
        f"The conventional side carries fewer than {RATE} registrations a second through (line 3), so its times in 4",
        "are those of a queue that grows while the load lasts.",
        "",
    ]


def _rounds(results: Results) -> list[str]:
    found = []
    for line in LINES:
        for side in (APTAS.name, CONVENTIONAL.name):
            if values := results.numbers.get((side, line.key)):
                told = " · ".join(_told(value, line) for value in values)
                found.append(f"| {line.key} | {side} | {told} |")
    for (side, number), shares in sorted(results.others.items()):
        told = " · ".join(f"{share:.0%}" for share in shares)
        found.append(f"| {number}: the machine's share that others took | {side} | {told} |")
    return found
