"""A type of column that is in no profile, to show that a type is one module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from conformance.model.rule import Rule
from conformance.model.types.column_type import ColumnType, Compile, Explanation, Judge, Meaning
from conformance.model.types.value_fault import ValueFault, always, spaces

_DIGITS = "0123456789ABCDEF"
_FORM = re.compile(b"#[0-9A-F]{6}")


class Colour(ColumnType, frozen=True):
    """A hash sign and six hexadecimal digits; the first is at least ``least_red``."""

    name = "colour"
    reads_as = Meaning.TEXT
    entries: ClassVar = {
        "least_red": {
            "description": "The least red, as the first digit has it.",
            "type": "integer", "minimum": 1, "maximum": 15,
        },
    }  # fmt: skip
    widest = 7
    cell_limits = (7, 7)
    rules = (Rule.FIELD_FORM, Rule.RANGE)

    least_red: int = 1

    def expression(self, separators: bytes) -> bytes:
        return b"#[" + _DIGITS[self.least_red :].encode() + b"][0-9A-F]{5}"

    def judge(self, compile_pattern: Compile) -> Judge:
        def broken(value: bytes) -> Rule | None:
            if not _FORM.fullmatch(value):
                return Rule.FIELD_FORM
            return None if self._red(value) >= self.least_red else Rule.RANGE

        return broken

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        if rule is Rule.RANGE:
            return Explanation("too little red", f"red of at least {_DIGITS[self.least_red]}0")
        return Explanation("not a colour", "a colour, such as #C0FFEE")

    def resembles(self, text: str) -> bool:
        return re.fullmatch("#[0-9A-Fa-f]{6}", text) is not None

    def description(self) -> str:
        return "A colour, such as #C0FFEE."

    def make(self, index: int, random: Random) -> str:
        return f"#{random.randint(self.least_red << 20, (1 << 24) - 1):06X}"

    @property
    def count(self) -> int:
        return (16 - self.least_red) << 20

    def nth(self, index: int) -> str:
        return f"#{(self.least_red << 20) + index:06X}"

    def faults(self) -> Iterator[ValueFault]:
        yield from spaces()
        yield ValueFault(Rule.FIELD_FORM, "short", "a digit too few", lambda v: v[:-1])
        yield ValueFault(Rule.FIELD_FORM, "word", "a colour's name", always(b"Blue"))
        low = b"#%c00000" % _DIGITS[self.least_red - 1].encode()
        yield ValueFault(Rule.RANGE, "red", "too little red", always(low))

    def _red(self, value: bytes) -> int:
        return _DIGITS.index(chr(value[1]))
