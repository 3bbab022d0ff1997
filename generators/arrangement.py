"""How the rows of a file are spread over its records, and these over what is above them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import prod

from msgspec import Struct

from conformance.errors import TadpError
from conformance.model.column import Role
from conformance.model.profile import FileFormat
from conformance.model.record_kind import Occurs, RecordKind
from generators import composing
from generators.values import Subjectmatter, count_of

#: Rows below one record, where a profile does not ask for more.
_FEW = 2


class Level(Struct, frozen=True):
    """Rows that share the values at ``columns``, of which each next group has others.

    ``occurs``: how many there may be of what is one level below in each.
    """

    name: str
    columns: tuple[int, ...]
    occurs: Occurs
    keyed: tuple[int, ...] = ()


class Arrangement(Struct, frozen=True):
    """The levels of a file, the innermost first; ``whole``: how often the outermost occurs."""

    levels: tuple[Level, ...]
    whole: Occurs

    @classmethod
    def of(cls, form: FileFormat) -> Arrangement:
        """Return the levels of the rows of ``form``."""
        kinds = {kind.name: kind for kind in form.kinds}
        unit = kinds[form.unit.partition(".")[0]]
        names = {column.name: index for index, column in enumerate(form.columns)}
        levels: list[Level] = []
        if unit.repeat is not None:
            first, last = unit.repeat.first, unit.repeat.first + unit.repeat.width
            shared = (*range(first), *range(last, len(unit.columns)))
            levels.append(Level(unit.repeat.name, shared, unit.repeat.occurs))
        child = unit
        while child.parent is not None:
            kind = kinds[child.parent]
            levels.append(_level(kind, names, child.occurs))
            child = kind
        return cls(tuple(levels), child.occurs)

    @property
    def least(self) -> int:
        """The fewest rows of a file, as far as the numbers of its records say."""
        return prod(max(1, one.minimum) for one in (self.whole, *(x.occurs for x in self.levels)))

    def depths(self, count: int, form: FileFormat, about: Subjectmatter) -> Iterator[int]:
        """Yield for each of ``count`` rows how many levels begin with it.

        Raises:
            TadpError: so many rows cannot be spread over records.
        """
        totals = [count]
        for level in self.levels:
            outermost = level is self.levels[-1]
            bound = self.whole.maximum if outermost else None
            different = _different(level, form, about)
            limits = [limit for limit in (bound, different) if limit is not None]
            groups = _groups(totals[-1], level.occurs, min(limits) if limits else None)
            if groups is None:
                raise TadpError(
                    f"{count:,} records cannot be spread over records of the profile",
                    where=f"{form.kind.label}, {level.name}",
                    remedy=f"ask for a number of which there can be {level.occurs.words} in each",
                )
            totals.append(groups)
        if not self.levels and not self.whole.admits(count):
            raise TadpError(
                f"there may be {self.whole.words} records of the kind that is counted",
                where=f"{form.kind.label}, {form.unit}",
                remedy="ask for another number of records",
            )
        starts = [_starts(inner, outer) for inner, outer in pairwise(totals)]
        return _depths(count, starts)


def _level(kind: RecordKind, names: dict[str, int], occurs: Occurs) -> Level:
    inside = {c.name: names[f"{kind.name}.{c.name}"] for c in kind.columns
              if f"{kind.name}.{c.name}" in names}  # fmt: skip
    keyed = tuple(inside[name] for name in kind.key if name in inside)
    return Level(kind.name, tuple(inside.values()), occurs, keyed)


def _different(level: Level, form: FileFormat, about: Subjectmatter) -> int | None:
    """Return how many groups there can be that differ, where that is a small number."""
    total, places = 1, {*(level.keyed or level.columns)}
    for one in form.composed:
        if one.role is not Role.OTHER and places.issuperset(one.places):
            total *= composing.count_of(one, about)
            places -= {*one.places}
    for index in places:
        total *= count_of(form.columns[index], about)
        if total > 1_000_000:
            return None
    return total


def _groups(count: int, occurs: Occurs, most: int | None) -> int | None:
    """Return over how many groups ``count`` are spread, or None if there is no such number."""
    least = 1 if occurs.maximum is None else -(-count // occurs.maximum)
    limit = count // max(occurs.minimum, 1)
    if most is not None:
        limit = min(limit, most)
    if least > limit:
        return None
    return max(least, min(limit, count // max(occurs.minimum, _FEW)), 1)


def _starts(inner: int, outer: int) -> Iterator[bool]:
    """Yield for each of ``inner`` whether one of ``outer`` groups of like size begins with it."""
    size, more = divmod(inner, outer)
    for group in range(outer):
        for place in range(size + (group < more)):
            yield place == 0


def _depths(count: int, starts: list[Iterator[bool]]) -> Iterator[int]:
    for _ in range(count):
        depth = 0
        for level in starts:
            if not next(level):
                break
            depth += 1
        yield depth


class Frame:
    """The values that each next row of a file shares with the rows before it."""

    def __init__(self, form: FileFormat, about: Subjectmatter, count: int) -> None:
        arrangement = Arrangement.of(form)
        self._levels = arrangement.levels
        self._depths = arrangement.depths(count, form, about)
        inside = {place for level in self._levels for place in level.columns}
        own = len(form.columns) - form.inherited
        #: Columns of headers, of which there is one for all rows.
        self._heads = [place for place in range(own, len(form.columns)) if place not in inside]
        self._last: list[str] | None = None
        self._depth = 0
        self._seen: list[set[tuple[str, ...]]] = [set() for _ in self._levels]
        #: The values that the next row has to have, by place.
        self.kept: dict[int, str] = {}

    def begin(self) -> None:
        """Go on to the next row."""
        self._depth = next(self._depths, 0)
        last = self._last
        if last is None:
            return
        shared = [p for level in self._levels[self._depth :] for p in level.columns]
        self.kept = {place: last[place] for place in (*shared, *self._heads)}

    def fits(self, fields: list[str]) -> bool:
        """Return True if what begins with a row of ``fields`` is not what there was before."""
        if self._last is None or not self._depth:
            return True
        outer = self._levels[self._depth - 1].columns
        if all(fields[place] == self._last[place] for place in outer):
            return False
        return not any(
            level.keyed and self._key(level, fields) in seen
            for level, seen in zip(self._levels[: self._depth], self._seen, strict=False)
        )

    def take(self, fields: list[str]) -> None:
        """Note the row that was made."""
        self._last = list(fields)
        for level, seen in zip(self._levels[: self._depth], self._seen, strict=False):
            if level.keyed:
                seen.add(self._key(level, fields))

    def _key(self, level: Level, fields: list[str]) -> tuple[str, ...]:
        return tuple(fields[place] for place in level.keyed)
