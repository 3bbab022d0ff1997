"""Faults in bytes and records: clause 6.1, and the form that a profile gives to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from conformance.findings import Place
from conformance.model.requirement import Requirement
from conformance.records.found import Row
from generators.draft import Draft
from generators.faults.fault import Faulty, Variant, edit_bytes, operator
from generators.faults.rows import has_room, joined, middle, rows, set_record
from generators.settling import conforms

#: What is written in place of LF, and what it is called.
SEPARATORS = {
    "crlf": (b"\r\n", "CR LF"),
    "cr": (b"\r", "CR"),
    "nel": ("\u0085".encode(), "NEL (U+0085)"),
    "line-separator": ("\u2028".encode(), "the line separator U+2028"),
    "paragraph-separator": ("\u2029".encode(), "the paragraph separator U+2029"),
    "lf-cr": (b"\n\r", "LF CR"),
}
#: What programs write in place of a comma.
OTHER_SEPARATORS = b";\t|: "


def whole(change: Callable[[bytes], bytes], place: Place) -> Callable[[Draft], Faulty]:
    """A fault that rewrites the whole file."""

    def apply(draft: Draft) -> Faulty:
        old = draft.csv or b""
        changed, recorded = edit_bytes(draft, 0, len(old), change(old))
        return Faulty(changed, (recorded,), place)

    return apply


def _replacing(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new)


def _joined_by(separator: bytes) -> Callable[[Row], bytes]:
    return lambda row: joined(row, row.written, separator)


def in_record(change: Callable[[Row], bytes]) -> Callable[[Draft], Faulty]:
    """A fault that rewrites one record, in the middle of the file."""

    def apply(draft: Draft) -> Faulty:
        row = middle(draft)
        changed, recorded = set_record(draft, row, change(row))
        return Faulty(changed, (recorded,), Place(None, row.number))

    return apply


@operator("field-separator")
def field_separator(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Something else than a comma between fields (6.1)."""
    if len(draft.format.columns) == 1:
        return
    for name, other in (("semicolon", b";"), ("tab", b"\t"), ("pipe", b"|")):
        if other in (draft.csv or b""):
            continue  # There would be more fields than there were.
        yield (
            f"{name}-everywhere",
            f"a {name} in place of every comma",
            whole(_replacing(b",", other), Place(record=1)),
        )
        yield (
            f"{name}-in-one-record",
            f"a {name} in place of the commas of one record",
            in_record(_joined_by(other)),
        )


