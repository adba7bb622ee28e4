"""What a benchmark says: a goal of the design, what was measured, and whether it holds."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """One line of the table. `goal` is the number of the design (P1); `what` and `wanted` say in words what was asked."""

    goal: str
    what: str
    wanted: str
    measured: str
    holds: bool

    @property
    def line(self) -> str:
        """For the terminal."""
        return f"{self.goal}  {'holds' if self.holds else 'FAILS'}  {self.what}: {self.measured} (wanted: {self.wanted})"

    @property
    def row(self) -> str:
        """For the page."""
        return f"| {self.goal} | {self.what} | {self.wanted} | {self.measured} | {'holds' if self.holds else '**fails**'} |"


NO_GOAL = "no goal"
"""What is wanted of a figure that is there for orientation alone; it counts neither as holding nor as failing."""


def tally(verdicts: Sequence[Verdict]) -> str:
    """How many of the goals hold."""
    goals = [each for each in verdicts if each.wanted != NO_GOAL]
    return f"{sum(each.holds for each in goals)} of {len(goals)} hold"


def at_least(goal: str, what: str, values: Iterable[float], limit: float, unit: str = "×") -> Verdict:
    """The median of several ratios is to be no less than `limit`."""
    middle, told = _told(values, unit)
    return Verdict(goal, what, f"≥ {limit:g} {unit}", told, middle >= limit)


def at_most(goal: str, what: str, values: Iterable[float], limit: float, unit: str = "×") -> Verdict:
    """The median of several ratios is to be no more than `limit`."""
    middle, told = _told(values, unit)
    return Verdict(goal, what, f"≤ {limit:g} {unit}", told, middle <= limit)


def _told(values: Iterable[float], unit: str) -> tuple[float, str]:
    several = sorted(values)
    middle = statistics.median(several)
    spread = f" ({several[0]:.2f} to {several[-1]:.2f})" if len(several) > 1 else ""
    return middle, f"{middle:.2f}{spread} {unit}"
