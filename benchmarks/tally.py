"""What a run of the load generator came to."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

Report = dict[str, object]


def percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank; `ordered` is sorted and not empty."""
    return ordered[max(0, -(-len(ordered) * round(share * 1000) // 1000) - 1)]


def in_ms(seconds: Sequence[float]) -> Report:
    """p50, p95, p99 and max in milliseconds; nothing when there is nothing."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}
    return {name: round(percentile(ordered, share) * 1000, 2) for name, share in shares.items()}


@dataclass
class Tally:
    """Every answer counts in `statuses`; only those after the warm-up count in rate and latency."""

    wanted: int
    latencies: "array[float]" = field(default_factory=lambda: array("d"))
    statuses: Counter[int] = field(default_factory=Counter)
    lost: int = 0
    ids: list[str] = field(default_factory=list)
    sent_at: dict[str, float] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """Answers with another status, and answers that never came."""
        return self.lost + sum(self.statuses.values()) - self.statuses[self.wanted]

    def report(self, seconds: float) -> Report:
        """`seconds`: how long was measured."""
        return {
            "requests": len(self.latencies),
            "seconds": round(seconds, 3),
            "rate": round(len(self.latencies) / seconds, 1),
            **in_ms(self.latencies),
            "succeeded": self.statuses[self.wanted],
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "errors": self.errors,
        }
