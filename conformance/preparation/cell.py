"""From what a spreadsheet program keeps in a cell to what a field of the file says.

Programs keep numbers, not digits: 24 becomes 24.0, 7.10 becomes 7.1, the end of a long number is
lost, and a moment becomes a count of days. What was meant is taken where there is one answer, and
asked for where there is not.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from conformance.model.column import Column, ColumnType
from conformance.preparation.sheet import Unreadable, Value

#: A program keeps fifteen digits of a number.
_EXACT = 10**15
_WHOLE = re.compile(r"([0-9]+)\.0+")
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
_AS_TEXT = "Format the cell as text, and enter the value again."


class Tidied(StrEnum):
    """What was done to a value on the way, for the User to know of."""

    SPACES = "spaces beside the value were left out"
    WHOLE = "a whole number was written with a decimal point; the point was left out"
    MOMENT = "a date without a time zone was taken as UTC"


class Text(Struct, frozen=True):
    """What a field of the file is to say."""

    text: str
    tidied: Tidied | None = None


def text_of(value: Value, column: Column) -> Text | Unreadable:
    """What ``value`` says in ``column``, or why it says nothing. Whether it may is not asked."""
    if isinstance(value, Unreadable):
        return value
    if isinstance(value, str):
        return _of_string(value, column)
    if isinstance(value, bool):
        return Text(str(value).upper())
    if isinstance(value, datetime):
        return _of_moment(value, column)
    return _of_number(value, column)


def _of_string(value: str, column: Column) -> Text | Unreadable:
    if column.type is ColumnType.TEXT:
        return Text(value)
    bare = value.strip()
    if column.type is ColumnType.INTEGER:
        whole = _WHOLE.fullmatch(bare)
        if whole:
            return Text(whole[1], Tidied.WHOLE)
    if column.type in _LONG and _SHORTENED.fullmatch(bare):
        return Unreadable("the program shortened the number", bare, _AS_TEXT)
    return Text(bare, None if bare == value else Tidied.SPACES)


#: Columns in which a number in scientific notation is the rest of something longer.
_LONG = (ColumnType.INTEGER, ColumnType.REQUEST_ID, ColumnType.EUI64)


def _of_moment(value: datetime, column: Column) -> Text | Unreadable:
    if column.type is not ColumnType.INSTANT:
        shown = value.isoformat(sep=" ")
        return Unreadable("the program made a date of the value", shown, _AS_TEXT)
    # A count of days has a rounding error of far less than a millisecond.
    nearest = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    if abs(nearest - value) > timedelta(milliseconds=1):
        return Text(value.isoformat(timespec="milliseconds") + "Z")
    return Text(f"{nearest:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0"), Tidied.MOMENT)


def _of_number(value: float, column: Column) -> Text | Unreadable:
    if not math.isfinite(value) or abs(value) >= _EXACT:
        digits = "the program keeps 15 digits of a number, so that the last ones may be wrong"
        return Unreadable(digits, str(value), _AS_TEXT)
    text = str(int(value)) if value == int(value) else repr(float(value))
    if column.type is not ColumnType.CODE:
        return Text(text)
    alike = [code for code in column.values if _same_number(code, value)]
    if len(alike) > 1 or (alike and alike[0] != text):
        return Unreadable(
            f"the program made a number of the value, which was {' or '.join(alike)}",
            text,
            _AS_TEXT,
        )
    return Text(text)


def _same_number(code: str, value: float) -> bool:
    try:
        return float(code) == value
    except ValueError:
        return False
