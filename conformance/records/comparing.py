"""Comparisons: the value of a column against that of another, or against one of the profile."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from conformance.model.column import Column
from conformance.model.cross_rule import Comparator, CrossRule
from conformance.model.types.given import given
from conformance.records.splitting import Field

#: The values found and expected by a comparison that is not true.
_WORDS = {
    Comparator.BELOW: ("is not below", "less than"),
    Comparator.AT_MOST: ("is above", "at most"),
    Comparator.EQUAL: ("is not the same as", "the same as"),
    Comparator.UNEQUAL: ("is the same as", "another value than"),
}


class Miss(Struct, frozen=True):
    """Why a record does not keep a comparison: at which column, and in words."""

    index: int
    field: Field
    message: str
    expected: str
    null: bool = False


class Comparison(Struct, frozen=True, dict=True):
    """A comparison of the column at ``left`` with that at ``right``, or else with a value."""

    rule: CrossRule
    columns: tuple[Column, ...]
    left: int
    right: int | None = None

    @cached_property
    def _value(self) -> bytes:
        """The value of the profile, as the left column writes it."""
        found = given(self._left.type, self.rule.value) if self.rule.value is not None else None
        return found or b""

    @property
    def _left(self) -> Column:
        return self.columns[self.left]

    @property
    def _right(self) -> Column:
        """The column whose type reads what is at the right."""
        return self._left if self.right is None else self.columns[self.right]

    def holds_for(self, rows: Sequence[Sequence[bytes]]) -> bool:
        """Return True if all records surely keep it."""
        passes, holds = self.rule.null_passes, self.rule.comparator.holds
        left, right, value = self.left, self.right, self._value
        if self._left.type.clocks or self._right.type.clocks:
            return all(
                self.outcomes(mine, theirs) == {True} if mine and theirs else passes
                for mine, theirs in ((r[left], value if right is None else r[right]) for r in rows)
            )
        order, other = self._left.type.order, self._right.type.order
        if right is None:
            against = other(value)
            return all(holds(order(r[left]), against) if r[left] else passes for r in rows)
        return all(
            holds(order(r[left]), other(r[right])) if r[left] and r[right] else passes for r in rows
        )

    def outcomes(self, mine: bytes, theirs: bytes) -> set[bool]:
        """Return whether two values compare as they should: both, if they may be several."""
        one, other, holds = self._left.type, self._right.type, self.rule.comparator.holds
        return {holds(a, b) for a in one.orders(mine) for b in other.orders(theirs)}

    def compare(self, fields: Sequence[Field | None]) -> Miss | bool | None:
        """Return why a record does not keep it; True if it does by one of two moments only.

        Nothing: it keeps it, or a field cannot be read.
        """
        mine = fields[self.left]
        right = None if self.right is None else fields[self.right]
        if mine is None or (self.right is not None and right is None):
            return None
        theirs = right.value if right is not None else self._value
        if not mine.value or not theirs:
            return None if self.rule.null_passes else self._null(mine, right)
        outcomes = self.outcomes(mine.value, theirs)
        if True in outcomes:
            return len(outcomes) > 1
        found, wanted = _WORDS[self.rule.comparator]
        other = self.rule.against
        # Of a column it is the value that helps; one of the profile is named already.
        shown = other if self.right is None else f"{other}, {theirs.decode()}"
        return Miss(self.left, mine, f"{found} {other}", f"{wanted} {shown}")

    def _null(self, mine: Field, right: Field | None) -> Miss:
        """Return that one of two values that have to be compared is null."""
        if mine.value and right is not None and self.right is not None:
            return Miss(self.right, right, "is null", "a value to be compared", null=True)
        return Miss(self.left, mine, "is null", "a value to be compared", null=True)
