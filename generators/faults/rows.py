"""Editing the records of a draft's CSV file, with the place of what is edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from msgspec.structs import replace

from conformance.findings import Place
from conformance.model.column import carried
from conformance.model.counterparts import counterparts
from conformance.model.record_kind import RecordKind
from conformance.model.requirement import Kind
from conformance.model.types.value_fault import always
from conformance.records import Layout, assembly
from conformance.records.found import Found, Row, records_in, rows_in
from generators.draft import Draft, layout_of
from generators.faults.fault import DraftChange, Faulty, edit_bytes, edit_file
from generators.teller import REPORT


def rows(draft: Draft) -> list[Row]:
    """The records of the draft's file."""
    return list(_rows(draft.layout, draft.csv or b""))


# Each fault of each column asks for those of the same draft, and some for those of it changed.
@lru_cache(maxsize=4)
def _rows(layout: Layout, data: bytes) -> Sequence[Row]:
    return tuple(rows_in(layout, data))


def joined(row: Row, raw: Sequence[bytes], separator: bytes = b",") -> bytes:
    """Return a record of these fields that ends as ``row`` does."""
    end = row.line[len(b",".join(row.written)) :]
    return separator.join(raw) + end.replace(b",", separator)


def body(draft: Draft) -> list[int]:
    """Return the numbers of the records that a file may have only so many of."""
    found = records_in(draft.layout, draft.csv or b"")
    return [one.number for one in found if one.kind is None or one.kind.at is None]


def has_room(draft: Draft) -> bool:
    """Return True if the file may have one record more."""
    return draft.format.has_room_for(len(body(draft)) + 1)


