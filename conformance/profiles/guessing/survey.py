"""The records of samples, and what is seen of their columns and of the files as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct, field

from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.requirement import Kind
from conformance.model.schema import schema_of
from conformance.phrases import counted
from conformance.profiles.guessing.parts import Apart, Row, parts, quoted_fields
from conformance.profiles.guessing.seen import Seen

#: The first records of a kind that are kept to look for a key.
KEPT = 20_000
#: Records behind the first one that show whether that has names.
_FOLLOWING = 50
_MARK = b"\xef\xbb\xbf"
_PRINTABLE = bytes(range(0x20, 0x7F))
_ASCII = bytes(range(0x80))
#: The first character of Latin-1 that is neither one of ASCII nor a control character.
_LATIN = 0xA0


class RecordsSeen(Struct):
    """Observations on one kind of records."""

    seen: list[Seen] = field(default_factory=list)
    records: int = 0
    kept: list[Row] = field(default_factory=list)  #: the first of them
    #: Each file has one, and it is the first, or the last, of its records.
    once: bool = True
    first: bool = True
    last: bool = True

    @property
    def at(self) -> int | None:
        """The place that it has in every file, from the start or the end; None: any."""
        if not self.once or self.first == self.last:
            return None
        return 1 if self.first else -1

    def take(self, rows: Sequence[Row]) -> None:
        """Take further records, which have one number of fields."""
        if not self.seen:
            self.seen = [Seen() for _ in rows[0]]
        for seen, values in zip(self.seen, zip(*rows, strict=True), strict=True):
            seen.take(set(values), len(values), values.count(b""))
        self.kept += map(tuple, rows[: KEPT - len(self.kept)])
        self.records += len(rows)


class Ending(Struct, frozen=True):
    """The last record of a file, and how many records of each kind the file has."""

    row: Row
    counts: Counter[bytes]


class Survey(Struct):
    """Observations on the files of one kind; ``kinds`` are the records, in their order."""

    kind: Kind
    apart: Apart = Apart()
    files: list[str] = field(default_factory=list)
    kinds: dict[bytes, RecordsSeen] = field(default_factory=dict)
    header: tuple[str, ...] | None = None  #: names in a record before all others
    endings: list[Ending] = field(default_factory=list)
    records: int = 0
    longest: int = 0  #: of the records, in bytes
    ended: bool = True  #: all files end with a line feed
    marked: bool = False  #: a file begins with a byte order mark
    carriage: bool = False  #: records end in CR LF
    quoted: bool = False  #: fields are in quotation marks
    bare: bool = False  #: quotation marks are where RFC 4180 has none
    controls: bool = False  #: there are control characters
    beyond: bool = False  #: there are characters beyond ASCII
    other: bool = False  #: there are bytes that are not UTF-8
    closed: bool = False  #: a separator of fields is after the last field too

    @property
    def main(self) -> bytes:
        """The kind of the records with the data: the most frequent one."""
        body = [name for name, one in self.kinds.items() if one.at is None] or list(self.kinds)
        return max(body, key=lambda name: self.kinds[name].records)

    @property
    def data(self) -> RecordsSeen:
        """The records with the data."""
        return self.kinds[self.main]

    def fit(self, width: int) -> None:
        """Leave out a last field that is always null, if there is one more than ``width``."""
        data = self.data
        if len(data.seen) == width + 1 and data.seen[-1].nulls == data.records:
            data.seen.pop()
            data.kept = [row[:-1] for row in data.kept]
            self.closed = True

    def take(self, content: Content) -> None:
        """Look at the records of a further file.

        Raises:
            TadpError: it has no records, or records that do not have one number of fields.
        """
        self.files.append(content.name)
        before, counts = self.records, Counter[bytes]()
        first, last = b"", b""
        row: Row = ()
        for lines, ended in parts(content):
            rows = self._rows_of(lines, start=self.records == before)
            self.ended &= ended
            if not rows:
                continue
            groups = self.apart.groups(rows)
            for name, group in groups.items():
                self.kinds.setdefault(name, RecordsSeen()).take(group)
                counts[name] += len(group)
            row = rows[-1]
            first, last = first or next(iter(groups)), next(iter(self.apart.groups([row])))
            self.records += len(rows)
        if self.records == before:
            raise TadpError("has no records, so that nothing can be guessed", where=content.name)
        self.endings.append(Ending(row, counts))
        for name, one in self.kinds.items():
            one.once &= counts[name] == 1
            one.first &= name == first
            one.last &= name == last

    def _rows_of(self, lines: list[bytes], *, start: bool) -> Sequence[Row]:
        """Return the fields of records, which are looked at as a whole; ``start``: of the file."""
        if start and lines[0].startswith(_MARK):
            self.marked = True
            lines[0] = lines[0].removeprefix(_MARK)
        whole = b"\n".join(lines)
        if b"\r" in whole and all(line.endswith(b"\r") for line in lines):
            self.carriage = True
            lines = [line.removesuffix(b"\r") for line in lines]
            whole = b"\n".join(lines)
        self._characters(whole.replace(b"\n", b""))
        self.longest = max(self.longest, *map(len, lines))
        if self.other:
            lines = [line.decode("latin-1").encode() for line in lines]
            whole = b"\n".join(lines)
        rows = self._rows(whole, lines)
        names = _names(rows) if start else None
        if names is None or (self.kinds and names != self.header):
            return rows
        self.header = names
        return rows[1:]

    def _characters(self, data: bytes) -> None:
        if data.translate(None, _PRINTABLE):
            rest = data.translate(None, _ASCII)
            self.controls |= len(data.translate(None, _PRINTABLE)) > len(rest)
            self.beyond |= bool(rest)
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                self.other = True
                wrong = next((byte for byte in data if 0x80 <= byte < _LATIN), None)
                if wrong is not None:
                    raise TadpError(
                        f"has the byte 0x{wrong:02X}, which is in neither UTF-8 nor Latin-1: no "
                        "profile takes it",
                        where=self.files[-1],
                        remedy="save the sample as UTF-8",
                    ) from None

    def _rows(self, whole: bytes, lines: list[bytes]) -> list[Row]:
        if b'"' not in whole:
            return [line.split(b",") for line in lines]
        rows = [quoted_fields(line) for line in lines]
        for line, row in zip(lines, rows, strict=True):
            self.quoted |= row is not None and b'"' in line
            self.bare |= row is None
        return [
            line.split(b",") if row is None else row for line, row in zip(lines, rows, strict=True)
        ]

    def require_data(self) -> None:
        """Complain of files whose records with data are not known from others.

        Raises:
            TadpError: all kinds are at the ends of files; or some that only their number of fields
                tells apart are not.
        """
        others = [name for name, one in self.kinds.items() if one.at is None and name != self.main]
        if self.kinds[self.main].at is not None or (self.apart.by_count and others):
            widths = sorted({_count(len(one.seen)) for one in self.kinds.values()})
            if not others:
                raise TadpError(
                    f"has one record of {' and one of '.join(widths)}, and nothing shows which of "
                    "them has the data",
                    where=self.files[0],
                    remedy="guess from a sample that has the record with the data more than once",
                )
            raise TadpError(
                f"has records of {' and of '.join(widths)}, and nothing says what kind each is",
                where=self.files[0],
                remedy="correct them, or guess from a copy with one kind of records only",
            )


def _names(rows: Sequence[Row]) -> tuple[str, ...] | None:
    """Return the names that the first record has, if it has names and the others have values."""
    first, following = rows[0], rows[1 : _FOLLOWING + 1]
    column = schema_of("profile")["$defs"]["column"]["properties"]["name"]
    names = tuple(value.decode("latin-1") for value in first)
    # A name can begin with a digit, but what does is more likely a value.
    named = all(re.search(column["pattern"], one) and one[0].isalpha() for one in names)
    if len({*names}) < len(names) or not named:
        return None
    columns = zip(*(row for row in following if len(row) == len(first)), strict=True)
    # Values of some column are nothing like a name.
    numbers = any(all(re.match(rb"[0-9 -]", value) for value in values) for values in columns)
    return names if numbers else None


def _count(fields: int) -> str:
    return counted(fields, "field")
