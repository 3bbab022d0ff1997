"""How many rows of a group can differ, where they share some of the columns that have to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from generators.distinct import Distinct


class Room:
    """The rows that groups of ``size`` rows can have, which share the columns ``shared``.

    There are ``most`` different values of the other columns that ``one`` is about.
    """

    def __init__(self, one: Distinct, shared: Collection[int], size: int, most: int) -> None:
        self.one, self._size, self._most = one, size, most
        self._places = [place for place in one.places if place in shared]
        self._decided = {*shared}.issuperset(one.guards)
        self._taken: Counter[tuple[bytes, ...]] = Counter()

    def is_short(self, fields: Sequence[str]) -> bool:
        """Return True if a group that begins with ``fields`` has more rows than can differ.

        Without a condition, a group whose values are new has not: so rows are spread.
        """
        if not self._decided or not self.one.applies(fields):
            return False
        taken = self._taken[self.one.same(fields, self._places)]
        return self._most - taken < self._size and (taken > 0 or not self.one.always)

    def take(self, fields: Sequence[str]) -> None:
        """Note a row."""
        if self.one.applies(fields):
            self._taken[self.one.same(fields, self._places)] += 1
