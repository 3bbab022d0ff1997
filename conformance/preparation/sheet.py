"""A filled-in sheet, whatever program saved it: rows of values, and how to name a cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from conformance.model.types.cell import Unreadable

#: The contents of a cell; a blank one is the empty string. A moment has no time zone.
Value = str | int | float | bool | datetime | Unreadable


class Row(Struct, frozen=True):
    """A row with something in it. ``number`` counts from 1, as the program shows it.

    ``hidden``: the program does not show it, for instance because of a filter.
    """

    number: int
    values: tuple[Value, ...]
    hidden: bool = False

    def at(self, column: int) -> Value:
        """The value in ``column``, counted from 0; blank beyond the last."""
        return self.values[column] if column < len(self.values) else ""


class Sheet(Protocol):
    """A table in a file, read row by row."""

    @property
    def name(self) -> str:
        """The file, for messages."""
        ...

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return what a User should know of how the sheet was read; complete once it was."""
        ...

    @property
    def doubted(self) -> bool:
        """Return True if a program may have made other text of numbers, such as 7.1 of 7.10."""
        ...

    def rows(self) -> Iterator[Row]:
        """The rows in order, without those that are blank.

        Raises:
            TadpError: the sheet cannot be read.
        """
        ...

    def place(self, row: int, column: int | None) -> str:
        """A cell, or a whole row, as the program names it; ``column`` counts from 0."""
        ...


def is_blank(value: Value) -> bool:
    """Return True if there is nothing in a cell, or nothing that can be seen."""
    return isinstance(value, str) and not value.strip()
