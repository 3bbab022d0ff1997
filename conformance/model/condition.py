"""When a rule of a profile applies to a record: what values other columns must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.types.choice import listed
from conformance.model.types.given import as_read

if TYPE_CHECKING:
    from conformance.model.types.column_type import ColumnType


class Condition(Struct, frozen=True):
    """A condition on ``column``: null or not, or one of ``among``, or none of these.

    The values are as they are read, so that an action is Release whatever its code is. Null is
    neither one of some values nor none of them.
    """

    column: str
    null: bool | None = None
    among: tuple[str, ...] = ()
    refused: bool = False

    def holds(self, kind: ColumnType, value: bytes) -> bool:
        """Return True if a conforming ``value`` of the column, whose type is ``kind``, is so."""
        if self.null is not None:
            return self.null is not bool(value)
        return bool(value) and (as_read(kind, value) in self.among) is not self.refused

    @property
    def opposite(self) -> Condition:
        """The condition that a value meets where it does not meet this one, and is not null."""
        if self.null is not None:
            return replace(self, null=not self.null)
        return replace(self, refused=not self.refused)

    def excludes(self, other: Condition) -> bool:
        """Return True if both are about one column, and no value meets both."""
        if self.column != other.column:
            return False
        if self.null or other.null:
            return self.null is not other.null
        mine, others = set(self.among), set(other.among)
        if self.null is False or other.null is False or (self.refused and other.refused):
            return False
        if self.refused or other.refused:
            return mine <= others if other.refused else others <= mine
        return mine.isdisjoint(others)

    @property
    def words(self) -> str:
        """The condition, after a word such as "where"."""
        if self.null is not None:
            return f"{self.column} is null" if self.null else f"{self.column} has a value"
        before = "neither null nor " if self.refused else ""
        return f"{self.column} is {before}{listed(self.among)}"


def condition(table: Mapping[str, Any]) -> Condition:
    """Return the condition that a table of a profile describes, which fits the schema."""
    refused = "not_in" in table
    among = table.get("not_in", table.get("in", ()))
    return Condition(table["column"], table.get("null"), tuple(map(str, among)), refused)
