"""Faults in bytes and records: clause 6.1, and the form that a profile gives to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from conformance.findings import Place
from conformance.model.requirement import Kind, Requirement
from conformance.records.found import Row
from conformance.records.splitting import Field
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
#: The control characters but CR and LF, which separate records, and three that have names here.
CONTROLS = (*range(0x01, 0x0A), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F)
#: What programs leave at the end of a file, and readers drop there.
_LAST = (
    ("control-z", "the DOS end-of-file character 0x1a", b"\x1a"),
    ("null", "a NUL byte", b"\0"),
    ("vertical-tab", "a vertical tab", b"\x0b"),
    ("form-feed", "a form feed", b"\x0c"),
)
#: Those that other files than ADT Files are given, so that there are not too many cases.
_FEW_CONTROLS = (0x07, 0x7F)


def whole(change: Callable[[bytes], bytes], place: Place) -> Callable[[Draft], Faulty]:
    """A fault that rewrites the whole file."""

    def apply(draft: Draft) -> Faulty:
        old = draft.csv or b""
        changed, recorded = edit_bytes(draft, 0, len(old), change(old))
        return Faulty(changed, (recorded,), place)

    return apply


def _replacing(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new)


def _encoded(name: str) -> Callable[[bytes], bytes]:
    return lambda data: data.decode("latin-1").encode(name)


def _joined_by(separator: bytes) -> Callable[[Row], bytes]:
    return lambda row: joined(row, row.written, separator)


def _after_first(extra: bytes) -> Callable[[Row], bytes]:
    """The record with ``extra`` at the end of its first field that does not tell its kind."""

    def change(row: Row) -> bytes:
        first = _first(row)
        end = first.start + len(first.raw) - first.raw.endswith(b'"')
        return row.line[:end] + extra + row.line[end:]

    return change


def _inside_first(extra: bytes) -> Callable[[Row], bytes]:
    """The record with ``extra`` inside its first field that does not tell its kind."""

    def change(row: Row) -> bytes:
        inside = _first(row).start + 2
        return row.line[:inside] + extra + row.line[inside:]

    return change


def _first(row: Row) -> Field:
    kind, fields = row.record.kind, row.record.fields
    tagged = kind is not None and kind.tag is not None and kind.tag[0] == 0
    return fields[min(tagged, len(fields) - 1)]


def _record(
    change: Callable[[Row], bytes], *, record: bool = True, field: int | None = None
) -> Callable[[Draft], Faulty]:
    """A fault that rewrites one record, in the middle of the file."""

    def apply(draft: Draft) -> Faulty:
        row = middle(draft)
        changed, recorded = set_record(draft, row, change(row))
        return Faulty(changed, (recorded,), Place(None, row.number if record else None, field))

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
            _record(_joined_by(other)),
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


@operator("record-sign-absent")
def record_sign(_: Draft, requirement: Requirement) -> Iterator[Variant]:
    """The sign that is the separator in the descriptions, in the file itself (6.1)."""
    sign = requirement.parameters["sign"].encode()
    yield (
        "at-the-end-of-a-record",
        "the sign U+25B2 before a line feed",
        _record(lambda row: joined(row, [*row.written[:-1], row.written[-1] + sign])),
    )
    yield (
        "in-a-field",
        "the sign U+25B2 inside a field",
        _record(_inside_first(sign)),
    )


@operator("characters")
def characters(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Characters that the profile does not admit."""
    if draft.format.characters == "utf-8":
        return
    inside = {
        "latin-letter": ("an accented letter in UTF-8", "\u00e9".encode()),
        "invalid-utf-8": ("a byte that is not UTF-8", b"\xe9"),
    }
    if draft.layout.latin:
        inside = {"latin-control": ("a control character of Latin-1", b"\x9f")}
    if draft.format.characters != "ascii":
        inside |= {
            "null-character": ("a NUL byte", b"\0"),
            "form-feed": ("a form feed", b"\x0c"),
            "escape": ("an escape character", b"\x1b"),
        }
        for code in CONTROLS if draft.kind is Kind.ADT else _FEW_CONTROLS:
            title = f"the control character {code:#04x}"
            inside[f"control-{code:02x}"] = (title, bytes((code,)))
    for name in ("utf-16", "utf-16-le", "utf-16-be"):
        yield (
            name,
            f"the file in {name.upper()}",
            whole(_encoded(name), Place()),
        )
    layout = draft.layout
    # Behind other kinds it is a record of its own, behind a last comma a field, in Latin-1 it is
    # in the last value as well, and it takes the place of a separator that has to be there.
    ended = layout.readings["final-line-feed"] == "terminator"
    elsewhere = draft.format.several or layout.closed or layout.latin or ended
    if draft.format.characters != "ascii" and not elsewhere:
        for name, title, extra in _LAST:
            yield f"{name}-at-the-end", f"{title} after the last record", _behind_all(extra)
    for name, (title, extra) in inside.items():
        yield (
            name,
            f"{title} at the end of a field",
            _record(_after_first(extra)),
        )


def _behind_all(extra: bytes) -> Callable[[Draft], Faulty]:
    """Put bytes at the end of the last record, and of the file."""

    def apply(draft: Draft) -> Faulty:
        last = rows(draft)[-1]
        end = last.offset + last.length
        changed, recorded = edit_bytes(draft, end, len(draft.csv or b"") - end, extra)
        return Faulty(changed, (recorded,), Place(record=last.number))

    return apply


@operator("byte-order-mark")
def byte_order_mark(_: Draft, __: Requirement) -> Iterator[Variant]:
    """A byte order mark before the first record."""

    def apply(draft: Draft) -> Faulty:
        changed, recorded = edit_bytes(draft, 0, 0, b"\xef\xbb\xbf")
        return Faulty(changed, (recorded,), Place(offset=0))

    yield "utf-8", "a UTF-8 byte order mark at the start", apply


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

    yield "one-byte-over", f"a record of {limit + 1} bytes", _record(stretch)
    yield (
        "far-over",
        "a record four times as long",
        _record(lambda row: row.line + b"0" * (4 * limit)),
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
        yield "not-closed", "no comma after the last field", _record(lambda row: row.line[:-1])
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
        _record(lambda row: row.line + b","),
    )
    yield (
        "extra-field",
        "one field too many at the end",
        _record(lambda row: joined(row, [*row.written, _as_others(row, b"extra")])),
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
