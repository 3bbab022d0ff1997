"""How many mutants were killed, what that says of those not tried, and who survived."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Sequence
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

    @property
    def killed(self) -> int:
        """How many something killed, or ended."""
        return self.count(Outcome.KILLED, Outcome.TIMED_OUT)

    def row(self) -> str:
        """A line of the table: counts, the score, and the interval where it is a sample."""
        tried, killed = len(self.outcomes), self.killed
        share = f"{100 * killed / tried:5.1f}" if tried else "    -"
        low, high = wilson(killed, tried)
        interval = "whole" if tried == self.mutants else f"{100 * low:.1f} to {100 * high:.1f}"
        return (
            f"{self.package:<12} {self.mutants:>7,} {tried:>7,} {killed:>7,} "
            f"{self.count(Outcome.TIMED_OUT):>9,} {len(self.survivors):>8,} {share}  {interval}"
        )


def overall(scores: Sequence[Score]) -> str:
    """A line for all packages together: each counts by its mutants, however many were tried.

    The interval (95 in 100) takes one more of each for killed and for survived in a package, so
    that a sample without a survivor does not pass for certain.
    """
    tried = [score for score in scores if score.outcomes]
    mutants = sum(score.mutants for score in tried)
    share = variance = 0.0
    for score in tried:
        weight, count = score.mutants / mutants, len(score.outcomes)
        share += weight * score.killed / count
        likely = (score.killed + 1) / (count + 2)
        unseen = 1 - count / score.mutants
        variance += weight**2 * unseen * likely * (1 - likely) / count
    low, high = share - Z * sqrt(variance), min(1.0, share + Z * sqrt(variance))
    timed_out = sum(score.count(Outcome.TIMED_OUT) for score in tried)
    survivors = sum(len(score.survivors) for score in tried)
    return (
        f"{'all':<12} {mutants:>7,} {sum(len(score.outcomes) for score in tried):>7,} "
        f"{sum(score.killed for score in tried):>7,} "
        f"{timed_out:>9,} {survivors:>8,} {100 * share:5.1f}  {100 * low:.1f} to {100 * high:.1f}"
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
    """Return the errors in the list: mutants not listed, killed, or no longer there.

    ``existing`` is every mutant of what was asked for, tried or not.
    """
    found = [f"listed, but no longer a mutant: {name}" for name in reasons if name not in existing]
    for name, outcome in outcomes:
        if outcome is Outcome.SURVIVED and name not in reasons:
            found.append(f"survived without a reason: {name}")
        elif outcome is not Outcome.SURVIVED and name in reasons:
            found.append(f"listed, but killed: {name}")
    return found
