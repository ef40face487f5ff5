"""The table, on the terminal and as evidence."""

import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.lines import Line, ratio
from benchmarks.results import Results
from benchmarks.sides import OURS, THEIRS
from benchmarks.suite import Suite

HEADS = ("", "what", "target", OURS, THEIRS, "ratio", "met")
_MET = {None: "", True: "yes", False: "NO"}


def rows_of(results: Results) -> list[Sequence[str]]:
    """One a line that was measured."""
    return [_row(results, line) for line in results.measured()]


def _row(results: Results, line: Line) -> Sequence[str]:
    ours, theirs = results.of(OURS, line.key), results.of(THEIRS, line.key)
    compared = ratio(ours, theirs)
    return (
        line.key.split(".")[0],
        line.what,
        line.told_target,
        _told(ours, line),
        "" if line.is_ours_alone else _told(theirs, line),
        f"{compared:.2g}×" if compared else "",
        _MET[results.is_met(line)],
    )


def _told(value: float | None, line: Line) -> str:
    if value is None:
        return "none"
    figures = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{figures} {line.unit}".rstrip()


def show(suite: Suite, results: Results) -> None:
    """On the terminal."""
    table = Table(
        *HEADS, title=f"aptas beside a conventional FastAPI + SQLAlchemy ORM service: {suite.title}"
    )
    for row in rows_of(results):
        table.add_row(*row)
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    for remark in suite.remarks(results):
        console.print(remark, markup=False)
    for failure in results.failures:
        console.print(f"failed: {failure}", markup=False)


def markdown(
    suite: Suite, results: Results, command: str, facts: Mapping[str, str], date: str, rounds: int
) -> str:
    """As evidence."""
    head = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    rows = ["| " + " | ".join(row) + " |" for row in rows_of(results)]
    remarks = suite.remarks(results)
    text = [
        f"# Benchmark, {suite.title}, {date}",
        "",
        f"`{command}`. Medians over {rounds} rounds, the sides taking turns. Ratio: aptas ÷ conventional.",
        "What the other side is, and what it leaves out, is written in `benchmarks/conventional/__init__.py`.",
        "",
        *head,
        *rows,
        "",
        *([*remarks, ""] if remarks else []),
        "## Measured on",
        "",
        *(f"- {name}: {fact}" for name, fact in facts.items()),
        "",
        "## Not measured",
        "",
        *(f"- {each}" for each in suite.not_measured),
        "",
        "## Every round",
        "",
        "| line | side | rounds |",
        "|---|---|---|",
        *_rounds(results),
        *(["", "## Failed", "", *(f"- {each}" for each in results.failures)] if results.failures else []),
    ]
    return "\n".join(text) + "\n"


def _rounds(results: Results) -> list[str]:
    found = []
    for line in results.lines:
        for side in (OURS, THEIRS):
            if values := results.numbers.get((side, line.key)):
                told = " · ".join(_told(value, line) for value in values)
                found.append(f"| {line.key} | {side} | {told} |")
    for (side, number), shares in sorted(results.others.items()):
        told = " · ".join(f"{share:.0%}" for share in shares)
        found.append(f"| {number}: the machine's share that others took | {side} | {told} |")
    return found
