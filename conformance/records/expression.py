"""Regular expressions for values, and for a whole conforming record.

They are in the syntax that RE2 and ``re`` have in common. An expression for a record may turn
away a record that conforms (it is then looked at field by field), but never admits one that
does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from msgspec.structs import replace

from conformance.model.column import Column, ColumnType
from conformance.records.layout import Layout
from conformance.records.rule import Rule

#: The largest counter of a Request ID, an unsigned number of 64 bits (DUIS).
COUNTER_MAXIMUM = 2**64 - 1
#: A number of digits that RE2 still counts.
_COUNTED = 999
#: Matches nothing.
NEVER = b"[^\\x00-\\xff]"

_YEAR = b"(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP_YEAR = b"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY_OF_ANY_YEAR = (
    b"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    b"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
#: ``YYYY-MM-DDThh:mm:ssZ``: a date from the year 1 on that exists, and a time without leap seconds.
INSTANT = (
    b"(?:" + _YEAR + b"-" + _DAY_OF_ANY_YEAR + b"|" + _LEAP_YEAR + b"-02-29)"
    b"T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}Z"
)


def alternatives(expressions: Iterable[bytes]) -> bytes:
    """An expression for any one of ``expressions``; for nothing, if there are none."""
    found = b"|".join(expressions)
    return b"(?:" + found + b")" if found else NEVER


def between(low: int, high: int) -> bytes:
    """An expression for exactly the numbers from ``low`` to ``high``, without leading zeros."""
    parts: list[bytes] = []
    for digits in range(len(str(low)), len(str(high)) + 1):
        least = max(low, 10 ** (digits - 1) if digits > 1 else 0)
        most = min(high, 10**digits - 1)
        if least <= most:
            parts.extend(_same_length(str(least), str(most)))
    return alternatives(parts)


def _same_length(low: str, high: str) -> list[bytes]:
    """Expressions for the numbers from ``low`` to ``high``, which have as many digits."""
    rest = len(low) - 1
    whole = set(low[1:]) <= {"0"} and set(high[1:]) <= {"9"}
    if whole:
        return [_digits(low[0], high[0]) + _any_digits(rest)]
    if low[0] == high[0]:
        return [low[0].encode() + tail for tail in _same_length(low[1:], high[1:])]
    parts = [low[0].encode() + tail for tail in _same_length(low[1:], "9" * rest)]
    if int(high[0]) - int(low[0]) > 1:
        middle = _digits(str(int(low[0]) + 1), str(int(high[0]) - 1))
        parts.append(middle + _any_digits(rest))
    return parts + [high[0].encode() + tail for tail in _same_length("0" * rest, high[1:])]


def _digits(low: str, high: str) -> bytes:
    return low.encode() if low == high else f"[{low}-{high}]".encode()


def _any_digits(count: int) -> bytes:
    return b"[0-9]{%d}" % count if count else b""


def eui64(upper_case: bool) -> bytes:
    """Eight pairs of hexadecimal digits joined by hyphens."""
    pair = b"[0-9A-F]{2}" if upper_case else b"[0-9A-Fa-f]{2}"
    return pair + b"(?:-" + pair + b"){7}"


def lowest(column: Column) -> int:
    """The smallest integer that ``column`` admits; there is no sign, so none is below 0."""
    return max(column.minimum or 0, 0)


def integer(column: Column) -> bytes:
    """The integers that ``column`` admits."""
    low = lowest(column)
    digits = column.maximum_digits
    if column.maximum is not None:
        limit = column.maximum if digits is None else min(column.maximum, 10**digits - 1)
        return between(low, limit)
    top = len(str(low))
    if digits is not None and digits <= top:
        return between(low, 10**digits - 1)
    more = b"[1-9][0-9]{%d}" % top + (
        b"[0-9]*" if digits is None else b"[0-9]{0,%d}" % min(digits - top - 1, _COUNTED)
    )
    return alternatives((between(low, 10**top - 1), more))


def any_case(text: bytes) -> bytes:
    """``text``, in upper or lower case."""
    return b"".join(
        b"[" + c.upper() + c.lower() + b"]" if c.isalpha() else re.escape(c)
        for c in (bytes((byte,)) for byte in text)
    )


@lru_cache(maxsize=512)
def value(column: Column, separators: bytes, actions: bytes) -> bytes:
    """The values that ``column`` admits, as far as an expression can tell.

    A text is anything but one of ``separators`` or a quote; whoever uses the expression holds
    it to the column's pattern. ``actions`` is an expression for the actions of clause 4.7(b).
    """
    match column.type:
        case ColumnType.EUI64:
            found = eui64(column.upper_case)
        case ColumnType.REQUEST_ID:
            found = _request(eui64(column.upper_case), column)
        case ColumnType.INTEGER:
            found = integer(column)
        case ColumnType.INSTANT:
            found = INSTANT
        case ColumnType.CODE:
            found = alternatives(re.escape(code) for code in plain(column.values, separators))
        case ColumnType.TEXT:
            found = (
                b"[" + re.escape(bytes(sorted({*range(0x20, 0x7F)} - {*separators, 0x22}))) + b"]+"
            )
        case ColumnType.ACTION:
            found = actions
        case ColumnType.NOTHING:
            return b""
    return b"(?:" + found + b")?" if column.nullable else found


def plain(values: Iterable[str], separators: bytes) -> list[bytes]:
    """Those of ``values`` that a field can hold without a doubt: printable, no quote."""
    found = []
    for text in values:
        code = text.encode()
        if code.strip(b" ") and all(0x20 <= b < 0x7F and b not in separators + b'"' for b in code):
            found.append(code)
    return found


def widest(column: Column, known: Iterable[str]) -> int | None:
    """The length in bytes of the longest value of ``column``, if there is one.

    ``known`` are the actions of clause 4.7(b).
    """
    largest = column.maximum_digits if column.maximum is None else len(str(column.maximum))
    return {
        ColumnType.EUI64: 23,
        ColumnType.REQUEST_ID: 23 + 1 + 23 + 1 + len(str(COUNTER_MAXIMUM)),
        ColumnType.INTEGER: largest,
        ColumnType.INSTANT: 20,
        ColumnType.CODE: max((len(code.encode()) for code in column.values), default=0),
        ColumnType.TEXT: None,
        ColumnType.ACTION: max((len(action.encode()) for action in known), default=0),
        ColumnType.NOTHING: 0,
    }[column.type]


def actions(layout: Layout) -> bytes:
    """The actions of clause 4.7(b)."""
    separators = layout.dialect.field_separator
    exact = layout.readings["action-case"] == "exact"
    written = re.escape if exact else any_case
    return alternatives(map(written, plain(layout.dialect.actions, separators)))


def _request(originator: bytes, column: Column) -> bytes:
    """A Request ID: its originator, its target and its counter."""
    target = eui64(column.upper_case)
    return originator + b":" + target + b":" + between(0, COUNTER_MAXIMUM)


def of_sender(column: Column, sender: bytes) -> bytes:
    """The values of ``column``, a User ID or a Request ID, that name ``sender``."""
    if column.type == ColumnType.EUI64:
        return re.escape(sender)
    return _request(re.escape(sender), column)


def record(layout: Layout, sender: bytes | None = None) -> bytes:
    """A whole conforming record, without its separator; a code for a breach is one that fits.

    With a ``sender``, whose first column names it.
    """
    separator = layout.dialect.field_separator
    columns = list(layout.columns)
    for index in layout.cross_columns(Rule.BREACH_FITS):
        fitting = tuple(v for v in columns[index].values if v in (layout.breaches or ()))
        columns[index] = replace(columns[index], values=fitting)
    values = [value(column, separator, actions(layout)) for column in columns]
    if sender:
        values[0] = of_sender(columns[0], sender)
    return re.escape(separator).join(values)


def longest(layout: Layout) -> int | None:
    """The length in bytes of the longest conforming record, if there is one."""
    total = len(layout.columns) - 1
    for column in layout.columns:
        width = widest(column, layout.dialect.actions)
        if width is None:
            return None
        total += width
    return total
