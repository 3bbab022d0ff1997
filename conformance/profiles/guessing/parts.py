"""The records of a file in parts, and what distinguishes kinds of records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.types.choice import VALUE

Row = Sequence[bytes]
#: The longest record that is read.
LONGEST = 1 << 16
#: Kinds of records that are known by a tag, and by their number of fields, at most.
_TAGS, _COUNTS = 12, 3
#: The characters of a tag at most.
_TAG = 10
#: Records of a file that do not show yet that a tag is one.
_FEW = 2
_QUOTED = re.compile(rb'(?:^|(?<=,))(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)')


def parts(content: Content) -> Iterator[tuple[list[bytes], bool]]:
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


def quoted_fields(line: bytes) -> list[bytes] | None:
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


def fields_of(line: bytes) -> list[bytes]:
    """Return the fields of a record, in whatever way it has them."""
    found = quoted_fields(line) if b'"' in line else None
    return line.split(b",") if found is None else found


class Apart(Struct, frozen=True):
    """The way to distinguish kinds of records: a tag in the first field, or their length."""

    by_tag: bool = False
    by_count: bool = False

    def groups(self, rows: Iterable[Row]) -> Mapping[bytes, Sequence[Row]]:
        """Return the records of each kind, in the order in which the kinds are met."""
        found: dict[bytes, list[Row]] = {}
        for row in rows:
            name = row[0] if self.by_tag else b"%d" % len(row) if self.by_count else b""
            found.setdefault(name, []).append(row)
        return found


def apart_of(contents: Sequence[Content]) -> Apart:
    """Return what distinguishes the kinds of records of files, if they have several.

    Raises:
        TadpError: there are several, and nothing does.
    """
    widths = Counter(width for one in contents for width in _widths(one))
    if len(widths) <= 1:
        return Apart()
    tags: dict[bytes, set[int]] = {}
    for content in contents:
        for lines, _ in parts(content):
            for line in lines:
                row = fields_of(line.removesuffix(b"\r"))
                if len(tags) <= _TAGS:
                    tags.setdefault(row[0], set()).add(len(row))
    named = all(len(t) <= _TAG and re.fullmatch(VALUE, t.decode("latin-1")) for t in tags)
    single = all(len(one) == 1 for one in tags.values())
    if named and single and len(tags) <= _TAGS and widths.total() > len(contents) * _FEW:
        return Apart(by_tag=True)
    if len(widths) <= _COUNTS:
        return Apart(by_count=True)
    several = next((tag for tag, counts in tags.items() if len(counts) > 1), None)
    if named and several is not None and len(tags) <= _TAGS:
        counts = " and ".join(map(str, sorted(tags[several])))
        raise TadpError(
            f"has records {several.decode('latin-1')} of {counts} fields: which fields repeat, or "
            "are left out at the end, is not guessed",
            where=contents[0].name,
            remedy="guess from a copy in which each kind of record has one number of fields, then "
            "add repeat or optional_from by hand",
        )
    raise TadpError(
        f"has records of {min(widths)} fields and of others, and nothing says what kind each is",
        where=contents[0].name,
        remedy="guess from a copy with one kind of records only",
    )


def _widths(content: Content) -> Iterator[int]:
    """Yield the number of fields of each record of a file.

    Raises:
        TadpError: a record is empty.
    """
    number = 0
    for lines, _ in parts(content):
        for line in lines:
            number += 1
            if not line or line == b"\r":
                what = f"record {number:,} has nothing in it"
                raise TadpError(what, where=content.name, remedy="take the empty line out")
            yield len(fields_of(line)) if b'"' in line else line.count(b",") + 1
