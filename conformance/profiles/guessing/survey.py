"""The records of samples, read in parts, and what is seen of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.requirement import Kind
from conformance.profiles.guessing.seen import Seen

#: The longest record that is read, and the first records that are kept to look for a key.
LONGEST, KEPT = 1 << 16, 20_000
_QUOTED = re.compile(rb'(?:^|(?<=,))(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)')
_MARK = b"\xef\xbb\xbf"
_PRINTABLE = bytes(range(0x20, 0x7F))
_ASCII = bytes(range(0x80))


class Survey(Struct):
    """What was seen of the files of one kind, whose records have ``seen`` as their fields."""

    kind: Kind
    files: list[str] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    records: int = 0
    longest: int = 0  #: of the records, in bytes
    kept: list[tuple[bytes, ...]] = field(default_factory=list)  #: the first records
    marked: bool = False  #: a file begins with a byte order mark
    carriage: bool = False  #: records end in CR LF
    quoted: bool = False  #: fields are in quotation marks
    controls: bool = False  #: there are control characters
    beyond: bool = False  #: there are characters beyond ASCII
    other: bool = False  #: there are bytes that are not UTF-8
    ended: bool = True  #: all files end with a line feed

    def take(self, content: Content) -> None:
        """Look at the records of a further file.

        Raises:
            TadpError: it has no records, or records that do not have one number of fields.
        """
        self.files.append(content.name)
        before = self.records
        for lines, ended in _parts(content):
            self._lines(content.name, lines, self.records - before)
            self.ended &= ended
        if self.records == before:
            raise TadpError("has no records, so that nothing can be guessed", where=content.name)

    def _lines(self, name: str, lines: list[bytes], before: int) -> None:
        if not before and lines[0].startswith(_MARK):
            self.marked = True
            lines[0] = lines[0].removeprefix(_MARK)
        whole = b"\n".join(lines)
        if b"\r" in whole and all(line.endswith(b"\r") for line in lines):
            self.carriage = True
            lines = [line.removesuffix(b"\r") for line in lines]
            whole = b"\n".join(lines)
        self._characters(whole.replace(b"\n", b""))
        rows = self._rows(whole, lines)
        self.longest = max(self.longest, *map(len, lines))
        if not self.seen:
            self.seen = [Seen() for _ in rows[0]]
        self._require_one_form(name, rows, before)
        for seen, values in zip(self.seen, zip(*rows, strict=True), strict=True):
            seen.take(set(values), len(values), values.count(b""))
        self.kept += map(tuple, rows[: KEPT - len(self.kept)])
        self.records += len(rows)

    def _characters(self, data: bytes) -> None:
        if data.translate(None, _PRINTABLE):
            rest = data.translate(None, _ASCII)
            self.controls |= len(data.translate(None, _PRINTABLE)) > len(rest)
            self.beyond |= bool(rest)
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                self.other = True

    def _rows(self, whole: bytes, lines: list[bytes]) -> list[list[bytes]]:
        if b'"' not in whole:
            return [line.split(b",") for line in lines]
        rows = [_fields(line) for line in lines]
        self.quoted |= any(row is not None for row in rows)
        return [
            line.split(b",") if row is None else row for line, row in zip(lines, rows, strict=True)
        ]

    def _require_one_form(self, name: str, rows: Sequence[Sequence[bytes]], before: int) -> None:
        """Complain of records with different numbers of fields."""
        width = len(self.seen)
        for number, row in enumerate(rows, before + 1):
            if len(row) != width:
                found = _count(len(row)) if row != [b""] else "nothing in it"
                raise TadpError(
                    f"record {number:,} has {found}, where others have {_count(width)}: several "
                    "kinds of records, such as headers, are not guessed",
                    where=name,
                    remedy="guess from a copy with one kind of records only",
                )


def _parts(content: Content) -> Iterator[tuple[list[bytes], bool]]:
    """Yield the records of a file, some thousands at a time, and whether the last one is ended.

    Raises:
        TadpError: a record is longer than any profile admits.
    """
    rest = b""
    for chunk in content.chunks():
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST:
            what = f"has a record of more than {LONGEST:,} bytes, which no profile admits"
            raise TadpError(what, where=content.name)
        if lines:
            yield lines, True
    if rest:
        yield [rest], False


def _count(fields: int) -> str:
    return f"{fields} field{'s' * (fields != 1)}"


def _fields(line: bytes) -> list[bytes] | None:
    """Return the fields of a record as RFC 4180 has them; nothing if it has them otherwise."""
    fields, at = [], 0
    while at <= len(line):
        found = _QUOTED.match(line, at)
        if found is None:
            return None
        quoted, plain = found.groups()
        fields.append(plain if quoted is None else quoted.replace(b'""', b'"'))
        at = found.end() + 1
    return fields if b'"' in line else line.split(b",")
