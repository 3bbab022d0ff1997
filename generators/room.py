"""How many rows of a group can differ, where they share some of the columns that have to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from generators.distinct import Distinct


class Room:
    """The rows that groups of ``size`` rows can have, which share the columns ``shared``.

    There are ``most`` different values of the other columns that ``one`` is about, for each of
    the ``there`` different values of those that are shared.
    """

    def __init__(
        self, one: Distinct, shared: Collection[int], size: int, most: int, there: int
    ) -> None:
        self.one, self._size, self._most, self._there = one, size, most, there
        self._last: tuple[str, ...] | None = None
        self._places = [place for place in one.places if place in shared]
        self._decided = {*shared}.issuperset(one.guards)
        self._taken: Counter[tuple[str, ...]] = Counter()

    def is_short(self, fields: Sequence[str]) -> bool:
        """Return True if a group that begins with ``fields`` has more rows than can differ.

        Without a condition, a group whose values are new has not: so rows are spread.
        """
        if not self._decided or not self.one.applies(fields):
            return False
        taken = self._taken[self.one.same(fields, self._places)]
        return self._most - taken < self._size and (taken > 0 or not self.one.always)

    @property
    def rows(self) -> int:
        """How many rows there can be in whole groups."""
        return self._there * (self._most // self._size) * self._size

    def is_ahead(self, fields: Sequence[str], kept: Collection[int]) -> bool:
        """Return True if other groups than the one that begins with ``fields`` have more room.

        Nearly as many groups as there can be are made in turns, so that the last ones are not all
        alike. Values at the places ``kept`` are not chosen.
        """
        if not self.one.always or {*kept}.issuperset(self._places):
            return False
        mine = self.one.same(fields, self._places)
        taken = self._taken[mine]
        if len(self._taken) < self._there:
            return taken > 0
        others = (count for other, count in self._taken.items() if other not in (mine, self._last))
        return any(count < taken for count in others)

    def take(self, fields: Sequence[str]) -> None:
        """Note a row."""
        if self.one.applies(fields):
            self._last = self.one.same(fields, self._places)
            self._taken[self._last] += 1
