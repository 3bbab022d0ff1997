"""Fields of records that are computed when a file is made: counts, sums, checksums, copies."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal, InvalidOperation
from typing import assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.model.column import Column, carried
from conformance.model.derived import RECORDS_BELOW, Derived, DerivedName
from conformance.model.record_kind import RecordKind
from conformance.model.types.column_type import Meaning
from conformance.records.layout import Layout

#: Returns True if the value of a computed column stays as it is.
Stays = Callable[[Column, bytes], bool]


class Made(Struct, frozen=True):
    """A record to be: its kind, and the value of each of its fields."""

    kind: RecordKind
    values: list[bytes]

    def of(self, index: int) -> list[bytes]:
        """Return the values of a column, one for each repetition; none that is left out."""
        places = self.kind.places(index, len(self.values))
        return [self.values[place] for place in places if place < len(self.values)]

    @property
    def places(self) -> list[int]:
        """The position of the column that each value is of."""
        found = {
            place: index
            for index in range(len(self.kind.columns))
            for place in self.kind.places(index, len(self.values))
        }
        return [found[place] for place in range(len(self.values))]


class _Running(Struct):
    """Counts the records of a file or of a group, and adds up the columns that sums are of."""

    sums: dict[str, Decimal | None]
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, made: Made) -> None:
        """Count a record."""
        self.counts[made.kind.name] += 1
        for of, total in self.sums.items():
            if total is not None and of.startswith(f"{made.kind.name}."):
                self.sums[of] = _added(total, made, of)


class Totals:
    """Computes the fields of records that follow from others: first all are expected, then filled.

    ``ahead``: something before the end of a file depends on all of it.
    """

    def __init__(self, layout: Layout) -> None:
        form = layout.format
        self._kinds = {kind.name: kind for kind in form.kinds}
        self._layouts = {
            kind.name: replace(layout, format=form.rows_of(kind), columns=()) for kind in form.kinds
        }
        self._scoped = {kind.name for kind in form.kinds if _totals_below(kind)}
        #: Kinds whose records have a checksum of those that belong to them.
        self.below_digests = {kind.name for kind in form.kinds if _has_digest(kind, RECORDS_BELOW)}
        self._summed = [
            column.derived.of[0]
            for kind in form.kinds
            for column in kind.columns
            if column.derived is not None and column.derived.way is DerivedName.SUM
        ]
        self._file = self._running()
        #: The group that is open, by the kind of its first record, where its last has totals of it.
        self._groups = {kind.parent: self._running() for kind in form.kinds if kind.closes}
        #: The groups that each kind is in.
        self._inside = {
            kind.name: [
                name
                for name in self._groups
                if name and (name == kind.name or self.is_below(kind, self._kinds[name]))
            ]
            for kind in form.kinds
        }
        self.ahead = any(
            column.derived is not None and column.derived.way in _OF_ALL
            for kind in form.kinds
            if (kind.at or 0) > 0
            for column in kind.columns
        )
        self._latest: dict[str, Made] = {}
        self._crc, self._sha = 0, hashlib.sha256()

    def layout(self, kind: RecordKind) -> Layout:
        """Return what records of a kind look like."""
        return self._layouts[kind.name]

    def _running(self) -> _Running:
        return _Running(dict.fromkeys(self._summed, Decimal(0)))

    def expect(self, made: Made, stays: Stays | None = None) -> None:
        """Count a record that the file has; the last of a group gets its totals."""
        if made.kind.name in self._groups:
            self._groups[made.kind.name] = self._running()
        self._file.take(made)
        for name in self._inside[made.kind.name]:
            self._groups[name].take(made)
        if made.kind.closes:
            self._fill(made, _OF_ALL, (), stays)

    def behind(self, line: bytes) -> None:
        """Note a record that was written, with its separator."""
        self._crc = zlib.crc32(line, self._crc)
        self._sha.update(line)

    def needs_following(self, kind: RecordKind) -> bool:
        """Return True if a record of the body depends on those that belong to it."""
        return kind.name in self._scoped

    def below(self, whole: Sequence[Made], index: int) -> Sequence[Made]:
        """Return the records that belong to one of the body, as far as it depends on them."""
        end, kind = index + 1, whole[index].kind
        if kind.name in self._scoped:
            while end < len(whole) and self.is_below(whole[end].kind, kind):
                end += 1
        return whole[index + 1 : end]

    def digest_below(self, made: Made, data: bytes, stays: Stays | None = None) -> None:
        """Compute the checksums of the records that belong to one, whose bytes are ``data``."""
        for index, column in enumerate(made.kind.columns):
            derived = column.derived
            if derived is not None and derived.over == RECORDS_BELOW:
                (place,) = made.kind.places(index, len(made.values))
                sums = zlib.crc32(data), hashlib.sha256(data).hexdigest()
                if not (stays and stays(column, made.values[place])):
                    made.values[place] = _digest(derived, column, *sums)

    def filled(self, made: Made, below: Sequence[Made] = (), stays: Stays | None = None) -> Made:
        """Return a record with its computed fields; all before it have theirs.

        ``below`` are those that belong to it. Where ``stays`` says so, a field keeps the value
        that it has; so does a checksum of what is below.
        """
        ways = frozenset(DerivedName) - (_OF_ALL if made.kind.closes else frozenset())
        self._fill(made, ways, below, stays)
        self._latest[made.kind.name] = made
        return made

    def _fill(
        self,
        made: Made,
        ways: Collection[DerivedName],
        below: Sequence[Made],
        stays: Stays | None,
    ) -> None:
        for index, column in enumerate(made.kind.columns):
            if column.derived is None or column.derived.way not in ways:
                continue
            where = made.kind.places(index, len(made.values))[0]
            if where < len(made.values) and not (stays and stays(column, made.values[where])):
                found = self._value(made, column, below)
                if found is not None:
                    made.values[where] = found

    def _total(self, kind: RecordKind) -> _Running | None:
        """Return what is counted of all that a record of a kind has totals of, if it is at hand."""
        if kind.closes:
            return self._groups[kind.parent]
        return None if kind.at is None else self._file

    def _value(self, made: Made, column: Column, below: Sequence[Made]) -> bytes | None:
        """Return a computed value; None, if what it follows from cannot be read."""
        derived, kind = column.derived, made.kind
        assert derived is not None  # noqa: S101 - asked before
        match derived.way:
            case DerivedName.SAME:
                return self._same(derived, column)
            case DerivedName.REPETITIONS:
                assert kind.repeat is not None  # noqa: S101 - profiles without are refused
                single = len(kind.columns) - kind.repeat.width
                times = (len(made.values) - single) // kind.repeat.width
                return column.type.spell(b"%d" % times)
            case DerivedName.COUNT:
                return column.type.spell(b"%d" % self._count(kind, derived.of, below))
            case DerivedName.SUM:
                total = self._sum(made, derived.of[0], below)
                return None if total is None else column.type.spell(f"{total:f}".encode())
            case DerivedName.DIGEST:
                if derived.over == RECORDS_BELOW:
                    return None
                return _digest(derived, column, self._crc, self._sha.hexdigest())
            case _:
                assert_never(derived.way)

    def _count(self, kind: RecordKind, names: Sequence[str], below: Sequence[Made]) -> int:
        """Count the records of some kinds: in the file, or below a record of the body."""
        if running := self._total(kind):
            return sum(running.counts[name] for name in names)
        return sum(one.kind.name in names for one in below)

    def _sum(self, made: Made, of: str, below: Sequence[Made]) -> Decimal | None:
        """Add up a column: in the file, or in a record of the body and below it."""
        if running := self._total(made.kind):
            return running.sums[of]
        total: Decimal | None = Decimal(0)
        for one in (made, *below):
            if total is not None and of.startswith(f"{one.kind.name}."):
                total = _added(total, one, of)
        return total

    def _same(self, derived: Derived, column: Column) -> bytes:
        owner, _, name = derived.of[0].partition(".")
        source = self._latest.get(owner)
        if source is None:
            # Of a record alone: any value, until the file is there.
            return (column.type.nth(0) or "").encode()
        index = [c.name for c in source.kind.columns].index(name)
        value = next(iter(source.of(index)), b"")
        return carried(value, source.kind.columns[index], column)

    def is_below(self, kind: RecordKind | None, above: RecordKind) -> bool:
        """Return True if records of a kind belong to those of another."""
        while kind is not None and kind.parent is not None:
            if kind.parent == above.name:
                return True
            kind = self._kinds[kind.parent]
        return False


#: Values that are known only when everything after them is known.
_OF_ALL = frozenset({DerivedName.COUNT, DerivedName.SUM})


def _totals_below(kind: RecordKind) -> bool:
    """Return True if a record of the body depends on those that belong to it."""
    ways = {column.derived.way for column in kind.columns if column.derived}
    return kind.total_of == kind.name and (
        not _OF_ALL.isdisjoint(ways) or _has_digest(kind, RECORDS_BELOW)
    )


def _has_digest(kind: RecordKind, over: str) -> bool:
    return any(
        column.derived is not None and column.derived.over == over for column in kind.columns
    )


def _digest(derived: Derived, column: Column, crc: int, sha: str) -> bytes:
    """Return a checksum as a column writes it."""
    if derived.digest == "crc-32" and column.type.reads_as is Meaning.NUMBER:
        return column.type.spell(b"%d" % crc)
    found = b"%08x" % crc if derived.digest == "crc-32" else sha.encode()
    fits = column.type.judge(lambda pattern: re.compile(pattern).fullmatch)
    return found if fits(found) is None else found.upper()


def _added(total: Decimal, made: Made, of: str) -> Decimal | None:
    """Return ``total`` with the values of a column of a record; None, if one cannot be read."""
    kind, name = made.kind, of.partition(".")[2]
    names = [column.name for column in kind.columns]
    place = names.index(
        name if name in names or kind.repeat is None else f"{kind.repeat.name}.{name}"
    )
    same = kind.columns[place].type.same
    try:
        return total + sum(Decimal(same(v).decode()) for v in made.of(place) if v)
    except (InvalidOperation, ValueError, IndexError):
        return None
