"""Finds the record of a file that carries its signature, and the bytes that this is over."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.signature_record import RecordForm, RecordRole

#: Bytes at either end of a file in which the record of its signature is looked for.
MAX_RECORD = 1 << 16
#: Records at one end that are taken for signatures; those beyond are left in the file.
MAX_FOUND = 4
#: Places between other records at which one is looked for.
_MAX_HITS = 64
#: Bytes of the shortest and the longest signature by which a record is recognised without its tag.
#: A SHA-256 in hexadecimal digits, as a trailer may have it, is the base64 of 48 bytes.
_SHORTEST, _LONGEST = 56, 1 << 12

#: The separator of records.
SEPARATOR = b"\n"


def _base64(text: bytes) -> bytes:
    data = binascii.a2b_base64(text, strict_mode=True)
    if binascii.b2a_base64(data, newline=False) != text:
        # Too many signs at the end, or bits that nothing needs.
        raise ValueError
    return data


_FIELD = re.compile(rb'("(?:[^"]|"")*"|[^,]*)(?:,|\Z)')
_DECODED: dict[str, Callable[[bytes], bytes]] = {
    "base64": _base64,
    "hex": binascii.a2b_hex,
}


class Line(Struct, frozen=True):
    """A record at an end of a file: its bytes, where they begin, and where the next one would."""

    start: int
    data: bytes
    end: int

    @property
    def ended(self) -> bool:
        """Return True if a line feed is behind the record."""
        return self.end > self.start + len(self.data)


class Found(Struct, frozen=True):
    """The signature records of a file: those at its start, and those at its end, from outside in.

    ``inside``: the one between other records, looked for where there is none at either end.
    ``data`` is the file without them, as it would be without its signature: it ends in a line feed
    if the whole file does. ``records`` is the same with the separator before the last record.
    """

    first: tuple[Line, ...]
    last: tuple[Line, ...]
    data: Content
    records: Content
    inside: Line | None = None


def find_record(content: Content, form: RecordForm) -> Found | None:
    """Return the records of ``content`` that are of ``form``, or are meant to be; None: none is."""
    begin, end = 0, len(content)
    first: list[Line] = []
    last: list[Line] = []
    # At the end where it has to be first, as one record may be all that there is.
    for start in (form.first, not form.first):
        for _ in range(MAX_FOUND):
            line = (_first if start else _last)(content, begin, end)
            if line is None or not _is_record(line.data, form):
                break
            (first if start else last).append(line)
            begin, end = (line.end, end) if start else (begin, line.start)
    if not first and not last:
        return _found_inside(content, form)
    records = content.slice(begin, end - begin)
    data = records if not last or last[0].ended else without_last_separator(records)
    data = replace(data, before=(len(first), begin))
    return Found(tuple(first), tuple(last), data, records)


def without_last_separator(content: Content) -> Content:
    """Return ``content`` without the line feed that it ends in, if it does."""
    size = len(content)
    ended = content.slice(size - 1, 1).head(1) == SEPARATOR
    return content.slice(0, size - 1) if ended else content


def split(record: bytes, form: RecordForm) -> list[bytes]:
    """Return the fields of ``record``; those in quotation marks only where ``form`` has any."""
    if not form.quotes:
        return record.split(b",")
    fields = [_FIELD.match(record)]
    while (found := fields[-1]) is not None and found[0].endswith(b","):
        fields.append(_FIELD.match(record, found.end()))
    whole = [one[1] for one in fields if one is not None]
    return whole if len(whole) == len(fields) else record.split(b",")


def decoded(encoding: str, text: bytes) -> bytes:
    """Return what ``text`` is the encoding of.

    Raises:
        ValueError: it is not of that encoding.
    """
    return _DECODED[encoding](text)


def looks_signed(content: Content) -> bool:
    """Return True if the first or the last record of ``content`` may have a signature in it."""
    lines = (read(content, 0, len(content)) for read in (_first, _last))
    fields = {field for line in lines if line is not None for field in line.data.split(b",")}
    return any(_is_signature(field, name) for field in fields for name in _DECODED)


def _first(content: Content, begin: int, end: int) -> Line | None:
    """Return the first record from ``begin`` on, unless there is none or it is too long."""
    head = content.slice(begin, min(MAX_RECORD, end - begin)).head(MAX_RECORD)
    data, ended, _ = head.partition(SEPARATOR)
    if not head or (not ended and end - begin > MAX_RECORD):
        return None
    return Line(begin, data, begin + len(data) + len(ended))


def _last(content: Content, begin: int, end: int) -> Line | None:
    """Return the last record before ``end``, unless there is none or it is too long."""
    first = max(end - MAX_RECORD, begin)
    tail = content.slice(first, end - first).head(MAX_RECORD)
    record = tail.removesuffix(SEPARATOR)
    start = record.rfind(SEPARATOR) + 1
    if not tail or (start == 0 and first > begin):
        return None
    return Line(first + start, record[start:], end)


def _found_inside(content: Content, form: RecordForm) -> Found | None:
    """Return what is found if a record with all its tags and fields is between others."""
    if not form.tags:
        return None
    index, tag = min(form.tags.items())
    offset, held = 0, b""
    before = b"," if index else SEPARATOR
    hits = 0
    for chunk in content.chunks():
        block, at = held + chunk, -1
        while hits < _MAX_HITS and (at := block.find(before + tag, at + 1)) >= 0:
            hits += 1
            line = _around(content, offset - len(held) + at + 1)
            whole = len(split(line.data, form)) == len(form.columns)
            if whole and line.end - line.start < MAX_RECORD and _is_record(line.data, form):
                return _without(content, line)
        offset, held = offset + len(chunk), block[-len(tag) :]
    return None


def _around(content: Content, at: int) -> Line:
    """Return the record that the byte at the offset ``at`` is in, or as much as is looked at."""
    begin = max(at - MAX_RECORD, 0)
    head = content.slice(begin, at - begin).head(MAX_RECORD)
    tail, ended, _ = content.slice(at, MAX_RECORD).head(MAX_RECORD).partition(SEPARATOR)
    data = head[head.rfind(SEPARATOR) + 1 :] + tail
    return Line(at + len(tail) - len(data), data, at + len(tail) + len(ended))


def _without(content: Content, line: Line) -> Found:
    parts = content.slice(0, line.start).parts
    rest = content.slice(line.end, len(content) - line.end).parts
    records = Content(content.name, (*parts, *rest))
    return Found((), (), records, records, line)


def _is_record(record: bytes, form: RecordForm) -> bool:
    """Return True if ``record`` is a signature record, or one with another tag or width."""
    fields = split(record, form)
    tags = form.tags
    if tags and all(fields[i : i + 1] == [tag] for i, tag in tags.items()):
        return True
    if len(fields) != len(form.columns):
        return False
    pairs = zip(fields, form.columns, strict=True)
    return not tags or any(
        _is_signature(field, column.form)
        for field, column in pairs
        if column.role is RecordRole.SIGNATURE
    )


def _is_signature(text: bytes, encoding: str) -> bool:
    try:
        return _SHORTEST <= len(decoded(encoding, text)) <= _LONGEST
    except ValueError:
        return False
