"""From what a spreadsheet program keeps in a cell to what a field of the file says.

Programs keep numbers, not digits: 24 becomes 24.0, 7.10 becomes 7.1, the end of a long number is
lost, and a moment becomes a count of days. What was meant is taken where there is one answer, and
asked for where there is not.
"""

from __future__ import annotations

import math
import re
from datetime import datetime

from msgspec.structs import replace

from conformance.model.column import Column
from conformance.model.types.cell import AS_TEXT, Text, Tidied, Unreadable
from conformance.preparation.sheet import Sheet, Value

#: A program keeps fifteen digits of a number.
_EXACT = 10**15
#: A number with a fraction, as a program writes it that drops zeros at the end.
_FRACTION = r"[0-9]{1,9}\.[0-9]{0,8}[1-9]"


def text_in(sheet: Sheet, value: Value, column: Column) -> Text | Unreadable:
    """Return the text of ``value`` in ``column`` of ``sheet``, or why that cannot be known."""
    found = text_of(value, column)
    if not sheet.doubted or isinstance(found, Unreadable) or found.text not in column.type.choices:
        return found
    if not re.fullmatch(_FRACTION, found.text):
        return found
    of_number = text_of(float(found.text), column)
    return replace(found, tidied=Tidied.ZERO) if isinstance(of_number, Unreadable) else found


def text_of(value: Value, column: Column) -> Text | Unreadable:
    """Return the text of ``value`` in ``column``, or why there is none; it may be a wrong value."""
    if isinstance(value, Unreadable):
        return value
    if isinstance(value, str):
        return column.type.from_text(value)
    if isinstance(value, bool):
        return Text(str(value).upper())
    if isinstance(value, datetime):
        return column.type.from_moment(value)
    if not math.isfinite(value) or abs(value) >= _EXACT:
        digits = "the program keeps 15 digits of a number, so that the last ones may be wrong"
        return Unreadable(digits, str(value), AS_TEXT)
    text = str(int(value)) if value == int(value) else repr(float(value))
    return column.type.from_number(value, text)
