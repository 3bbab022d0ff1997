"""A record split into fields, and why it cannot be: clause 6.1's comma."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property, partial

from msgspec import Struct

from conformance.model.dialect import Quoting
from conformance.model.rule import Rule
from conformance.phrases import counted
from conformance.records import expression
from conformance.records.fault import Fault
from conformance.records.field import FieldCheck
from conformance.records.layout import Layout
from conformance.records.wording import named

_QUOTED = re.compile(b'"((?:[^"]|"")*+)"')

#: Separators that programs write instead of the right one.
_WRONG = b";\t|: ,"
#: Of these, such as no value ends with.
OTHERS = (b";", b"\t", b"|")


class Field(Struct, frozen=True):
    """A field as written, where it begins in its record, and its value."""

    raw: bytes
    start: int
    value: bytes
    enclosed: bool = False  #: in quotes, as RFC 4180 has it


class Split(Struct, frozen=True):
    """The fields of a record, and the ``rule`` that was broken on the way, if one was.

    ``readable``: there are as many fields as columns. ``fields`` are there in any case.
    ``fault`` composes the fault, which most callers do not show.
    """

    fields: tuple[Field, ...]
    readable: bool
    rule: Rule | None = None
    fault: Callable[[], Fault] | None = None


class Splitter:
    """Takes records of one layout apart."""

    def __init__(self, layout: Layout, checks: Sequence[FieldCheck]) -> None:
        self._layout = layout
        self._separator = layout.dialect.field_separator
        #: The text between the values of a record in a plain run.
        self.between = layout.between
        self._sign = layout.dialect.record_sign
        self._quoting = layout.quoting is not Quoting.NONE
        self._quotes = layout.grounds("quotes")
        self._checks = checks
        self._wrong = bytes(b for b in _WRONG if b not in self._separator)
        self._width = len(checks)
        self._numbers = range(1, self._width + 1)

    @cached_property
    def _with_any_separator(self) -> re.Pattern[bytes]:
        """A conforming record, but with any one of the separators between the fields.

        Compiled only for a record that has too many fields, or too few.
        """
        every = self._separator + self._wrong
        values = [expression.value(c, every) for c in self._layout.own]
        return re.compile((b"[" + re.escape(every) + b"]").join(b"(%b)" % v for v in values))

    def separators(self, data: bytes) -> int:
        """How many field separators ``data`` has, when it is understood as ``split`` does."""
        if b'"' not in data and not self._could_be_whole(data):
            return data.count(self._separator)
        return len(self.split(data).fields) - 1 + self._is_closed(data)

    def split(self, data: bytes) -> Split:
        """Take ``data``, a record without its separator, apart."""
        if not self._layout.closed:
            return self._split(data)
        if self._is_closed(data):
            return self._split(data[:-1])
        found = self._split(data)
        if found.readable and not found.rule:
            fault = partial(self.not_closed, data, self._width)
            return Split(found.fields, True, Rule.FIELD_COUNT, fault)
        if data[-1:] in OTHERS:
            other = self._split(data[:-1])
            if other.rule is Rule.FIELD_SEPARATOR:
                return other
        return found

    def _is_closed(self, data: bytes) -> bool:
        """Return True if a separator is after the last field, as the layout wants it."""
        return self._layout.closed and data.endswith(self._separator)

    def _split(self, data: bytes) -> Split:
        """Take apart what is before the separator that ends a record, if one does."""
        if b'"' in data:
            if self._quoting:
                return self._judged(data, self._enclosed(data))
            fields = self._enclosed(data, strict=True)
        else:
            fields = ()
        plain = self._plain(data)
        if len(plain) != self._width and fields and len(fields) == self._width:
            return Split(plain, False, Rule.QUOTING, partial(self._quoted, data))
        return self._judged(data, plain)

    def fields(self, data: bytes) -> tuple[Field, ...]:
        """The fields of ``data``, whatever is wrong with them."""
        if self._is_closed(data):
            data = data[:-1]
        return self._enclosed(data) if self._quoting and b'"' in data else self._plain(data)

    def _judged(self, data: bytes, fields: tuple[Field, ...]) -> Split:
        if len(fields) == self._width:
            return Split(fields, readable=True)
        other = self._otherwise(data, fields)
        if other:
            fault = partial(self._separated, data, other)
            return Split(other, True, Rule.FIELD_SEPARATOR, fault)
        if self._layout.has_sign(data) and self._sign_separates(data):
            return Split(fields, readable=False)
        pieces = self._in_pieces(data, fields)
        if pieces:
            fault = partial(self._separated, data, pieces)
            return Split(pieces, False, Rule.FIELD_SEPARATOR, fault)
        return Split(fields, False, Rule.FIELD_COUNT, partial(self._count, data, fields))

    def _plain(self, data: bytes) -> tuple[Field, ...]:
        fields, start = [], 0
        decoded = self._layout.decoded if self._layout.latin else None
        for raw in data.split(self._separator):
            fields.append(Field(raw, start, decoded(raw) if decoded else raw))
            start += len(raw) + 1
        return tuple(fields)

    def _enclosed(self, data: bytes, *, strict: bool = False) -> tuple[Field, ...]:
        """The fields as RFC 4180 has them.

        Where it has no quotes, they are part of a field that is not enclosed; if ``strict``, there
        is not a field at all then.
        """
        fields, start = [], 0
        while True:
            quoted = _QUOTED.match(data, start)
            if quoted:
                stop, value = quoted.end(), quoted[1].replace(b'""', b'"')
            if quoted is None or data[stop : stop + 1] not in (self._separator, b""):
                quoted = None
                stop = data.find(self._separator, start)
                stop = len(data) if stop < 0 else stop
                value = data[start:stop]
                if strict and b'"' in value:
                    return ()
            value = self._layout.decoded(value)
            fields.append(Field(data[start:stop], start, value, quoted is not None))
            if stop == len(data):
                return tuple(fields)
            start = stop + 1

    def _otherwise(self, data: bytes, fields: Sequence[Field]) -> tuple[Field, ...] | None:
        """The fields, if wrong separators are read as right ones and most values then fit."""
        if data.count(self._separator) == self._width - 1 or not self._could_be_whole(data):
            return None
        found = self._with_any_separator.fullmatch(data)
        if found:
            decoded = self._layout.decoded
            pieces = tuple(
                Field(found[i], found.start(i), decoded(found[i])) for i in self._numbers
            )
            if self._explains(data, pieces, fields):
                return pieces
        for wrong in filter(data.__contains__, self._wrong):
            repaired = data.replace(bytes((wrong,)), self._separator)
            if repaired.count(self._separator) != self._width - 1:
                continue
            pieces = self.fields(repaired)
            if len(pieces) != self._width:
                continue  # what ends a record is not a field of it
            if self._fit(pieces, self._width // 2) and self._explains(data, pieces, fields):
                return pieces
        return None

    def _in_pieces(self, data: bytes, fields: Sequence[Field]) -> tuple[Field, ...] | None:
        """The pieces between wrong separators, where most fit a column each, though not all do."""
        wrong_ones = [wrong for wrong in self._wrong if wrong in data]
        plain = max(self._fitting(fields), 1) if wrong_ones else 1
        if plain >= self._width:
            return None
        for wrong in wrong_ones:
            pieces = self.fields(data.replace(bytes((wrong,)), self._separator))
            if self._fit(pieces, max(plain, len(pieces) // 2)):
                return pieces if self._explains(data, pieces, fields) else None
        return None

    def _explains(self, data: bytes, pieces: Sequence[Field], fields: Sequence[Field]) -> bool:
        """Return True if wrong separators explain a record better than fields too few or too many.

        The values between the right ones may all be as they should be: then it matters which has
        to be assumed of fewer columns, that there is nothing of them (or too much), or that what
        is between the wrong separators does not fit.
        """
        if not self._wrong_ends(data, pieces):
            return False  # it ends the record alone
        if not self._in_order(fields):
            return True
        pairs = zip(pieces, self._checks, strict=False)
        fitting = sum(check.fits(piece.value) for piece, check in pairs)
        missed = max(self._width, len(pieces)) - fitting
        return not missed or missed + 1 < abs(self._width - len(fields))

    def _in_order(self, fields: Sequence[Field]) -> bool:
        """Return True if the fields fit the columns once some of either are left out."""
        if len(fields) < self._width:
            columns = iter(self._checks)
            return all(any(check.fits(field.value) for check in columns) for field in fields)
        rest = iter(fields)
        return all(any(check.fits(field.value) for field in rest) for check in self._checks)

    def _fitting(self, fields: Sequence[Field]) -> int:
        """How many of ``fields`` have a value that fits the column in whose place they are."""
        pairs = zip(fields, self._checks, strict=False)
        return sum(bool(field.value) and check.fits(field.value) for field, check in pairs)

    def _fit(self, fields: Sequence[Field], most: int) -> bool:
        """Return True if more than ``most`` of ``fields`` have such values."""
        spare = min(len(fields), self._width) - most
        for field, check in zip(fields, self._checks, strict=False):
            if spare <= 0:
                return False
            spare -= not (field.value and check.fits(field.value))
        return spare > 0

    def _could_be_whole(self, data: bytes) -> bool:
        """Return True if there are enough separators, right and wrong ones together."""
        others = data.translate(None, self._separator + self._wrong)
        return len(data) - len(others) >= self._width - 1

    def _wrong_ends(self, data: bytes, fields: Sequence[Field]) -> list[tuple[int, int]]:
        """The positions of fields after which is something other than a separator; and where."""
        ends = enumerate(field.start + len(field.raw) for field in fields[:-1])
        return [(i, end) for i, end in ends if data[end : end + 1] != self._separator]

    def _separated(self, data: bytes, fields: tuple[Field, ...]) -> Fault:
        wrong = self._wrong_ends(data, fields)
        first, end = wrong[0]
        mark = data[end : end + 1]
        many = f", and {len(wrong) - 1} more like it" if len(wrong) > 1 else ""
        return Fault(
            Rule.FIELD_SEPARATOR,
            f"something other than {named(self._separator)} separates fields",
            found=f"{named(mark)} after {self._name(min(first, self._width - 1))}{many}",
            expected=named(self._separator),
            start=end,
            length=1,
            field=first + 1,
            profile=(self._layout.entry("columns"),),
        )

    def _quoted(self, data: bytes) -> Fault:
        position = data.index(b'"')
        return Fault(
            Rule.QUOTING,
            "quotes enclose a separator; the file has no quoting",
            found="quotes",
            expected="fields without quotes",
            start=position,
            length=1,
            field=data[:position].count(self._separator) + 1,
            notes=self._quotes[0],
            profile=self._quotes[1] or (self._layout.entry(),),
        )

    def not_closed(self, data: bytes, count: int) -> Fault:
        """Return the fault that no separator is after the last of ``count`` fields."""
        return Fault(
            Rule.FIELD_COUNT,
            f"nothing after {self._name(count - 1)}, the last field",
            found="the end of the record",
            expected=f"{named(self._separator)}, which ends each record",
            start=len(data),
            field=count,
            hint=f"Put {named(self._separator)} after the last field of each record as well. Sign "
            "the file again afterwards.",
            profile=(self._layout.entry("record_end"),),
        )

    def _sign_separates(self, data: bytes) -> bool:
        """Return True if the sign is used to separate records, or fields."""
        pieces = [p for p in data.split(self._sign) if p]
        records = all(p.count(self._separator) == self._width - 1 for p in pieces)
        fields = data.replace(self._sign, self._separator).count(self._separator)
        return records or fields == self._width - 1

    def _count(self, data: bytes, fields: tuple[Field, ...]) -> Fault:
        if not data:
            message, found = "an empty record", "nothing between two record separators"
        elif len(fields) < self._width:
            message = f"too few fields: {self._name(len(fields))} is the first that is missing"
            found = counted(len(fields), "field")
        else:
            message = f"too many fields: there is more after {self._name(self._width - 1)}"
            found = f"{len(fields)} fields"
        surplus = data and len(fields) > self._width
        start = fields[self._width].start if surplus else len(data)
        return Fault(
            Rule.FIELD_COUNT,
            message,
            found,
            expected=f"{self._width} fields",
            start=start,
            length=len(data) - start,
            field=(self._width if surplus else len(fields) if data else 0) + 1,
            profile=(self._layout.entry("columns"),),
        )

    def _name(self, index: int) -> str:
        return self._layout.format.columns[index].name
