"""How a profile has the fields of a file written: quotation marks, and the end of a record."""

from __future__ import annotations

from enum import StrEnum


class Quoting(StrEnum):
    """Which fields are in quotation marks, as RFC 4180 has them; null is in none."""

    NONE = "none"  #: a quotation mark is a character like any other
    ALLOWED = "allowed"  #: any may be
    TEXT = "text"  #: those of text are, and no other
    ALL = "all"


class RecordEnd(StrEnum):
    """The bytes between the last field of a record and the separator of records."""

    BARE = "bare"  #: nothing
    SEPARATOR = "separator"  #: one separator of fields
