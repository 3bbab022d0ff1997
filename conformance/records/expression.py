"""Regular expressions for values, and for a whole conforming record.

They are in the syntax that RE2 and ``re`` have in common. An expression for a record may turn
away a record that conforms (it is then looked at field by field), but never admits one that
does not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.column import Column
from conformance.model.dialect import Quoting
from conformance.model.rule import Rule
from conformance.records.layout import Layout


class Expected(Struct, frozen=True):
    """Values, as an expression, that nearly all records have in a column; they conform."""

    column: int
    values: bytes


@lru_cache(maxsize=512)
def value(column: Column, separators: bytes) -> bytes:
    """The values that ``column`` allows, as far as an expression can decide.

    Where the type is not ``exact``, whoever uses the expression has each value judged.
    """
    found = column.type.expression(separators)
    return b"(?:" + found + b")?" if found and column.nullable else found


def record(layout: Layout, sender: bytes | None = None) -> bytes:
    """A whole conforming record, without its separator; a code for a breach is one that fits.

    With a ``sender``, whose first column names it.
    """
    return _joined(layout, values(layout), sender, upper=False)


def usual_record(layout: Layout, sender: bytes | None, expected: Expected | None) -> bytes:
    """A conforming record as nearly all are: with what is ``expected``, and in upper case."""
    found = values(layout, upper=True)
    if expected:
        found[expected.column] = _enclosed(layout, expected.column, expected.values)
    return _joined(layout, found, sender, upper=True)


def _joined(layout: Layout, found: list[bytes], sender: bytes | None, *, upper: bool) -> bytes:
    """A record with the values that are ``found`` for each column, and of a ``sender``."""
    if sender:
        first = layout.columns[0].type
        own = (first.in_upper_case() if upper else first).of_sender(sender)
        found[0] = _enclosed(layout, 0, own)
    separator = layout.dialect.field_separator
    return re.escape(separator).join(found) + re.escape(separator if layout.closed else b"")


def values(layout: Layout, *, upper: bool = False) -> list[bytes]:
    """The values of each column of the records themselves, as ``record`` has them."""
    columns = list(layout.own)
    if upper:
        columns = [replace(c, type=c.type.in_upper_case()) for c in columns]
    for index in layout.cross_columns(Rule.BREACH_FITS):
        if index < len(columns):
            fitting = columns[index].type.among(layout.breaches or ())
            columns[index] = replace(columns[index], type=fitting)
    return [field(layout, index, column) for index, column in enumerate(columns)]


def field(layout: Layout, index: int, column: Column) -> bytes:
    """The fields of ``column``, the one at ``index``, with what is around their values."""
    if layout.quoting is Quoting.NONE and not layout.latin:
        return value(column, layout.dialect.field_separator)
    separator = layout.dialect.field_separator
    within = column.type.enclosed(separator)
    found = _enclosed(layout, index, column.type.expression(separator), within)
    return b"(?:" + found + b")?" if found and column.nullable else found


def _enclosed(layout: Layout, index: int, bare: bytes, within: bytes = b"") -> bytes:
    """The values that ``bare`` matches, or ``within`` quotation marks, as the layout has them."""
    found, within = (
        one.decode().encode("latin-1", errors="replace") if layout.latin else one
        for one in (bare, within or bare)
    )
    match layout.quoting_of(index) if found else Quoting.NONE:
        case Quoting.NONE:
            return found
        case Quoting.ALLOWED:
            return b'(?:%b|"(?:%b)")' % (found, within)
        case _:
            return b'"(?:%b)"' % within


def longest(layout: Layout) -> int | None:
    """The length in bytes of the longest conforming record, if there is one."""
    total = len(layout.own) - 1 + layout.closed
    for index, column in enumerate(layout.own):
        width = column.type.widest
        if width is None:
            return None
        total += width + 2 * (layout.quoting_of(index) is not Quoting.NONE)
    return total
