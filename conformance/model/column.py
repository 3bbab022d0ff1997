"""The columns of the files of clauses 6.3 to 6.5, as a profile gives them."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class ColumnType(StrEnum):
    """The form of a column's values."""

    EUI64 = "eui64"  #: eight pairs of hex digits joined by hyphens
    REQUEST_ID = "request-id"  #: originator EUI-64, target EUI-64 and counter, joined by colons
    INTEGER = "integer"  #: decimal digits, no sign, no leading zero
    INSTANT = "instant"  #: ``YYYY-MM-DDThh:mm:ssZ``, a date and time that exist
    CODE = "code"  #: one of ``values``
    TEXT = "text"  #: what ``pattern`` (RE2 syntax, the whole value) admits
    ACTION = "action"  #: one of the actions of clause 4.7(b)
    NOTHING = "nothing"  #: always null


class Role(StrEnum):
    """What a column means to the checks that look across records, files and clauses."""

    USER_ID = "user-id"
    USER_ROLE = "user-role"
    VARIANT = "variant"
    PERIOD = "period"
    WARNING = "warning-threshold"
    THRESHOLD = "threshold"
    REQUEST_ID = "request-id"
    EVENT = "event"
    QUARANTINED_AT = "quarantined-at"
    BREACH = "breach"
    ACTION = "action"
    OTHER = "other"


class Column(Struct, frozen=True):
    """A column.

    ``nullable``: a null field is allowed. ``minimum`` and ``maximum`` bound an integer;
    ``values`` lists what a code may be; ``upper_case`` fixes the case of hexadecimal digits.
    """

    name: str
    type: ColumnType
    role: Role = Role.OTHER
    nullable: bool = False
    minimum: int | None = None
    maximum: int | None = None
    maximum_digits: int | None = None
    values: tuple[str, ...] = ()
    pattern: str | None = None
    upper_case: bool = True
