"""Single values that a profile gives: what a word means, or what a column is compared with."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from msgspec import Struct

from conformance.model.types.column_type import ColumnType
from conformance.model.types.number import exact


class Given(Struct, frozen=True):
    """A value as a profile gives it: a number, or a text as the column writes it."""

    value: int | float | str

    @property
    def text(self) -> str:
        """The value in words."""
        return str(self.value)


def given(kind: ColumnType, value: Given) -> bytes | None:
    """Return the conforming value of ``kind`` that is given, if it is one.

    A number is that number, however the column writes it. A text is a value as the column writes
    it or, where it writes none so, as values are read: Release, whatever its code is.
    """
    if not isinstance(value.value, str):
        return conforming_value(kind, exact(Decimal(str(value.value))).decode())
    as_is = value.value.encode()
    return as_is if conforming(kind, as_is) else conforming_value(kind, value.value)


def as_read(kind: ColumnType, value: bytes) -> str:
    """Return what a conforming ``value`` means: the action of a code, else what ``same`` gives."""
    return kind.action(value) or kind.same(value).decode(errors="surrogateescape")


def conforming_value(kind: ColumnType, meant: str) -> bytes | None:
    """Return a conforming value of ``kind`` that means ``meant``, if there is one."""
    action = kind.of_action(meant)
    try:
        value = action.encode() if action is not None else kind.spell(meant.encode())
    except ValueError:  # nothing like a value of the type
        return None
    return value if conforming(kind, value) and as_read(kind, value) == meant else None


def conforming(kind: ColumnType, value: bytes) -> bool:
    """Return True if ``value`` is one of the type's, and a field can have it."""
    fits = re.fullmatch(kind.expression(b","), value)
    return bool(fits) and kind.judge(python_pattern)(value) is None


def python_pattern(pattern: str) -> Callable[[str], object]:
    """Compile a pattern of the profile with the engine of the standard library."""
    return re.compile(pattern).fullmatch
