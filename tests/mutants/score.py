"""How many mutants were killed, what that says of those not tried, and who survived."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path

from tests.mutants.trying import Outcome

#: Standard deviations that hold 95 in 100 of a normal distribution.
Z = 1.959964


def wilson(killed: int, tried: int) -> tuple[float, float]:
    """The interval of 95 in 100, after Wilson, for the share of killed among all mutants."""
    if not tried:
        return 0.0, 1.0
    share = killed / tried
    middle = share + Z * Z / (2 * tried)
    spread = Z * sqrt(share * (1 - share) / tried + Z * Z / (4 * tried * tried))
    whole = 1 + Z * Z / tried
    return (middle - spread) / whole, (middle + spread) / whole


@dataclass
class Score:
    """The mutants of one package: all there are, and what became of those that were tried."""

    package: str
    mutants: int
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def count(self, *outcomes: Outcome) -> int:
        """How many ended so."""
        return sum(outcome in outcomes for outcome in self.outcomes.values())

    @property
    def survivors(self) -> list[str]:
        """The names of those that nothing killed."""
        return [name for name, o in self.outcomes.items() if o is Outcome.SURVIVED]

    def row(self) -> str:
        """A line of the table: counts, the score, and the interval where it is a sample."""
        tried = len(self.outcomes)
        killed = self.count(Outcome.KILLED, Outcome.TIMED_OUT)
        share = f"{100 * killed / tried:5.1f}" if tried else "    -"
        low, high = wilson(killed, tried)
        interval = "whole" if tried == self.mutants else f"{100 * low:.1f} to {100 * high:.1f}"
        return (
            f"{self.package:<12} {self.mutants:>7,} {tried:>7,} {killed:>7,} "
            f"{self.count(Outcome.TIMED_OUT):>9,} {len(self.survivors):>8,} {share}  {interval}"
        )


HEADING = (
    f"{'package':<12} {'mutants':>7} {'tried':>7} {'killed':>7} {'timed out':>9} "
    f"{'survived':>8} score  95 % interval"
)


def listed(path: Path) -> dict[str, str]:
    """The survivors of a list, with their reasons."""
    survivors = tomllib.loads(path.read_text("utf-8"))["survivor"]
    return {s["mutant"]: s["reason"] for s in survivors}


def complaints(
    reasons: Collection[str], existing: Collection[str], outcomes: Iterable[tuple[str, Outcome]]
) -> list[str]:
    """What is wrong with the list: who is missing, who was killed, and who is no more.

    ``existing`` is every mutant of what was asked for, tried or not.
    """
    found = [f"listed, but no longer a mutant: {name}" for name in reasons if name not in existing]
    for name, outcome in outcomes:
        if outcome is Outcome.SURVIVED and name not in reasons:
            found.append(f"survived without a reason: {name}")
        elif outcome is not Outcome.SURVIVED and name in reasons:
            found.append(f"listed, but killed: {name}")
    return found
