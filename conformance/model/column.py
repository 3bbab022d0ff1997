"""The columns of the files of clauses 6.3 to 6.5, as a profile gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from conformance.model.derived import Derived
from conformance.model.types.column_type import ColumnType, Meaning


class Role(StrEnum):
    """The meaning of a column to checks that look across records, files and clauses."""

    USER_ID = "user-id"
    USER_ROLE = "user-role"
    VARIANT = "variant"
    PERIOD = "period"
    WARNING = "warning-threshold"
    THRESHOLD = "threshold"
    REQUEST_ID = "request-id"
    EVENT = "event"
    QUARANTINED_AT = "quarantined-at"
    CREATED_AT = "created-at"
    RECIPIENT = "recipient"
    BREACH = "breach"
    ACTION = "action"
    OTHER = "other"


class Column(Struct, frozen=True):
    """A column: the type of its values, and what they mean. ``nullable``: null is allowed.

    ``tag``: its constant tells the kind of a record. ``derived``: its value follows from others.
    ``equals`` is what it has to be of the submission. ``entry`` is its path in the file's table of
    the profile, where that is not ``columns`` and its name.
    """

    name: str
    type: ColumnType
    role: Role = Role.OTHER
    nullable: bool = False
    tag: bool = False
    derived: Derived | None = None
    equals: str | None = None
    entry: str = ""

    @property
    def is_given(self) -> bool:
        """Return True if the submission or the profile says what its value is."""
        return self.equals is not None or self.role is Role.RECIPIENT


def carried(value: bytes, source: Column, target: Column) -> bytes:
    """Return a conforming value of ``source`` as ``target`` writes it."""
    if not value or source.type == target.type:
        return value
    if target.type.reads_as is Meaning.CONSTANT:
        return target.type.choices[0].encode()
    return target.type.spell(source.type.same(value))


def conforming(column: Column) -> Callable[[bytes], bool]:
    """Return a test of whether a value is one that ``column`` admits; null is none."""
    judge = column.type.judge(lambda pattern: re.compile(pattern).fullmatch)
    return lambda value: judge(value) is None
