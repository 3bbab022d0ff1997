"""Rows in the order that rules ask for, in as many groups of such sizes as a profile allows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from conformance.errors import TadpError
from conformance.model.profile import FileFormat
from generators import composing
from generators.arrangement import Arrangement, Level, key_of_level
from generators.settling import key_of, unmet
from generators.together import in_turn, ordered, unmet_together
from generators.values import Subjectmatter

#: Rows that are held in memory; more are made again each time they are wanted.
_HELD = 20_000


def in_groups(
    form: FileFormat, about: Subjectmatter, count: int, make: Callable[[], Iterable[list[str]]]
) -> Iterator[list[str]]:
    """Return ``count`` rows that ``make`` makes in groups, in the order that rules ask for.

    Where that order would break the groups, each has other rows: as many as it had, in order.

    Raises:
        TadpError: rows cannot be made, or their groups are not those that the profile allows.
    """
    if count <= _HELD:
        rows = list(make())
        make = rows.__iter__
    try:
        deque(limited(form, about, ordered(form, make())), 0)
    except TadpError:
        moved = _regrouped(form, list(make()))
        if not _are_kept(form, about, moved):
            raise
        return limited(form, about, moved)
    return ordered(form, make())


def limited(
    form: FileFormat, about: Subjectmatter, rows: Iterable[list[str]]
) -> Iterator[list[str]]:
    """Yield the rows of a file.

    Raises:
        TadpError: they are in more or fewer records than the profile allows, or their groups are.
    """
    tally = _Tally(form, about)
    for row in rows:
        tally.take(row)
        yield row
    tally.end()


class _Tally:
    """Counts the records and groups of rows that come one after another."""

    def __init__(self, form: FileFormat, about: Subjectmatter) -> None:
        self._form, self._arrangement = form, Arrangement.of(form)
        levels = self._levels = self._arrangement.levels
        self._keys = [key_of_level(level, form, about) for level in levels]
        self._sizes = [0 for _ in levels]
        self._wholes, self._total = 0, self._arrangement.beside
        self._last: Sequence[str] | None = None

    def take(self, row: Sequence[str]) -> None:
        """Count a row."""
        depth = self._depth(row)
        for place, (level, key) in enumerate(zip(self._levels, self._keys, strict=True)):
            if place < depth:
                self._close(place)
                self._sizes[place] = 0
                self._total += level.weight
                if key is not None and not key.is_new(row):
                    raise self._refusal(f"the key of a record {level.name!r} would repeat")
                if key is not None:
                    key.take(row)
            if place <= depth:
                self._sizes[place] += 1
        self._wholes += depth == len(self._levels)
        self._total += self._arrangement.own
        self._last = row
        if self._form.maximum_records is not None and self._total > self._form.maximum_records:
            raise self._refusal(
                f"a file has at most {self._form.maximum_records:,} records under the profile"
            )

    def end(self) -> None:
        """Look at what is known at the end alone."""
        if self._last is None:
            return
        for place in range(len(self._levels)):
            self._close(place)
        if not self._arrangement.whole.admits(self._wholes):
            there = self._arrangement.whole.words
            raise self._refusal(f"there may be {there} of the outermost record")
        if self._total < self._form.minimum_records:
            raise self._refusal(
                f"a file has at least {self._form.minimum_records:,} records under the profile"
            )

    def _depth(self, row: Sequence[str]) -> int:
        """Return how many levels begin with a row."""
        if self._last is None:
            return len(self._levels)
        depth = begun(self._levels, self._last, row)
        repeats = not self._arrangement.own
        full = repeats and self._sizes[0] == self._levels[0].occurs.maximum
        return depth or int(full)

    def _close(self, place: int) -> None:
        level, size = self._levels[place], self._sizes[place]
        if size and not level.occurs.admits(size):
            raise self._refusal(f"there may be {level.occurs.words} in each {level.name}")

    def _refusal(self, what: str) -> TadpError:
        return TadpError(
            f"the records do not fit into groups that the profile allows: {what}",
            where=f"{self._form.kind.label}, {self._form.unit}",
            remedy="ask for another number of records",
        )


def begun(levels: Sequence[Level], last: Sequence[str], row: Sequence[str]) -> int:
    """Return how many levels begin with a row, as it has other values than the one before it."""
    return next(
        (
            place for place in range(len(levels), 0, -1)
            if any(row[one] != last[one] for one in levels[place - 1].columns)
        ),
        0,
    )  # fmt: skip


def _regrouped(form: FileFormat, rows: Sequence[list[str]]) -> list[list[str]]:
    """Return rows in order, in groups with the values and the sizes of those that they are in.

    A group is where the first of its rows comes in the order, and has the rows from there on.
    """
    levels = Arrangement.of(form).levels
    numbers, groups = [0 for _ in levels], list[tuple[int, ...]]()
    for place, row in enumerate(rows):
        for level in range(begun(levels, rows[place - 1], row) if place else 0):
            numbers[level] += 1
        groups.append((*reversed(numbers), place))
    order = in_turn(form, rows)
    first: dict[tuple[int, ...], int] = {}
    for number, source in enumerate(order):
        for depth in range(1, len(levels) + 1):
            first.setdefault(groups[source][:depth], number)
    slots = sorted(
        range(len(rows)),
        key=lambda place: [first[groups[place][:depth]] for depth in range(1, len(levels) + 1)],
    )
    shared = {place for level in levels for place in level.columns}
    return [
        [
            rows[slot][place] if place in shared else value
            for place, value in enumerate(rows[source])
        ]
        for slot, source in zip(slots, order, strict=True)
    ]


def _are_kept(form: FileFormat, about: Subjectmatter, rows: Sequence[list[str]]) -> bool:
    """Return True if rows whose values were put together in another way keep every rule."""
    try:
        deque(limited(form, about, rows), 0)
    except TadpError:
        return False
    fields = [[value.encode() for value in row] for row in rows]
    keys = [key_of(form, one) for one in fields] if form.key else []
    return (
        len(set(keys)) == len(keys)
        and not any(unmet_together(form, rows, about.eligible))
        and all(_is_kept(form, row, one) for row, one in zip(rows, fields, strict=True))
    )


def _is_kept(form: FileFormat, row: list[str], fields: Sequence[bytes]) -> bool:
    size = sum(map(len, fields)) + len(fields) - 1
    whole = composing.exist(form, row) and size <= form.maximum_record_bytes
    return whole and not any(unmet(form, fields))
