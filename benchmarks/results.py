"""What was measured, and which targets that meets."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.lines import Line
from benchmarks.sides import OURS, THEIRS


@dataclass
class Results:
    """Numbers by (side, line), one a round; what failed instead."""

    lines: Sequence[Line]
    numbers: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    others: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    """By (side, scenario): the share of the machine that others took, one a round."""

    def add(self, side: str, found: Mapping[str, float]) -> None:
        """One side's numbers of one round."""
        for key, value in found.items():
            self.numbers[side, key].append(value)

    def of(self, side: str, key: str) -> float | None:
        """The median over the rounds."""
        found = self.numbers.get((side, key))
        return median(found) if found else None

    def measured(self) -> list[Line]:
        """The lines that somebody has a number for."""
        return [
            line for line in self.lines if any((side, line.key) in self.numbers for side in (OURS, THEIRS))
        ]

    def misses(self) -> list[str]:
        """The targets that aptas missed, or has no number for."""
        return [line.key for line in self.measured() if self.is_met(line) is False]

    def is_met(self, line: Line) -> bool | None:
        """Whether aptas meets the target of a line; None when there is none."""
        return line.is_met(self.of(OURS, line.key), self.of(THEIRS, line.key))
