"""How a workload is timed and how its line is printed: medians of one run, compared as ratios only."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One workload: `ours` and `peer` in seconds a run (median), `goal` the largest ratio ours ÷ peer that is met,
    None where a ratio is told and no goal is set.
    """

    name: str
    ours: float
    peer: float
    peer_name: str
    goal: float | None

    @property
    def ratio(self) -> float:
        return self.ours / self.peer

    def printed(self) -> str:
        goal, met = "-", "told"
        if self.goal is not None:
            goal, met = f"{self.goal:.2f}", "met" if self.ratio <= self.goal else "NOT MET"
        return (
            f"{self.name:<44} {self.ours * 1000:>10.2f} {self.peer * 1000:>10.2f}  {self.peer_name:<34}"
            f" {self.ratio:>7.2f} {goal:>6}  {met}"
        )


HEAD = f"{'workload':<44} {'ours ms':>10} {'peer ms':>10}  {'peer':<34} {'ratio':>7} {'goal':>6}"


def median(work: Callable[[], object], *, times: int) -> float:
    """Return the median seconds of `times` runs after one that warms up."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)
