"""Columns that are always null."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from conformance.model.rule import Rule
from conformance.model.types.column_type import ColumnType, Compile, Explanation, Judge, Meaning
from conformance.model.types.value_fault import ValueFault, always

if TYPE_CHECKING:
    from random import Random


class Nothing(ColumnType, frozen=True):
    """No value at all, such as the action in a report that has none yet."""

    name = "nothing"
    reads_as = Meaning.NULL
    always_null = True
    widest = 0
    cell_limits = (0, 0)

    def problem(self, nullable: bool) -> str | None:
        return None if nullable else "is always null, so it must be nullable"

    def expression(self, separators: bytes) -> bytes:
        return b""

    @property
    def narrowest(self) -> int:
        return 0

    def judge(self, compile_pattern: Compile) -> Judge:
        return lambda value: Rule.FIELD_FORM if value else None

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        return Explanation("the field is not null", "null: nothing between the separators")

    def resembles(self, text: str) -> bool:
        return False

    def description(self) -> str:
        return "Nothing."

    def make(self, index: int, random: Random) -> str:
        return ""

    count = 1

    def nth(self, index: int) -> str | None:
        return ""

    def faults(self) -> Iterator[ValueFault]:
        title = "a value where there must be none"
        yield ValueFault(Rule.FIELD_FORM, "value", title, always(b"Release"))
