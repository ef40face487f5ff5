"""The lines of the table: what a number means, and the target it is held against."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """`target` None: shown for its own sake. `is_more_better`: rates; else times, sizes and counts of what is bad."""

    key: str
    what: str
    unit: str
    target: float | None = None
    is_more_better: bool = False

    def is_met(self, value: float) -> bool | None:
        """Whether `value` meets the target; None when there is none. A count of bad things must be 0."""
        if self.target is None:
            return None
        if self.is_more_better:
            return value >= self.target
        return value <= self.target if self.target == 0 else value < self.target

    @property
    def told_target(self) -> str:
        """The target as it is written."""
        if self.target is None:
            return ""
        sign = "≥" if self.is_more_better else "=" if self.target == 0 else "<"
        return f"{sign} {self.target:,g} {self.unit}".rstrip()


LINES = (
    Line(
        key="1.rate",
        what="POST /defectRegistrations, registration alone, 64 connections",
        unit="/s",
        target=3000,
        is_more_better=True,
    ),
    Line(key="1.p50", what="… median", unit="ms"),
    Line(key="1.p99", what="… p99", unit="ms", target=60),
    Line(key="1.errors", what="… errors", unit="", target=0),
    Line(
        key="2.rate",
        what="GET /mypages/{id}, mypage alone, 64 connections",
        unit="/s",
        target=3000,
        is_more_better=True,
    ),
    Line(key="2.p99", what="… p99", unit="ms"),
    Line(key="2.errors", what="… errors", unit="", target=0),
    Line(
        key="3.rate",
        what="POST /defectRegistrations, everything in one process, carried through to case and page",
        unit="/s",
        target=800,
        is_more_better=True,
    ),
    Line(key="3.p99", what="… p99 of the POST", unit="ms"),
    Line(key="3.errors", what="… errors", unit="", target=0),
    Line(key="3.behind", what="… not in all three lists 2 s after the end", unit="", target=0),
    Line(key="4.p50", what="registered → visible at 300/s, median", unit="ms"),
    Line(key="4.p99", what="… p99", unit="ms", target=150),
    Line(key="4.unseen", what="… errors, or never seen", unit="", target=0),
    Line(
        key="5.rate", what="pages rebuilt from the events", unit="events/s", target=20000, is_more_better=True
    ),
    Line(key="6.start", what="from exec to ready, everything in one process", unit="s", target=1.5),
    Line(
        key="7.memory",
        what="resident memory after the load, everything in one process",
        unit="MB",
        target=130,
    ),
)
