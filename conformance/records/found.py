"""The records and rows of a file that conforms, or nearly, and where each value of them is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from conformance.content import Content
from conformance.model.column import Column
from conformance.model.derived import DerivedName
from conformance.model.record_kind import RecordKind
from conformance.records import assembly
from conformance.records.computing import Made, Stays, Totals
from conformance.records.engine import DEFAULT
from conformance.records.kind_plan import KindPlan
from conformance.records.kinds import kinds_of
from conformance.records.layout import Layout
from conformance.records.lines import Run, lines, rows
from conformance.records.plan import plan_of
from conformance.records.splitting import Field

#: Bytes of a file that are cut into records together.
_SIZE = 1 << 16


class Found(Struct, frozen=True):
    """A record: its number (from 1), byte offset, bytes and fields; ``kind`` None: not known."""

    number: int
    offset: int
    line: bytes
    fields: tuple[Field, ...]
    kind: RecordKind | None

    @property
    def end(self) -> int:
        """The offset behind its last byte, without the separator."""
        return self.offset + len(self.line)


class Spot(Struct, frozen=True):
    """Where a value of a row is: the number of its record and field, and its byte offset."""

    record: int
    field: int
    offset: int


class Row(Struct, frozen=True):
    """A row, by its ``index`` from 0: its record, its fields as written and as values.

    ``spots`` is where each field is.
    """

    index: int
    record: Found
    raw: tuple[bytes, ...]
    fields: tuple[bytes, ...]
    spots: tuple[Spot, ...]

    @property
    def number(self) -> int:
        """The number of its record, from 1."""
        return self.record.number

    @property
    def offset(self) -> int:
        """The byte offset of its record."""
        return self.record.offset

    @property
    def line(self) -> bytes:
        """The bytes of its record."""
        return self.record.line

    @property
    def length(self) -> int:
        """Bytes of its record, its separator not counted."""
        return len(self.record.line)

    @property
    def written(self) -> tuple[bytes, ...]:
        """The fields of its record, as they are written."""
        return tuple(field.raw for field in self.record.fields)

    def start(self, field: int) -> int:
        """The offset in the file of the value ``field`` (from 1) of the row."""
        return self.spots[field - 1].offset


def records_in(layout: Layout, data: bytes) -> list[Found]:
    """Return the records of a file; the names of columns before them do not count as one."""
    separator, form = layout.dialect.record_separator, layout.format
    lines = data.split(separator)
    if not lines[-1]:
        lines.pop()
    kinds = kinds_of(layout, DEFAULT) if form.several else None
    alone = plan_of(layout, DEFAULT).splitter
    found: list[Found] = []
    offset = 0
    for number, line in enumerate(lines, 1):
        if not (form.header and number == 1):
            split, kind = alone, None if kinds else form.kinds[0]
            if kinds is not None:
                plan = kinds.recognise(line, number, number - len(lines) - 1)
                split, kind = (plan.plan.splitter, plan.kind) if plan else (split, None)
            found.append(Found(number, offset, line, split.fields(line), kind))
        offset += len(line) + len(separator)
    return found


def rows_in(layout: Layout, data: bytes) -> list[Row]:
    """Return the rows of a file, in order; those of records that are not whole are left out."""
    form = layout.format
    unit = form.kind_called(form.unit.partition(".")[0])
    latest: dict[str, tuple[Field, Spot]] = {}
    rows: list[Row] = []
    for record in records_in(layout, data):
        kind = record.kind
        if kind is None or (form.several and not kind.has_count(len(record.fields))):
            continue
        if kind.name != unit.name:
            for index, column in enumerate(kind.columns):
                place = next(iter(kind.places(index, len(record.fields))), index)
                latest[f"{kind.name}.{column.name}"] = _at(record, place)
            continue
        for values in (
            kind.rows(len(record.fields)) if form.several else [range(len(record.fields))]
        ):
            own = [_at(record, place) for place in values]
            above = [latest[c.name] for c in form.columns[len(form.own) :] if c.name in latest]
            both = [*own, *above]
            rows.append(
                Row(
                    len(rows),
                    record,
                    tuple(field.raw for field, _ in both),
                    tuple(field.value for field, _ in both),
                    tuple(spot for _, spot in both),
                )
            )
    return rows


def _at(record: Found, place: int) -> tuple[Field, Spot]:
    if place >= len(record.fields):
        # A field that is left out, at the end of its record.
        return Field(b"", len(record.line), b""), Spot(record.number, place + 1, record.end)
    field = record.fields[place]
    return field, Spot(record.number, place + 1, record.offset + field.start)


def rewritten(layout: Layout, data: bytes, rows: Iterable[Sequence[bytes]]) -> bytes:
    """Return a file with other rows, in which the records that these do not say are as before."""
    there: dict[str, list[list[bytes]]] = {}
    for record in records_in(layout, data) if layout.format.several else ():
        if record.kind is not None:
            values = [field.value for field in record.fields]
            there.setdefault(record.kind.name, []).append(values)

    def others(kind: RecordKind) -> list[list[bytes]]:
        known = there.get(kind.name, [])
        found, known[:] = known[: max(kind.occurs.minimum, 1)], known[max(kind.occurs.minimum, 1) :]
        if kind.occurs.minimum and not known:
            known.extend(found)  # there may be more groups now
        return found

    return assembly.file(layout, rows, others)


def recomputed(
    layout: Layout, data: bytes, kept: Stays | None = None
) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield the records whose computed fields are not right: offset, bytes, and what they become.

    Records are read as they are checked, in spite of wrong separators. Where ``kept`` says so, a
    value stays as it is. Where a record is of no kind, or has another number of fields than its
    kind, only checksums are computed: others cannot be. The last ones come first, so that each can
    be put in its place.
    """
    read = list(_as_checked(layout, data))
    found = [record for record, _ in read]
    whole = [one for one in found if one.kind is not None and one.kind.has_count(len(one.fields))]
    damaged = _is_damaged if len(whole) == len(found) else _is_not_checksum

    def stays(column: Column, value: bytes) -> bool:
        return damaged(column, value) or (kept is not None and kept(column, value))

    made = [Made(one.kind, [f.value for f in one.fields]) for one in whole if one.kind]
    totals, indexes = Totals(layout), {one.number: i for i, one in enumerate(whole)}
    before = [list(one.values) for one in made]
    for one in made:
        totals.expect(one, stays)
    if totals.below_digests:
        _digest_below(totals, read, dict(zip(indexes, made, strict=True)), stays)
    changed = []
    for record, separator in read:
        index, line = indexes.get(record.number), record.line
        if index is not None:
            filled = totals.filled(made[index], totals.below(made, index), stays)
            if filled.values != before[index]:
                line = _with(totals.layout(filled.kind), record, filled)
        if line != record.line:
            changed.append((record.offset, record.line, line))
        totals.behind(line + separator)
    yield from reversed(changed)


