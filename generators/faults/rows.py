"""Editing the records of a draft's CSV file, with the place of what is edited."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from conformance.findings import Place
from conformance.model.column import carried
from conformance.model.requirement import Kind
from conformance.records import Layout, writing
from conformance.records.engine import DEFAULT
from conformance.records.plan import plan_of
from generators.draft import Draft, layout_of
from generators.faults.fault import Change, Faulty, edit_bytes
from generators.teller import REPORT


class Row(Struct, frozen=True):
    """A record: its number (from 1), byte offset, bytes, and fields, as written and as values."""

    number: int
    offset: int
    line: bytes
    raw: tuple[bytes, ...]
    fields: tuple[bytes, ...]

    @property
    def length(self) -> int:
        """Bytes of the record, its separator not counted."""
        return len(self.line)

    def start(self, field: int) -> int:
        """The offset in the file of field ``field`` (from 1)."""
        return self.offset + sum(len(f) + 1 for f in self.raw[: field - 1])


def rows(draft: Draft) -> list[Row]:
    """The records of the draft's file."""
    return rows_of(draft.layout, draft.csv or b"")


def rows_of(layout: Layout, data: bytes) -> list[Row]:
    """Return the records of a file that looks like ``layout``."""
    separator, split = layout.dialect.record_separator, plan_of(layout, DEFAULT).splitter.fields
    lines = data.split(separator)
    if not lines[-1]:
        lines.pop()
    found: list[Row] = []
    offset = 0
    for number, line in enumerate(lines, 1):
        fields = split(line)
        raw, values = tuple(one.raw for one in fields), tuple(one.value for one in fields)
        found.append(Row(number, offset, line, raw, values))
        offset += len(line) + len(separator)
    return found


def joined(row: Row, raw: Sequence[bytes], separator: bytes = b",") -> bytes:
    """Return a record of these fields that ends as ``row`` does."""
    end = row.line[len(b",".join(row.raw)) :]
    return separator.join(raw) + end.replace(b",", separator)


def has_room(draft: Draft) -> bool:
    """Return True if the file may have one record more."""
    return draft.format.has_room_for(len(rows(draft)) + 1)


def middle(draft: Draft) -> Row:
    """A record that is neither the first nor the last, if there is one."""
    found = rows(draft)
    return found[len(found) // 2]


def written(draft: Draft, values: Sequence[bytes]) -> bytes:
    """Return a record of the file with these values."""
    return writing.record(draft.layout, values)


def set_field(draft: Draft, row: Row, field: int, value: bytes) -> Faulty:
    """The draft with ``value`` in field ``field`` (from 1) of ``row``, as the file writes it."""
    return set_raw(draft, row, field, draft.layout.field(field - 1, value))


def set_raw(draft: Draft, row: Row, field: int, raw: bytes) -> Faulty:
    """The draft with the bytes ``raw`` in field ``field`` (from 1) of ``row``."""
    start = row.start(field)
    changed, change = edit_bytes(draft, start, len(row.raw[field - 1]), raw)
    place = Place(None, row.number, field, start)
    return Faulty(changed, (change,), place)


def in_report(draft: Draft, fields: Sequence[bytes]) -> Row | None:
    """Return the record of the report with the communication of a record, if it is there."""
    layout, form = layout_of(draft.profile, Kind.REPORT), draft.format
    report = layout.format
    keys = [(report.index(name), form.index(name)) for name in report.key]
    for row in rows_of(layout, draft.files[REPORT]):
        if all(
            row.fields[place] == carried(fields[own], form.columns[own], report.columns[place])
            for place, own in keys
        ):
            return row
    return None


def set_record(draft: Draft, row: Row, value: bytes) -> tuple[Draft, Change]:
    """The draft with the bytes ``value`` in place of ``row``, its separator left alone."""
    return edit_bytes(draft, row.offset, row.length, value)


def added(draft: Draft, *lines: bytes) -> tuple[Draft, Change]:
    """Return the draft with records more at its end."""
    data = draft.csv or b""
    return edit_bytes(draft, len(data), 0, behind(draft.layout, data, lines))


def behind(layout: Layout, data: bytes, lines: Sequence[bytes]) -> bytes:
    """Return what records more are behind a file that looks like ``layout``."""
    separator = layout.dialect.record_separator
    if layout.ended:
        return b"".join(line + separator for line in lines)
    return (separator if data else b"") + separator.join(lines)


def without(draft: Draft, row: Row) -> tuple[Draft, Change]:
    """Return the draft without a record, one of several."""
    last = row.offset + row.length == len(draft.csv or b"")
    return edit_bytes(draft, row.offset - last, row.length + 1, b"")
