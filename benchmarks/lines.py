"""A line of a table: what a number means, and the target it is held against."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """`target` None: shown for its own sake. `is_more_better`: rates; else times, sizes and counts of what is bad.
    `is_ratio`: the target is for aptas ÷ the other side; `is_ours_alone`: the other side has no such thing."""

    key: str
    what: str
    unit: str
    target: float | None = None
    is_more_better: bool = False
    is_ratio: bool = False
    is_ours_alone: bool = False

    def is_met(self, ours: float | None, theirs: float | None = None) -> bool | None:
        """Whether the target is met; None when there is none. A count of bad things must be 0."""
        if self.target is None:
            return None
        value = ratio(ours, theirs) if self.is_ratio else ours
        if value is None:
            return False
        if self.is_more_better:
            return value >= self.target
        return value <= self.target if self.target == 0 else value < self.target

    @property
    def told_target(self) -> str:
        """The target as it is written."""
        if self.target is None:
            return ""
        sign = "≥" if self.is_more_better else "=" if self.target == 0 else "<"
        figure = f"{sign} {self.target:,g}"
        return f"{figure}×" if self.is_ratio else f"{figure} {self.unit}".rstrip()


def ratio(ours: float | None, theirs: float | None) -> float | None:
    """aptas ÷ the other side; None where one of them has no number to compare."""
    return ours / theirs if ours and theirs else None