def _as_checked(layout: Layout, data: bytes) -> Iterator[tuple[Found, bytes]]:
    """Yield the records of a file as a check cuts it, each with what separates it from the next.

    The last one has a separator as well. A record in fragments is of no kind.
    """
    kinds, separator = kinds_of(layout, DEFAULT), layout.dialect.record_separator
    cut: list[tuple[int, int, bytes, bool]] = []
    for event in lines(Content.of_bytes("", data), 0, kinds.cut, _SIZE):
        if isinstance(event, Run):
            cut += [(at, at + len(line), event.separator, True) for _, at, line in rows(event)]
            continue
        start = cut.pop()[0] if event.follows else event.offset
        end = event.offset + event.length
        cut.append((start, end, event.separator or separator, not event.fragment))
    for number, (start, end, behind, is_whole) in enumerate(cut, 1):
        line = data[start:end]
        plan = kinds.recognise(line, number, number - len(cut) - 1) if is_whole else None
        fields = _read(plan, line) if plan else ()
        yield Found(number, start, line, fields, plan.kind if plan else None), behind


def _read(plan: KindPlan, line: bytes) -> tuple[Field, ...]:
    """Return the fields of a record, between wrong separators as well."""
    right, splitter = plan.respaced(line) or line, plan.plan.splitter
    split = splitter.split(right) if plan.kind.is_plain else None
    return split.fields if split and split.readable else splitter.fields(right)


def _digest_below(
    totals: Totals, read: Sequence[tuple[Found, bytes]], made: Mapping[int, Made], stays: Stays
) -> None:
    """Compute the checksums of the records that belong to others, the last ones first.

    ``made`` are records as they become, by their numbers.
    """
    whole = list(made.values())
    for index, one in enumerate(whole):
        totals.filled(one, totals.below(whole, index), stays)
    found = [record for record, _ in read]
    parts = [
        _with(totals.layout(made[one.number].kind), one, made[one.number]) + separator
        if one.number in made
        else one.line + separator
        for one, separator in read
    ]
    for index in reversed(range(len(found))):
        own = made.get(found[index].number)
        if own is not None and own.kind.name in totals.below_digests:
            end = index + 1
            while end < len(found) and totals.is_below(found[end].kind, own.kind):
                end += 1
            totals.digest_below(own, b"".join(parts[index + 1 : end]), stays)
            parts[index] = _with(totals.layout(own.kind), found[index], own) + read[index][1]


def _with(layout: Layout, record: Found, made: Made) -> bytes:
    """Return the bytes of a record with the values that it has now; the others stay as written."""
    line = record.line
    fields = zip(record.fields, made.values, made.places, strict=True)
    for field, value, place in reversed(list(fields)):
        if field.value != value:
            end = field.start + len(field.raw)
            line = line[: field.start] + layout.field(place, value) + line[end:]
    return line


def _is_not_checksum(column: Column, value: bytes) -> bool:
    digest = column.derived is not None and column.derived.way is DerivedName.DIGEST
    return not digest or _is_damaged(column, value)


def _is_damaged(column: Column, value: bytes) -> bool:
    """Return True if a value is not of its column's form, so that it is not computed again."""
    if not value:
        return not column.nullable
    kind = column.type
    fits = re.fullmatch(kind.expression(b""), value) is not None or not kind.exact
    return not fits or kind.judge(lambda pattern: re.compile(pattern).fullmatch)(value) is not None
