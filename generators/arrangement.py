"""How the rows of a file are spread over its records, and these over what is above them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import islice, pairwise
from math import prod
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.column import Role
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.profile import FileFormat
from conformance.model.record_kind import Occurs, RecordKind
from generators import composing
from generators.distinct import Distinct
from generators.values import Subjectmatter, count_of

#: Rows below one record, where a profile does not ask for more.
FEW = 2
#: Numbers of rows that are tried, so that one can be spread over the records of a profile.
_COUNTS = 60
#: More of anything than a file has.
_ANY = 1 << 40

#: Rows, on average, below one record of each level, the innermost first; the last is of all others.
Few: TypeAlias = tuple[int | Fraction, ...]
_Counting: TypeAlias = Callable[["Level", FileFormat, Subjectmatter], int]


class Level(Struct, frozen=True):
    """Rows that share the values at ``columns``, of which each next group has others.

    ``occurs``: how many there may be of what is one level below in each. ``weight``: how many
    records of the body each group adds, without those of the levels below.
    """

    name: str
    columns: tuple[int, ...]
    occurs: Occurs
    weight: int
    keyed: tuple[int, ...] = ()


class Arrangement(Struct, frozen=True):
    """The levels of a file, the innermost first; ``whole``: how often the outermost occurs.

    ``own``: how many records of the body each row adds, unless it is a part of one. ``beside``:
    how many there are whatever rows there are.
    """

    levels: tuple[Level, ...]
    whole: Occurs
    own: int = 1
    beside: int = 0

    @classmethod
    def of(cls, form: FileFormat) -> Arrangement:
        """Return the levels of the rows of ``form``."""
        kinds = {kind.name: kind for kind in form.kinds}
        chain = [kinds[form.unit.partition(".")[0]]]
        while (parent := chain[-1].parent) is not None:
            chain.append(kinds[parent])
        unit, names = chain[0], {column.name: index for index, column in enumerate(form.columns)}
        weights = [1 + _below(kind.name, form.kinds, chain) for kind in chain]
        levels: list[Level] = []
        if unit.repeat is not None:
            first, last = unit.repeat.first, unit.repeat.first + unit.repeat.width
            shared = (*range(first), *range(last, len(unit.columns)))
            levels.append(Level(unit.repeat.name, shared, unit.repeat.occurs, weights[0]))
        for (child, kind), weight in zip(pairwise(chain), weights[1:], strict=True):
            inside = {c.name: names[f"{kind.name}.{c.name}"] for c in kind.columns
                      if f"{kind.name}.{c.name}" in names}  # fmt: skip
            keys = (inside.get(name, names.get(name)) for name in kind.key)
            keyed = tuple(place for place in keys if place is not None)
            levels.append(Level(kind.name, tuple(inside.values()), child.occurs, weight, keyed))
        own = 0 if unit.repeat is not None else weights[0]
        return cls(tuple(levels), chain[-1].occurs, own, _below(None, form.kinds, chain))

    def usual(self, few: int, most: int, form: FileFormat, about: Subjectmatter) -> int:
        """Return the number of rows nearest to ``few``, and at most ``most``, that can be spread.

        There is room for one record more, if there can be.
        """
        rooms = [form]
        if form.maximum_records is not None and form.maximum_records > form.minimum_records:
            rooms.insert(0, replace(form, maximum_records=form.maximum_records - 1))
        each = self.own + sum(level.weight for level in self.levels)
        least = prod(max(1, one.minimum) for one in (self.whole, *(x.occurs for x in self.levels)))
        start = max(few, least, -(-(form.minimum_records - self.beside) // each))
        counts = (*range(start, min(start + _COUNTS, most + 1)), *range(min(start, most), 0, -1))
        possible = (c for room in rooms for c in counts if self.spread(c, room, about) is not None)
        return next(possible, few)

    def sure(self, most: int) -> int:
        """Return how many rows are never more than ``most`` records, however they are spread."""
        each = self.own + sum(level.weight for level in self.levels)
        return max(1, (most - self.beside) // each)

    def spread(
        self, count: int, form: FileFormat, about: Subjectmatter, few: Few = (FEW,)
    ) -> list[int] | None:
        """Return over how many groups of each level ``count`` rows are spread, if they can be.

        The records of the body are as many as ``form`` admits, and about ``few`` in each group.
        """
        return self._differing(form, about)._spread(count, form, about, few)

    def _differing(self, form: FileFormat, about: Subjectmatter) -> Arrangement:
        """Return the levels with one group in each of the next where no two would differ."""
        levels, alike = list[Level](), False
        for level in self.levels:
            levels.append(
                replace(level, occurs=replace(level.occurs, maximum=1)) if alike else level
            )
            alike = not level.keyed and combinations({*level.columns}, form, about) == 1
        whole = replace(self.whole, maximum=1) if alike else self.whole
        return replace(self, levels=tuple(levels), whole=whole)

    def _spread(
        self, count: int, form: FileFormat, about: Subjectmatter, few: Few
    ) -> list[int] | None:
        """Return what ``spread`` does, of levels with groups that can differ."""
        # Where nearly all keys are used, no group is left for the last ones if they alternate.
        scarce = _alike((), form, about) < 2 * count
        apart = self._windows(count, form, about, _different) if scarce else None
        windows = apart or self._windows(count, form, about, _in_turn)
        if windows is None:
            return None
        left = form.minimum_records - self.beside - count * self.own
        over = (form.maximum_records or _ANY) - self.beside - count * self.own
        inner, found = count, list[int]()
        for place, level in enumerate(self.levels):
            groups = _groups(inner, level, windows[place])
            # So many that the records of the levels around them can be as many as are wanted.
            first = bisect_left(groups, left, key=partial(self._records, place, windows, -1))
            last = bisect_right(groups, over, key=partial(self._records, place, windows, 0))
            if first >= last:
                return None
            usual = int(inner // max(level.occurs.minimum, few[min(place, len(few) - 1)]))
            inner = max(groups[first], min(groups[last - 1], usual))
            left, over = left - inner * level.weight, over - inner * level.weight
            found.append(inner)
        return found if left <= 0 <= over else None

    def _windows(
        self, count: int, form: FileFormat, about: Subjectmatter, most: _Counting
    ) -> list[tuple[int, int]] | None:
        """Return how many groups of each level there are at least and at most, if ``count`` fit.

        ``most`` returns how many groups of a level there can be.
        """
        low, high = max(self.whole.minimum, 1), self.whole.maximum or _ANY
        found: list[tuple[int, int]] = []
        shared: set[int] = set()
        for place, level in reversed([*enumerate(self.levels)]):
            shared |= {*level.columns}
            low = max(low, -(-count // _alike(shared, form, about)))
            least = prod(max(one.occurs.minimum, 1) for one in self.levels[: place + 1])
            high = min(high, most(level, form, about), _whole(shared, least, form, about))
            found.append((low, high))
            low, high = low * max(level.occurs.minimum, 1), high * (level.occurs.maximum or _ANY)
        return found[::-1] if low <= count <= high else None

    def _records(self, place: int, windows: list[tuple[int, int]], end: int, groups: int) -> int:
        """Return how many records so many groups are, with the levels around them.

        Of these there are as few as can be (``end`` 0), or as many (-1).
        """
        total = groups * self.levels[place].weight
        for level, window in list(zip(self.levels, windows, strict=True))[place + 1 :]:
            numbers = _groups(groups, level, window)
            if not numbers:
                break
            groups = numbers[end]
            total += groups * level.weight
        return total

    def groups(
        self, count: int, form: FileFormat, about: Subjectmatter, few: Few = (FEW,)
    ) -> list[int]:
        """Return over how many groups of each level ``count`` rows are spread.

        There are about ``few`` of each level in one of the next, as far as there may be.

        Raises:
            TadpError: so many rows cannot be spread over records.
        """
        groups = self.spread(count, form, about, few) if count else [0 for _ in self.levels]
        if groups is None:
            raise TadpError(
                f"{count:,} records cannot be spread over records of the profile",
                where=f"{form.kind.label}, {form.unit}",
                remedy=self._remedy(count, form, about),
            )
        return groups

    def nearest(self, counts: Iterable[int], form: FileFormat, about: Subjectmatter) -> int | None:
        """Return the first of ``counts``, of which some are tried, that can be spread."""
        tried = islice((count for count in counts if count > 0), _COUNTS)
        return next((c for c in tried if self.spread(c, form, about) is not None), None)

    def _remedy(self, count: int, form: FileFormat, about: Subjectmatter) -> str:
        """Return what to do where no number of groups will do."""
        near = (range(count - 1, 0, -1), range(count + 1, count + 1 + _COUNTS))
        found = [self.nearest(counts, form, about) for counts in near]
        numbers = " or ".join(f"{one:,}" for one in found if one is not None)
        said = [f"{level.occurs.words} in each {level.name}" for level in self.levels]
        around = f"{self.whole.words} of the outermost record"
        body = Occurs(form.minimum_records, form.maximum_records).words
        allowed = f"{', '.join([*said, around])}, and {body} records in all"
        return f"ask for {numbers or 'another number of'} records: there may be {allowed}"


def _below(name: str | None, kinds: Sequence[RecordKind], chain: Sequence[RecordKind]) -> int:
    """Return how many records of the body belong to one of kind ``name`` that no row says."""
    own = (k for k in kinds if k.at is None and k.parent == name and k not in chain)
    return sum(max(k.occurs.minimum, 1) * (1 + _below(k.name, kinds, chain)) for k in own)


def _different(level: Level, form: FileFormat, about: Subjectmatter) -> int:
    """Return how many groups there can be that differ."""
    return combinations({*(level.keyed or level.columns)}, form, about)


def _in_turn(level: Level, form: FileFormat, about: Subjectmatter) -> int:
    """Return how many groups with different keys there can be."""
    return _different(level, form, about) if level.keyed else _ANY


def _alike(shared: Collection[int], form: FileFormat, about: Subjectmatter) -> int:
    """Return how many rows can have the same values at ``shared``, by what may not repeat."""
    there = (combinations(one.difference(shared), form, about) for one in _unrepeated(form))
    return min(there, default=_ANY)


def _whole(shared: set[int], least: int, form: FileFormat, about: Subjectmatter) -> int:
    """Return how many groups there can be of ``least`` rows, which share what is at ``shared``."""
    found = (
        combinations(one & shared, form, about) * (combinations(one - shared, form, about) // least)
        for one in _unrepeated(form)
    )
    return min(found, default=_ANY)


def _unrepeated(form: FileFormat) -> Iterator[set[int]]:
    """Yield columns of which no two rows have the same values."""
    unique = form.rules_of(CrossRuleName.UNIQUE)
    names = [form.key, *(rule.columns for rule in unique if not rule.when)]
    yield from ({form.index(name) for name in one} for one in names if one)


def combinations(places: set[int], form: FileFormat, about: Subjectmatter) -> int:
    """Return how many different values there are at ``places``, as far as anyone asks."""
    total = 1
    for one in form.composed:
        own = places.intersection(one.places)
        if one.role is not Role.OTHER and own:
            total *= composing.count_of(one, about, own)
            places = places - own
    for index in places:
        total *= count_of(form.columns[index], about)
        if total > _ANY:
            return _ANY
    return total


def _groups(inner: int, level: Level, window: tuple[int, int]) -> range:
    """Return over how many groups of ``level`` ``inner`` of the level below can be spread."""
    low, high = window
    most, least = level.occurs.maximum or _ANY, max(level.occurs.minimum, 1)
    return range(max(low, -(-inner // most)), min(high, inner // least) + 1)


def _sizes(count: int, groups: Sequence[int]) -> Iterator[int]:
    """Yield how many of ``count`` rows are at most in one of so many groups of each level."""
    size = 1
    for inner, outer in pairwise([count, *groups]):
        size *= -(-inner // max(outer, 1))
        yield size


def _starts(inner: int, outer: int) -> Iterator[bool]:
    """Yield for each of ``inner`` whether one of ``outer`` groups of like size begins with it."""
    size, more = divmod(inner, outer)
    for group in range(outer):
        for place in range(size + (group < more)):
            yield place == 0


def _depths(count: int, groups: Sequence[int]) -> Iterator[int]:
    """Yield for each of ``count`` rows in so many groups how many levels begin with it."""
    starts = [_starts(*pair) for pair in pairwise([count, *groups])]
    for _ in range(count):
        depth = 0
        for level in starts:
            if not next(level):
                break
            depth += 1
        yield depth


class Frame:
    """The values that each next row of a file shares with the rows before it."""

    def __init__(
        self, form: FileFormat, about: Subjectmatter, count: int, few: Few = (FEW,)
    ) -> None:
        arrangement = Arrangement.of(form)
        self._levels = arrangement.levels
        groups = arrangement.groups(count, form, about, few)
        self._depths = _depths(count, groups)
        inside = {place for level in self._levels for place in level.columns}
        own = len(form.columns) - form.inherited
        #: Columns of headers; one header is for all rows.
        self._heads = [place for place in range(own, len(form.columns)) if place not in inside]
        #: The columns that all rows of a group share, and how many rows it has at most: of each
        #: level, and of the file.
        self.shared = [(set(self._heads), count)]
        for level, size in reversed(list(zip(self._levels, _sizes(count, groups), strict=True))):
            self.shared.insert(0, ({*level.columns, *self.shared[0][0]}, size))
        self._last: list[str] | None = None
        self._depth = 0
        #: The keys of the records of each level.
        self._keys = [key_of_level(level, form, about) for level in self._levels]
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
        """Return True if what begins with a row of ``fields`` is not what there was before.

        What does not begin with it, it shares with the row before.
        """
        if any(fields[place] != text for place, text in self.kept.items()):
            return False
        return self.is_apart(fields) and all(key.is_new(fields) for key in self.keys())

    def is_apart(self, fields: Sequence[str]) -> bool:
        """Return True if a record that begins with a row is not like the one before it."""
        if self._last is None or not self._depth:
            return True
        outer = self._levels[self._depth - 1].columns
        return any(fields[place] != self._last[place] for place in outer)

    def keys(self) -> Iterator[Distinct]:
        """Yield the keys of the records that begin with the next row, the outermost first."""
        yield from filter(None, reversed(self._keys[: self._depth]))

    def begun(self) -> range:
        """Return which of the groups ``shared`` begin with the next row."""
        return range(self._depth + (self._last is None))

    def take(self, fields: list[str]) -> None:
        """Note the row that was made."""
        self._last = list(fields)
        for key in self.keys():
            key.take(fields)


def key_of_level(level: Level, form: FileFormat, about: Subjectmatter) -> Distinct | None:
    """Return the key of the records of a level, of which no two are alike, if they have one."""
    names = tuple(form.columns[place].name for place in level.keyed)
    return Distinct(form, about, CrossRule("", CrossRuleName.UNIQUE, names)) if names else None
