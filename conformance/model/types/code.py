"""Codes: one of the values that the profile lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from msgspec.structs import replace

from conformance.model.expression import alternatives
from conformance.model.rule import Rule
from conformance.model.types.cell import AS_TEXT, Text, Unreadable
from conformance.model.types.choice import (
    VALUE,
    VALUE_WANTED,
    difference,
    encoded,
    listed,
    longest,
    plain,
)
from conformance.model.types.column_type import ColumnType, Compile, Explanation, Judge, Meaning
from conformance.model.types.value_fault import ValueFault, always

if TYPE_CHECKING:
    from random import Random

#: Values that a description lists in words.
_FEW = 12
#: The forms of a code that a spreadsheet took for a date, such as 03/05/2025 or 03-May.
#: Compiled when it is first used: most values are among the choices.
_DATE = (
    rb"(\d{1,2}([/-])\d{1,2}\2(\d{4}|\d{2})|\d{4}([/-])\d{1,2}\4\d{1,2})([ T]\d\d?:\d\d(:\d\d)?)?"
    rb"|(\d{1,2}[ -])?[A-Z][a-z]{2}[ -](\d{4}|\d{2})|\d{1,2}[ -][A-Z][a-z]{2}"
)


class Listed(ColumnType, frozen=True, dict=True):
    """One of ``choices``."""

    rules = (Rule.LISTED_VALUE,)

    @property
    def shapes(self) -> tuple[str, ...]:
        return tuple(map(re.escape, self.choices))

    def expression(self, separators: bytes) -> bytes:
        return alternatives(map(re.escape, plain(self.choices, separators)))

    @property
    def widest(self) -> int:
        return longest(self.choices)

    @property
    def narrowest(self) -> int:
        return min(len(value) for value in self.choices)

    def judge(self, compile_pattern: Compile) -> Judge:
        known = encoded(self.choices)
        return lambda value: None if value in known else Rule.LISTED_VALUE

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        message = "the value is not one of those listed"
        if re.fullmatch(_DATE, value) and not any(
            re.fullmatch(_DATE, one) for one in encoded(self.choices)
        ):
            message += "; a spreadsheet has changed it into a date"
        return Explanation(message + difference(value, encoded(self.choices)), listed(self.choices))

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.choices)

    def resembles(self, text: str) -> bool:
        return text in self._known

    def description(self) -> str:
        few = len(self.choices) <= _FEW
        return f"One of {', '.join(self.choices)}." if few else "A value of the list."

    def from_number(self, value: float, text: str) -> Text | Unreadable:
        alike = [code for code in self.choices if _same_number(code, value)]
        if len(alike) > 1 or (alike and alike[0] != text):
            message = f"the program made a number of the value, which was {' or '.join(alike)}"
            return Unreadable(message, text, AS_TEXT)
        return Text(text)

    def make(self, index: int, random: Random) -> str:
        return random.choice(self.choices)

    @property
    def count(self) -> int:
        return len(self.choices)

    def nth(self, index: int) -> str | None:
        return self.choices[index]

    def other(self, value: str) -> str | None:
        return next((v for v in self.choices if v != value), None)

    def faults(self) -> Iterator[ValueFault]:
        rule = Rule.LISTED_VALUE
        others = ("99.99", *(f"X{number}" for number in range(len(self.choices))))
        other = next(one for one in others if one not in self.choices).encode()
        yield ValueFault(rule, "unknown", "a value that is not listed", always(other))
        padded = {f"0{v}" for v in self.choices if v[:1].isdigit()}
        if padded and padded.isdisjoint(self.choices):
            yield ValueFault(rule, "leading-zero", "a zero in front", lambda v: b"0" + v)
        short = next((v for v in self.choices if v[:-1] not in ("", *self.choices)), None)
        if short is not None:
            yield ValueFault(rule, "cut-short", "a value cut short", always(short[:-1].encode()))
        numbers = any("." in v and v[0].isdigit() for v in self.choices)
        if numbers and {f"{v}." for v in self.choices}.isdisjoint(self.choices):
            yield ValueFault(rule, "dot-behind", "a dot after", lambda v: v + b".")
        yield ValueFault(rule, "trailing-space", "a space after", lambda v: v + b" ")
        swapped = {v: v.swapcase() for v in self.choices}
        if any(other not in self.choices for value, other in swapped.items() if other != value):
            yield ValueFault(rule, "other-case", "in the other case", bytes.swapcase)


class Code(Listed, frozen=True):
    """One of ``values``, or of the list of the model that ``values_from`` names."""

    name = "code"
    reads_as = Meaning.CODE
    entries: ClassVar = {
        "values": {
            "description": "The values that the field may have.",
            "type": "array",
            "items": {"type": "string", "pattern": VALUE, "x-wanted": VALUE_WANTED},
            "minItems": 1,
            "uniqueItems": True,
        },
        "values_from": {
            "description": "The list of the model that the values are from.",
            "enum": ["service-reference-variants"],
        },
    }
    needs: ClassVar = {"oneOf": [{"required": ["values"]}, {"required": ["values_from"]}]}

    values: tuple[str, ...] = ()

    def configured(self, entries: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]) -> Code:
        named = entries.get("values_from")
        return Code(lists[named] if named else tuple(entries["values"]))

    @property
    def choices(self) -> tuple[str, ...]:
        return self.values

    def among(self, allowed: Collection[str]) -> Self:
        return replace(self, values=tuple(v for v in self.values if v in allowed))


def _same_number(code: str, value: float) -> bool:
    try:
        return float(code) == value
    except ValueError:
        return False