def middle(draft: Draft) -> Row:
    """A record that is neither the first nor the last, if there is one."""
    found = rows(draft)
    return found[len(found) // 2]


def written(draft: Draft, values: Sequence[bytes]) -> bytes:
    """Return a record of the file with these values."""
    return assembly.record(draft.layout, values)


def set_field(draft: Draft, row: Row, field: int, value: bytes) -> Faulty:
    """The draft with ``value`` in field ``field`` (from 1) of ``row``, as the file writes it."""
    return set_raw(draft, row, field, draft.layout.field(field - 1, value))


def set_raw(draft: Draft, row: Row, field: int, raw: bytes) -> Faulty:
    """The draft with the bytes ``raw`` in field ``field`` (from 1) of ``row``."""
    start = row.start(field)
    changed, change = edit_bytes(draft, start, len(row.raw[field - 1]), raw)
    spot = row.spots[field - 1]
    place = Place(None, spot.record, spot.field, start)
    return Faulty(changed, (change,), place)


def place_of(row: Row, column: int) -> Place:
    """Return where a rule finds what is wrong at a column (from 0): in the record of the row.

    What the row has from a record above has no field there.
    """
    spot = row.spots[column]
    if spot.record != row.number:
        return Place(None, row.number, None, row.offset)
    return Place(None, spot.record, spot.field, spot.offset)


def in_report(draft: Draft, fields: Sequence[bytes]) -> Row | None:
    """Return the record of the report with the communication of a record, if it is there."""
    layout, form = layout_of(draft.profile, Kind.REPORT), draft.format
    report = layout.format
    keys = list(zip(map(report.index, report.key), map(form.index, form.key), strict=True))
    for row in _rows(layout, draft.files[REPORT]):
        if all(
            row.fields[place] == carried(fields[own], form.columns[own], report.columns[place])
            for place, own in keys
        ):
            return row
    return None


def in_report_too(draft: Draft, row: Row, number: int, change: Callable[[bytes], bytes]) -> Faulty:
    """Change a field in the file, and in the quarantine report if it has the same record there.

    Else the file would also differ from its report, which is another fault.
    """
    old = row.fields[number - 1]
    faulty = set_field(draft, row, number, change(old))
    faulty = replace(faulty, place=place_of(rows(faulty.draft)[row.index], number - 1))
    if draft.kind is not Kind.QCAF or REPORT not in draft.files:
        return faulty
    report, mine = draft.profile.files[Kind.REPORT], draft.format.columns[number - 1]
    theirs = counterparts(draft.format.columns, report.columns).get(mine.name)
    if theirs is None:
        return faulty
    position = report.index(theirs)
    there = in_report(draft, row.fields)
    if there is None:
        return faulty
    layout = layout_of(draft.profile, Kind.REPORT)
    # The report may write the same value otherwise.
    new = layout.field(position, carried(change(old), mine, report.columns[position]))
    start, length = there.start(position + 1), len(there.raw[position])
    changed, recorded = edit_file(faulty.draft, REPORT, start, length, new)
    return Faulty(changed, (*faulty.changes, recorded), faulty.place)


def changed(
    row: Row, values: Mapping[int, bytes], last: int, *, there: bool = False
) -> Callable[[Draft], Faulty]:
    """Change values of a record, by the place of their column; the one at ``last`` is wrong.

    A report that has the same record is changed as well. ``there``: what is wrong is found in the
    record that has the field, and not in those that have it from there.
    """

    def apply(draft: Draft) -> Faulty:
        changes: list[DraftChange] = []
        for place, value in values.items():
            here = rows(draft)[row.index]
            faulty = in_report_too(draft, here, place + 1, always(value))
            draft, changes = faulty.draft, [*changes, *faulty.changes]
        now = rows(draft)[row.index]
        spot = now.spots[last]
        place_there = Place(None, spot.record, spot.field, spot.offset)
        return Faulty(draft, tuple(changes), place_there if there else place_of(now, last))

    return apply


def set_record(draft: Draft, row: Row, value: bytes) -> tuple[Draft, DraftChange]:
    """The draft with the bytes ``value`` in place of ``row``, its separator left alone."""
    return edit_bytes(draft, row.offset, row.length, value)


def added(draft: Draft, *lines: bytes) -> tuple[Draft, DraftChange]:
    """Return the draft with records more behind those that it has."""
    data = draft.csv or b""
    offset, more = behind(draft.layout, data, lines)
    return edit_bytes(draft, offset, 0, more)


def behind(layout: Layout, data: bytes, lines: Sequence[bytes]) -> tuple[int, bytes]:
    """Return where records more are put into a file that looks like ``layout``, and their bytes."""
    separator = layout.dialect.record_separator
    if layout.format.several:
        # Something else may follow those that are counted.
        end = _rows(layout, data)[-1].record.end
        return end, b"".join(separator + line for line in lines)
    if layout.ended:
        return len(data), b"".join(line + separator for line in lines)
    return len(data), (separator if data else b"") + separator.join(lines)


def without(draft: Draft, row: Row) -> tuple[Draft, DraftChange]:
    """Return the draft without a record, and without the separator behind it or before it.

    What belongs to it is left out as well, and what has too few records without it.
    """
    data = draft.csv or b""
    start, end = row.offset, row.offset + row.length
    if draft.format.several:
        start, end = _span(draft, row)
    last = end == len(data)
    before = last and start > 0
    return edit_bytes(draft, start - before, end - start + (before or not last), b"")


def _span(draft: Draft, row: Row) -> tuple[int, int]:
    """Return where the records begin and end that a file cannot have without a row."""
    found = records_in(draft.layout, draft.csv or b"")
    kinds = {kind.name: kind for kind in draft.format.kinds}
    first = next(index for index, one in enumerate(found) if one.number == row.number)
    while (kind := found[first].kind) is not None:
        last = _last_below(found, first, kinds)
        above = next((i for i in range(first, -1, -1) if _is(found[i], kind.parent)), None)
        if above is None:
            break
        group = found[above : _last_below(found, above, kinds) + 1]
        if sum(_is(one, kind.name) for one in group) > kind.occurs.minimum:
            break
        first = above
    return found[first].offset, found[last].end


def _is(record: Found, name: str | None) -> bool:
    return record.kind is not None and record.kind.name == name


def _last_below(found: Sequence[Found], first: int, kinds: Mapping[str, RecordKind]) -> int:
    """Return the index of the last record that belongs to one, or of that itself."""
    last = first
    for index in range(first + 1, len(found)):
        kind = found[index].kind
        above = kind.parent if kind else None
        while above is not None and not _is(found[first], above):
            above = kinds[above].parent
        if above is None:
            break
        last = index
    return last
