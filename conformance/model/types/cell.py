"""The content of a sheet's cell, once the type of its column has read it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

#: The remedy for a value that a program changed.
AS_TEXT = "Format the cell as text, and enter the value again."


class Unreadable(Struct, frozen=True):
    """Content of a cell that is not a value: what was found, and what to do about it."""

    message: str
    found: str
    fix: str


class Tidied(StrEnum):
    """A change to a value on the way, for the User to know of."""

    SPACES = "spaces beside the value were left out"
    WHOLE = "a whole number was written with a decimal point; the point was left out"
    FORMAT = "a date or a time was written in the format of the column"
    FILLED = "a number was filled up to its width"
    FRACTION = "the zeros after the point were made as many as the file has"
    POINT = "a number was written without its point, as the file has none: 12.50 is 1250 there"
    ZERO = "a program may have dropped a zero at the end of a code; --as-written takes it as it is"
    MOMENT = "a date and time in a cell was taken as UK time, and is written in UTC"


class Text(Struct, frozen=True):
    """The text for a field of the file."""

    text: str
    tidied: Tidied | None = None
