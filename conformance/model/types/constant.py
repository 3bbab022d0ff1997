"""Constants: fields that say the same in each record."""

from __future__ import annotations

from typing import ClassVar

from conformance.model.rule import Rule
from conformance.model.types.choice import VALUE, VALUE_WANTED, difference, encoded
from conformance.model.types.code import Listed
from conformance.model.types.column_type import Explanation, Meaning


class Constant(Listed, frozen=True):
    """``value``, from which nothing can be read."""

    name = "constant"
    reads_as = Meaning.CONSTANT
    entries: ClassVar = {
        "value": {
            "type": "string",
            "description": "What the field says in each record.",
            "pattern": VALUE,
            "x-wanted": VALUE_WANTED,
        }
    }
    needs: ClassVar = {"required": ["value"]}

    value: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        return (self.value,)

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        message = "the value is not the one that the column always has"
        return Explanation(message + difference(value, encoded(self.choices)), self.value)

    def description(self) -> str:
        return f"Always {self.value}."
