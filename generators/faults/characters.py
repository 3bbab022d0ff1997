"""Faults of single characters: clause 6.1, and the characters that a profile gives to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conformance.findings import Place
from conformance.model.requirement import Kind, Requirement
from conformance.records.found import Row
from conformance.records.splitting import Field
from generators.draft import Draft
from generators.faults.dialect import in_record, whole
from generators.faults.fault import Faulty, Variant, edit_bytes, operator
from generators.faults.rows import joined, rows

#: The control characters but CR and LF, which separate records, and three that have names here.
CONTROLS = (*range(0x01, 0x0A), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F)
#: Bytes that programs leave at the end of a file, and readers drop there.
_LAST = (
    ("control-z", "the DOS end-of-file character 0x1a", b"\x1a"),
    ("null", "a NUL byte", b"\0"),
    ("vertical-tab", "a vertical tab", b"\x0b"),
    ("form-feed", "a form feed", b"\x0c"),
)
#: What programs drop at the end of a text, or read as a digit, in ADT Files.
_UNSEEN = {
    "no-break-space": ("a no-break space", "\u00a0".encode()),
    "byte-order-mark": ("a byte order mark", "\ufeff".encode()),
    "latin-control": ("a control character of Latin-1, in UTF-8,", "\u0080".encode()),
    "full-width-digit": ("a digit of full width", "\uff11".encode()),
    "beyond-16-bits": ("a digit beyond U+FFFF", "\U0001d7cf".encode()),
}
#: Those that other files than ADT Files are given, so that there are not too many cases.
_FEW_CONTROLS = (0x07, 0x7F)


def _encoded(name: str) -> Callable[[bytes], bytes]:
    return lambda data: data.decode("latin-1").encode(name)


def _after_first(extra: bytes) -> Callable[[Row], bytes]:
    """The record with ``extra`` at the end of its first field that does not show its kind."""

    def change(row: Row) -> bytes:
        first = _first(row)
        end = first.start + len(first.raw) - first.raw.endswith(b'"')
        return row.line[:end] + extra + row.line[end:]

    return change


def _inside_first(extra: bytes) -> Callable[[Row], bytes]:
    """The record with ``extra`` inside its first field that does not show its kind."""

    def change(row: Row) -> bytes:
        inside = _first(row).start + 2
        return row.line[:inside] + extra + row.line[inside:]

    return change


def _first(row: Row) -> Field:
    kind, fields = row.record.kind, row.record.fields
    tagged = kind is not None and kind.tag is not None and kind.tag[0] == 0
    return fields[min(tagged, len(fields) - 1)]


@operator("record-sign-absent")
def record_sign(_: Draft, requirement: Requirement) -> Iterator[Variant]:
    """The sign that is the separator in the descriptions, in the file itself (6.1)."""
    sign = requirement.parameters["sign"].encode()
    yield (
        "at-the-end-of-a-record",
        "the sign U+25B2 before a line feed",
        in_record(lambda row: joined(row, [*row.written[:-1], row.written[-1] + sign])),
    )
    yield (
        "in-a-field",
        "the sign U+25B2 inside a field",
        in_record(_inside_first(sign)),
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
    inside |= _UNSEEN if draft.kind is Kind.ADT else {}
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
            in_record(_after_first(extra)),
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
