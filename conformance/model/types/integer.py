"""Whole numbers, such as thresholds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from conformance.model.expression import alternatives, between
from conformance.model.rule import Rule
from conformance.model.types.cell import Text, Tidied, Unreadable
from conformance.model.types.column_type import (
    ColumnType,
    Compile,
    Explanation,
    Judge,
    Meaning,
    ValueFault,
    always,
    spaces,
)

if TYPE_CHECKING:
    from random import Random

NUMBER = b"0|[1-9][0-9]*"

#: A number of digits that RE2 still counts.
_COUNTED = 999
#: A spreadsheet program loses the digits beyond.
_EXACT_DIGITS = 15
_WITH_POINT = r"([0-9]+)\.0+"
#: Numbers that are counted out where there is no limit.
_UNCOUNTED = 10**18
#: Above any number, however long.
_BEYOND = (1 << 62, b"")


def size(number: bytes) -> tuple[int, bytes]:
    """Return what numbers without leading zeros are compared by, however long they are."""
    return len(number), number


class Integer(ColumnType, frozen=True):
    """Decimal digits, without a sign or leading zeros, from ``minimum`` to ``maximum``."""

    name = "integer"
    reads_as = Meaning.NUMBER
    entries: ClassVar = {
        "minimum": {"description": "The smallest value.", "type": "integer", "minimum": 0},
        "maximum": {"description": "The largest value.", "type": "integer", "minimum": 0},
        "maximum_digits": {
            "description": "How many digits a value has at most.",
            "type": "integer",
            "minimum": 1,
            "maximum": 40,
        },
    }
    long_digits = True

    minimum: int | None = None
    maximum: int | None = None
    maximum_digits: int | None = None

    def problem(self, nullable: bool) -> str | None:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            return f"minimum {self.minimum} is above maximum {self.maximum}"
        if self.maximum is not None and self.maximum_digits is not None:
            return "has maximum and maximum_digits, of which only the lower one decides"
        if self.limit is not None and self.lowest > self.limit:
            return f"minimum {self.minimum} has more than {self.maximum_digits} digits"
        return None

    @property
    def lowest(self) -> int:
        """The smallest value; there is no sign, so none is below 0."""
        return max(self.minimum or 0, 0)

    @property
    def limit(self) -> int | None:
        """The largest value, if there is one."""
        limits = [] if self.maximum is None else [self.maximum]
        limits += [] if self.maximum_digits is None else [10**self.maximum_digits - 1]
        return min(limits, default=None)

    def expression(self, separators: bytes) -> bytes:
        low, digits = self.lowest, self.maximum_digits
        top = len(str(low))
        if self.limit is not None and (
            self.maximum is not None or (digits is not None and digits <= top)
        ):
            return between(low, self.limit)
        more = b"[1-9][0-9]{%d}" % top + (
            b"[0-9]*" if digits is None else b"[0-9]{0,%d}" % min(digits - top - 1, _COUNTED)
        )
        return alternatives((between(low, 10**top - 1), more))

    @property
    def widest(self) -> int | None:
        return self.maximum_digits if self.maximum is None else len(str(self.maximum))

    @property
    def rules(self) -> tuple[Rule, ...]:
        bounded = (self.minimum, self.maximum, self.maximum_digits) != (None, None, None)
        return (Rule.FIELD_FORM, Rule.RANGE) if bounded else (Rule.FIELD_FORM,)

    @property
    def narrowest(self) -> int:
        return len(str(self.lowest))

    @property
    def bounds(self) -> tuple[int, int | None]:
        return self.lowest, self.limit

    def judge(self, compile_pattern: Compile) -> Judge:
        matches = re.compile(NUMBER).fullmatch
        low = size(b"%d" % self.lowest)
        high = _BEYOND if self.limit is None else size(b"%d" % self.limit)

        def broken(value: bytes) -> Rule | None:
            if not matches(value):
                return Rule.FIELD_FORM
            return None if low <= size(value) <= high else Rule.RANGE

        return broken

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        if rule is not Rule.RANGE:
            return Explanation(
                "the value does not have the form of the column",
                "an integer: digits only, no sign, no leading zero",
            )
        if self.maximum_digits is not None and len(value) > self.maximum_digits:
            return Explanation("the number is too long", f"at most {self.maximum_digits} digits")
        if size(value) < size(b"%d" % self.lowest):
            return Explanation("the number is too small", f"at least {self.minimum}")
        return Explanation("the number is too large", f"at most {self.maximum}")

    def resembles(self, text: str) -> bool:
        return re.fullmatch("[0-9]+", text) is not None

    def order(self, value: bytes) -> tuple[int, bytes]:
        return size(value)

    def description(self) -> str:
        return f"A whole number{self._bounds()}, in digits, without leading zeros."

    def _bounds(self) -> str:
        if self.maximum is not None:
            return f" from {self.minimum or 0} to {self.maximum}"
        digits = f" of at most {self.maximum_digits} digits" if self.maximum_digits else ""
        return digits + (f", at least {self.minimum}" if self.minimum else "")

    @property
    def is_number(self) -> bool:
        return self.limit is not None and len(str(self.limit)) <= _EXACT_DIGITS

    @property
    def cell_limits(self) -> tuple[int, int] | None:
        if self.is_number and self.limit is not None:
            return self.lowest, self.limit
        return (1, self.maximum_digits) if self.maximum_digits else None

    def from_text(self, text: str) -> Text | Unreadable:
        whole = re.fullmatch(_WITH_POINT, text.strip())
        return Text(whole[1], Tidied.WHOLE) if whole else super().from_text(text)

    def make(self, index: int, random: Random) -> str:
        return self.near(1, 100_000, random)

    @property
    def count(self) -> int:
        return _UNCOUNTED if self.limit is None else self.limit - self.lowest + 1

    def nth(self, index: int) -> str | None:
        return str(self.lowest + index)

    def near(self, low: int, high: int, random: Random) -> str:
        least = self.minimum or 0
        most = self.maximum if self.maximum is not None else max(high, least)
        if self.maximum_digits is not None:
            most = min(most, 10**self.maximum_digits - 1)
        first, last = max(low, least), min(high, most)
        return str(random.randint(first, last) if first <= last else random.randint(least, most))

    def downwards(self) -> Iterator[str]:
        return map(str, range(self.maximum or 1000, 0, -1))

    def other(self, value: str) -> str | None:
        least = self.minimum or 0
        return str(least if value != str(least) else least + 1)

    def faults(self) -> Iterator[ValueFault]:
        form = Rule.FIELD_FORM
        yield from spaces()
        yield ValueFault(form, "plus", "a plus sign", lambda v: b"+" + v)
        yield ValueFault(form, "minus", "a minus sign", lambda v: b"-" + v)
        yield ValueFault(form, "leading-zero", "a leading zero", lambda v: b"0" + v)
        yield ValueFault(form, "decimal", "a decimal point", lambda v: v + b".0")
        yield ValueFault(form, "exponent", "an exponent", lambda v: v + b"e0")
        yield ValueFault(form, "text", "letters", always(b"ten"))
        if self.minimum:
            yield self._out_of_range("below", self.minimum - 1)
        if self.maximum is not None:
            yield self._out_of_range("above", self.maximum + 1)
        if self.maximum_digits is not None:
            digits = b"1" * (self.maximum_digits + 1)
            yield ValueFault(Rule.RANGE, "too-long", f"{len(digits)} digits", always(digits))

    def _out_of_range(self, name: str, number: int) -> ValueFault:
        return ValueFault(Rule.RANGE, name, str(number), always(b"%d" % number))