@operator("record-separator")
def record_separator(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Something else than LF between records (6.1), or one that may not be there, or has to."""
    yield from _at_the_end(draft)
    if b"\n" not in (draft.csv or b""):
        return
    for name, (other, title) in SEPARATORS.items():
        yield (
            f"{name}-everywhere",
            f"{title} in place of every LF",
            whole(_replacing(b"\n", other), Place(record=1)),
        )
        yield f"{name}-after-one-record", f"{title} in place of one LF", _one_separator(other)


def _at_the_end(draft: Draft) -> Iterator[Variant]:
    """Yield what a profile asks of the end of the file, done otherwise."""
    data = draft.csv or b""
    last = data.removesuffix(b"\n").count(b"\n") + 1
    if draft.layout.readings["final-line-feed"] != "separator" and data.endswith(b"\n"):
        for name, (other, title) in islice(SEPARATORS.items(), 2):
            apply = _end(len(data) - 1, other, last)
            yield f"{name}-at-the-end", f"{title} in place of the last LF", apply
    match draft.layout.readings["final-line-feed"]:
        case "terminator" if data.endswith(b"\n"):
            yield "none-at-the-end", "no LF after the last record", _end(len(data) - 1, b"", last)
        case "separator" if data:
            yield "at-the-end", "an LF after the last record", _end(len(data), b"\n", last)


def _end(offset: int, new: bytes, number: int) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        length = len(draft.csv or b"") - offset
        changed, recorded = edit_bytes(draft, offset, length, new)
        return Faulty(changed, (recorded,), Place(record=number, offset=offset))

    return apply


def _one_separator(other: bytes) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        record = rows(draft)[max(0, len(rows(draft)) // 2 - 1)].record
        changed, recorded = edit_bytes(draft, record.end, 1, other)
        return Faulty(changed, (recorded,), Place(record=record.number))

    return apply


@operator("header-absent")
def header(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A record of headings before the data."""
    if draft.format.header or any(kind.at == 1 for kind in draft.format.kinds):
        return  # Then it is a record in another place.

    def apply(draft: Draft) -> Faulty:
        names = ",".join(column.name for column in draft.format.own)
        changed, recorded = edit_bytes(draft, 0, 0, names.encode() + b"\n")
        return Faulty(changed, (recorded,), Place(record=1))

    yield "column-names", "the names of the columns as first record", apply


@operator("record-length")
def record_length(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A record that is longer than the profile admits."""
    limit = draft.format.maximum_record_bytes

    def stretch(row: Row) -> bytes:
        return row.line + b"0" * (limit + 1 - row.length)

    yield "one-byte-over", f"a record of {limit + 1} bytes", in_record(stretch)
    yield (
        "far-over",
        "a record four times as long",
        in_record(lambda row: row.line + b"0" * (4 * limit)),
    )


def _as_others(row: Row, value: bytes) -> bytes:
    """Return a value as the first field is written: in quotes, or not."""
    return b'"' + value + b'"' if row.written[0].startswith(b'"') else value


@operator("field-count")
def field_count(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Too few or too many fields."""
    several = any(not kind.is_plain for kind in draft.format.kinds)
    # Where the number of fields varies, null after the last comma is not there without it.
    if draft.layout.closed and (not several or middle(draft).written[-1]):
        yield (
            "not-closed",
            "no comma after the last field",
            in_record(lambda row: row.line[:-1]),
        )
    # Of a single field, null would be left, and not too few fields.
    if len(draft.format.columns) > 1:
        for name, title, kept in (
            ("last-field-missing", "the last comma and field left out", slice(None, -1)),
            ("first-field-missing", "the first field and comma left out", slice(1, None)),
        ):
            row = _clearly_short(draft, kept)
            if row is not None and not (kept.start and draft.format.columns[0].tag):
                yield name, title, _shortened(row, kept)
    yield (
        "extra-null-field",
        "one comma too many at the end",
        in_record(lambda row: row.line + b","),
    )
    yield (
        "extra-field",
        "one field too many at the end",
        in_record(lambda row: joined(row, [*row.written, _as_others(row, b"extra")])),
    )
    if len(draft.format.columns) > 1 and not draft.format.several and has_room(draft):
        if not draft.format.header:
            yield "blank-record-at-start", "an empty record at the start", _empty_first
        if draft.layout.ended or len(rows(draft)) > 2:
            yield "blank-record", "an empty record in the middle", _blank(last=False)
        if draft.layout.ended:
            yield "blank-record-at-end", "an empty record at the end", _blank(last=True)


def _shortened(row: Row, kept: slice) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        changed, recorded = set_record(draft, row, joined(row, row.written[kept]))
        return Faulty(changed, (recorded,), Place(record=row.number))

    return apply


def _clearly_short(draft: Draft, kept: slice) -> Row | None:
    """Return a record, the middle one if it can be, of which some fields are clearly too few.

    Where a text goes on as the next column could, another separator may as well be in its midst.
    """
    columns = draft.layout.columns

    def is_whole(line: bytes) -> bool:
        return all(
            conforms(column.type, field) if field else column.nullable
            for column, field in zip(columns, line.split(b","), strict=True)
        )

    found = rows(draft)
    start = len(found) // 2
    for row in found[start:] + found[:start]:
        line = b",".join(row.fields[kept])
        marks = [i for i, byte in enumerate(line) if byte in OTHER_SEPARATORS]
        if not any(is_whole(line[:i] + b"," + line[i + 1 :]) for i in marks):
            return row
    return None


def _blank(*, last: bool) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        return empty_after(draft, rows(draft)[-1] if last else middle(draft))

    return apply


def _empty_first(draft: Draft) -> Faulty:
    changed, recorded = edit_bytes(draft, 0, 0, b"\n")
    return Faulty(changed, (recorded,), Place(record=1))


def empty_after(draft: Draft, row: Row) -> Faulty:
    """Return the draft with an empty record behind one."""
    offset = row.offset + row.length + 1
    changed, recorded = edit_bytes(draft, offset, 0, b"\n")
    return Faulty(changed, (recorded,), Place(record=row.number + 1))
