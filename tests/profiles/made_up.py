"""Profiles made up at random, each from a seed of its own."""

from __future__ import annotations

from functools import cache

from hypothesis import HealthCheck, Phase, given, seed, settings

from generators.profiles import Table, profile_tables


@cache
def made_up(number: int, *, several: bool = False) -> Table:
    """Return the table of the profile of that number; with ``several`` kinds of records."""
    tables: list[Table] = []

    # The first that Hypothesis draws is the simplest, whatever the seed. Nothing is shrunk, as that
    # takes minutes: draw other numbers to find a smaller profile.
    @seed(number)
    @settings(
        max_examples=2, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(profile_tables(several=several))
    def draw(table: Table) -> None:
        tables.append(table)

    draw()
    return tables[-1]
