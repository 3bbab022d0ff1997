"""A file of several kinds of records, put together from the rows of what is counted in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from conformance.errors import TadpError
from conformance.model.column import Column
from conformance.model.record_kind import RecordKind
from conformance.records import writing
from conformance.records.computing import Made, Totals
from conformance.records.layout import Layout

#: Returns the values of the records of a kind that are not in rows, each for each column.
Others = Callable[[RecordKind], Sequence[Sequence[bytes]]]


def nothing(_: RecordKind) -> Sequence[Sequence[bytes]]:
    """Return no records of a kind."""
    return ()


def lines(
    layout: Layout, rows: Iterable[Sequence[bytes]], others: Others = nothing
) -> Iterator[bytes]:
    """Yield a file of ``rows`` piece by piece; a separator is after the last if it may be."""
    separator, before = layout.dialect.record_separator, b""
    for line in _records(layout, rows, others):
        yield before + line
        before = separator
    if before and layout.ended:
        yield before


def file(layout: Layout, rows: Iterable[Sequence[bytes]], others: Others = nothing) -> bytes:
    """Return a file of ``rows``."""
    return b"".join(lines(layout, rows, others))


def record(layout: Layout, row: Sequence[bytes]) -> bytes:
    """Return the record of one row, without the separator behind it.

    Of what is computed, it has what can be known of it alone.
    """
    if not layout.format.several:
        return writing.record(layout, row)
    return Assembly(layout, nothing).alone(row)


def _records(layout: Layout, rows: Iterable[Sequence[bytes]], others: Others) -> Iterator[bytes]:
    if layout.format.header:
        yield writing.record(layout, [column.name.encode() for column in layout.format.columns])
    if layout.format.several:
        yield from Assembly(layout, others).lines(rows)
    else:
        yield from map(writing.writer(layout), rows)


class Assembly:
    """Puts files of ``layout`` together; ``others`` has what the rows do not say.

    Rows are those of the unit of the file. Neighbours that share what is above them are put
    into one record, or below one.
    """

    def __init__(self, layout: Layout, others: Others) -> None:
        self._layout = layout
        self._others = others
        form = layout.format
        self._kinds = {kind.name: kind for kind in form.kinds}
        self._names = [column.name for column in form.columns]
        self._heads = [self._names.index(column.name) for column in form.around]
        unit = self._kinds[form.unit.partition(".")[0]]
        self._chain = [*reversed(list(self._above(unit))), unit]

    def lines(self, rows: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """Yield the records of a file without their separators."""
        totals = Totals(self._layout)
        held: list[Made] = []
        # The first records may say how many follow, so all of them have to be known.
        to_the_end = totals.ahead
        for made in self._records(rows):
            to_the_end = to_the_end or (made.kind.at or 0) < 0
            if held and not to_the_end and not totals.is_below(made.kind, held[0].kind):
                yield from self._finished(totals, held)
                held = []
            totals.expect(made)
            held.append(made)
            if not to_the_end and not totals.needs_following(held[0].kind):
                yield from self._finished(totals, held)
                held = []
        yield from self._finished(totals, held)

    def _finished(self, totals: Totals, held: Sequence[Made]) -> Iterator[bytes]:
        """Yield records whose computed fields depend on none that follow them."""
        separator = self._layout.dialect.record_separator
        if totals.below_digests:
            for index, made in enumerate(held):
                totals.filled(made, totals.below(held, index))
            for index in reversed(range(len(held))):
                if held[index].kind.name in totals.below_digests:
                    below = (self._line(totals, one) for one in totals.below(held, index))
                    totals.digest_below(held[index], b"".join(one + separator for one in below))
        for index, made in enumerate(held):
            line = self._line(totals, totals.filled(made, totals.below(held, index)))
            totals.behind(line + separator)
            yield line

    def _line(self, totals: Totals, made: Made) -> bytes:
        return writing.record(totals.layout(made.kind), made.values, made.places)

    def alone(self, row: Sequence[bytes]) -> bytes:
        """Return the record of one row, without the separator behind it."""
        unit = self._chain[-1]
        totals = Totals(self._layout)
        made = totals.filled(Made(unit, self._of_row(unit, row)))
        return writing.record(totals.layout(unit), made.values, made.places)

    # --- Which records ----------------------------------------------------------------------------

    def _above(self, kind: RecordKind) -> Iterator[RecordKind]:
        while kind.parent is not None:
            kind = self._kinds[kind.parent]
            yield kind

    def _placed(self, *, first: bool) -> Iterator[RecordKind]:
        """Yield the kinds at the start of a file, or at its end, in their order."""
        found = [k for k in self._kinds.values() if k.at is not None and (k.at > 0) is first]
        yield from sorted(found, key=lambda kind: kind.at or 0)

    def _beside(self, parent: str | None) -> Iterator[Made]:
        """Yield the records below one of ``parent`` that rows do not say, and those below them."""
        for kind in self._kinds.values():
            is_there = kind in self._chain or kind.closes
            if kind.at is None and kind.parent == parent and not is_there:
                for values in self._others(kind):
                    yield self._made(kind, values)
                    yield from self._beside(kind.name)
                    yield from self._closing(kind)

    def _closing(self, parent: RecordKind) -> Iterator[Made]:
        """Yield the last record of a group that begins with one of ``parent``, if it has one."""
        for kind in self._kinds.values():
            if kind.closes and kind.parent == parent.name:
                yield from (self._made(kind, values) for values in self._others(kind))

    def _records(self, rows: Iterable[Sequence[bytes]]) -> Iterator[Made]:
        body = iter(rows)
        first = next(body, None)
        for kind in self._placed(first=True):
            for values in self._others(kind):
                yield self._made(kind, self._with_row(kind, values, first))
        yield from self._beside(None)
        if first is not None:
            yield from self._body(first, body)
        for kind in self._placed(first=False):
            for values in self._others(kind):
                yield self._made(kind, values)

    def _body(self, first: Sequence[bytes], rest: Iterator[Sequence[bytes]]) -> Iterator[Made]:
        *parents, unit = self._chain
        open_: list[Made] = []
        last: Made | None = None
        for row in chain((first,), rest):
            self._require_same(first, row)
            for level, kind in enumerate(parents):
                values = self._of_row(kind, row)
                if level < len(open_) and open_[level].values == values:
                    continue
                if last is not None:
                    yield from self._whole(last)
                    last = None
                for ended in reversed(open_[level:]):
                    yield from self._closing(ended.kind)
                del open_[level:]
                open_.append(self._made(kind, values))
                yield open_[-1]
                yield from self._beside(kind.name)
            values = self._of_row(unit, row)
            if last is not None and self._repeats(last, values):
                continue
            if last is not None:
                yield from self._whole(last)
            last = Made(unit, values)
        if last is not None:
            yield from self._whole(last)
        for ended in reversed(open_):
            yield from self._closing(ended.kind)

    def _whole(self, unit: Made) -> Iterator[Made]:
        """Yield a record that is counted, and those that belong to it."""
        yield unit
        yield from self._beside(unit.kind.name)
        yield from self._closing(unit.kind)

    def _require_same(self, first: Sequence[bytes], row: Sequence[bytes]) -> None:
        """Refuse a row that says something else of a header than the first one."""
        for place in self._heads:
            if row[place] != first[place]:
                found = " and ".join(repr(one[place].decode("latin-1")) for one in (first, row))
                raise TadpError(
                    f"{self._names[place]} is {found}, and a file has it once",
                    where=self._layout.format.kind.label,
                    remedy="make a file for each",
                )

    def _repeats(self, last: Made, values: list[bytes]) -> bool:
        """Put what repeats of a row into the record before it, if that has all else in common."""
        repeat = last.kind.repeat
        if repeat is None:
            return False
        first, width = repeat.first, repeat.width
        tail = len(last.kind.columns) - first - width
        end = len(last.values) - tail
        if last.values[:first] != values[:first] or last.values[end:] != values[first + width :]:
            return False
        most = repeat.occurs.maximum
        if most is not None and (end - first) // width >= most:
            return False
        last.values[end:end] = values[first : first + width]
        return True

    # --- What is in them --------------------------------------------------------------------------

    def _of_row(self, kind: RecordKind, row: Sequence[bytes]) -> list[bytes]:
        """Return the values of a kind that are in a row; what is computed is empty."""
        before = "" if kind is self._chain[-1] else f"{kind.name}."
        said = dict(zip(self._names, row, strict=True))
        return [
            said.get(before + column.name, b"") or self._given(column) for column in kind.columns
        ]

    def _with_row(
        self, kind: RecordKind, values: Sequence[bytes], row: Sequence[bytes] | None
    ) -> list[bytes]:
        """Return the values of a header, with those that rows have of it."""
        said = dict(zip(self._names, row or (), strict=False))
        return [
            said.get(f"{kind.name}.{column.name}") or value
            for column, value in zip(kind.columns, values, strict=False)
        ] + list(values[len(kind.columns) :])

    def _given(self, column: Column) -> bytes:
        """Return the value of a column that has one in any record."""
        if column.tag:
            return column.type.choices[0].encode()
        return self._layout.given(column) or b""

    def _made(self, kind: RecordKind, values: Sequence[bytes]) -> Made:
        given = [
            value or (self._given(kind.columns[i]) if i < len(kind.columns) else b"")
            for i, value in enumerate(values)
        ]
        return Made(kind, given)
