"""A header record: names of columns where the first record should be data, or none before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from conformance.model.dialect import Quoting
from conformance.model.rule import Rule
from conformance.patterns import pattern
from conformance.records import writing
from conformance.records.fault import Fault
from conformance.records.field import FieldCheck
from conformance.records.layout import Layout
from conformance.records.splitting import OTHERS
from conformance.records.wording import named, quoted

#: Characters that join the words of a name, or are around them.
_JOINING = {ord(c): None for c in " _-\"'\ufeff"}
_WORDS = b"[A-Za-z_ ]+"
_QUOTED = b'"[^"]+"'
_APART = "[;\t|,]"


class Header:
    """Decides whether the first record names the columns."""

    def __init__(self, layout: Layout, checks: Sequence[FieldCheck]) -> None:
        self._checks = checks
        self._separator = layout.dialect.field_separator
        self._closed = layout.closed
        self._decoded = layout.decoded
        self._entries = (layout.entry("columns"),)
        #: True if the first record of a file is a header. Several callers read the same one.
        self.is_header = lru_cache(maxsize=16)(self._is_header)
        names = [c.name.encode() for c in layout.format.own]
        self._names = frozenset(map(bare, names))
        #: The header that there has to be, if any.
        self.expected = writing.record(layout, names) if layout.format.header else None
        self._asked = layout.entry("header")
        self._may_be_quoted = layout.quoting is Quoting.ALLOWED

    def _is_header(self, data: bytes) -> bool:
        return self._is_expected(data) or self._names_columns(data) or self._only_words(data)

    def _is_expected(self, data: bytes) -> bool:
        """Return True if the names of the columns are there, in quotation marks where allowed."""
        if self._may_be_quoted:
            fields = data.split(self._separator)
            bare = (one[1:-1] if re.fullmatch(_QUOTED, one) else one for one in fields)
            data = self._separator.join(bare)
        return data == self.expected

    def fault(self, data: bytes) -> Fault | None:
        """Return the fault of the first record of a file, as far as it is about a header."""
        if self.expected is not None:
            return None if self._is_expected(data) else self._other(data)
        if not self.is_header(data):
            return None
        return Fault(
            Rule.HEADER,
            "the first record has names of columns, not data",
            found=quoted(data),
            expected="data in the first record",
            length=len(data),
            hint="Leave the header record out.",
            profile=self._entries,
        )

    def _other(self, data: bytes) -> Fault:
        """Return the fault that there are not exactly the names of the columns."""
        for other in OTHERS:
            if self._is_expected(data.replace(other, self._separator)):
                return Fault(
                    Rule.FIELD_SEPARATOR,
                    f"something other than {named(self._separator)} separates names of columns",
                    found=f"{named(other)} after {quoted(data[: data.index(other)])}",
                    expected=named(self._separator),
                    start=data.index(other),
                    length=1,
                    profile=self._entries,
                )
        is_header = self.is_header(data)
        return Fault(
            Rule.RECORD_KINDS,
            "the first record does not have the names of the columns as they are"
            if is_header
            else "the names of the columns are not before the first record",
            found=quoted(data),
            expected=self._decoded(self.expected or b"").decode(),
            length=len(data),
            profile=(self._asked, *self._entries),
        )

    def _names_columns(self, data: bytes) -> bool:
        """At least half of the fields are names of columns, whatever separates them."""
        cells = pattern(_APART).split(bare(data))
        return 2 * len(self._names.intersection(cells)) >= max(len(cells), len(self._names))

    def _only_words(self, data: bytes) -> bool:
        """No field has a value for its column, and all that are there are words."""
        cells = data.removesuffix(self._separator * self._closed).split(self._separator)
        if len(cells) != len(self._checks):
            return False
        words = pattern(_WORDS).fullmatch
        return sum(map(bool, cells)) > 1 and all(
            not cell or (words(cell) and cell.strip(b" ") and not check.fits(cell))
            for cell, check in zip(cells, self._checks, strict=True)
        )


def bare(name: bytes) -> str:
    """A name, or several, without case, quotes and what joins its words."""
    text = name.decode(errors="replace").casefold()
    return text.translate(_JOINING)


def no_names(layout: Layout) -> Fault:
    """Return that a file is empty, where the names of its columns have to be."""
    return Fault(
        Rule.RECORD_KINDS,
        "the file is empty, without the names of the columns",
        found="0 records",
        expected="a record with the names of the columns",
        profile=(layout.entry("header"),),
    )
