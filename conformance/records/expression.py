"""Regular expressions for values, and for a whole conforming record.

They are in the syntax that RE2 and ``re`` have in common. An expression for a record may turn
away a record that conforms (it is then looked at field by field), but never admits one that
does not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec.structs import replace

from conformance.model.column import Column
from conformance.model.rule import Rule
from conformance.records.layout import Layout


@lru_cache(maxsize=512)
def value(column: Column, separators: bytes) -> bytes:
    """The values that ``column`` admits, as far as an expression can tell.

    Where the type is not ``exact``, whoever uses the expression has each value judged.
    """
    found = column.type.expression(separators)
    return b"(?:" + found + b")?" if found and column.nullable else found


def record(layout: Layout, sender: bytes | None = None, *, upper: bool = False) -> bytes:
    """A whole conforming record, without its separator; a code for a breach is one that fits.

    With a ``sender``, whose first column names it; with ``upper``, in which what may be in
    either case is in upper case.
    """
    separator = layout.dialect.field_separator
    columns = list(layout.columns)
    if upper:
        columns = [replace(c, type=c.type.in_upper_case()) for c in columns]
    for index in layout.cross_columns(Rule.BREACH_FITS):
        fitting = columns[index].type.among(layout.breaches or ())
        columns[index] = replace(columns[index], type=fitting)
    values = [value(column, separator) for column in columns]
    if sender:
        values[0] = columns[0].type.of_sender(sender)
    return re.escape(separator).join(values)


def longest(layout: Layout) -> int | None:
    """The length in bytes of the longest conforming record, if there is one."""
    total = len(layout.columns) - 1
    for column in layout.columns:
        width = column.type.widest
        if width is None:
            return None
        total += width
    return total
