"""Limits and faults that whole numbers and those with a fraction share."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.model.rule import Rule
from conformance.model.types.cell import Text, Unreadable
from conformance.model.types.column_type import (
    ColumnType,
    Compile,
    Explanation,
    Judge,
    Meaning,
    Number,
)
from conformance.model.types.number import BENEATH, BEYOND, order_of
from conformance.model.types.value_fault import ValueFault, always, spaces

if TYPE_CHECKING:
    from random import Random

#: Numbers that are counted out where there is no limit.
UNCOUNTED = 10**18


class Numeric(ColumnType, frozen=True, dict=True):
    """Digits from ``minimum`` to ``maximum``; with a minus sign below 0 if ``signed``.

    Each value is filled up with ``pad`` to ``width`` characters, if that is said.
    """

    reads_as = Meaning.NUMBER
    long_digits = True
    #: A number, in words.
    noun: ClassVar[str]
    is_whole: ClassVar[bool] = False

    minimum: Any = None
    maximum: Any = None
    signed: bool = False
    width: int | None = None
    pad: str | None = None

    @property
    @abstractmethod
    def lowest(self) -> Any:
        """The smallest value, if there is one: without a sign, none is below 0."""

    @property
    @abstractmethod
    def limit(self) -> Any:
        """The largest value, if there is one."""

    @property
    @abstractmethod
    def unit(self) -> Any:
        """The difference between two values that are next to one another."""

    @property
    @abstractmethod
    def first(self) -> Any:
        """The number that others are counted out from."""

    @abstractmethod
    def exactly(self, number: Any) -> bytes:
        """Return a number as ``canonical`` writes it."""

    @abstractmethod
    def form(self) -> bytes:
        """Return an expression for values, whatever their size."""

    @abstractmethod
    def in_words(self) -> str:
        """Return how the number is written, in words."""

    def write(self, number: Any) -> str:
        """Return a number as the column has it."""
        return self.spell(self.exactly(number)).decode()

    def problem(self, nullable: bool) -> str | None:
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and low > high:
            return f"minimum {low} is above maximum {high}"
        below = [one for one in (low, high) if one is not None and one < 0]
        if below and not self.signed:
            return f"{below[0]} is below 0, but the numbers are not signed"
        if self.signed and low is not None and low >= 0:
            return f"is signed, but no number is below minimum {low}"
        if self.pad is not None and self.width is None:
            return "has pad, and no width that it fills up to"
        return None

    @property
    def bounds(self) -> tuple[Number, Number]:
        low, high = self.lowest, self.limit
        return -inf if low is None else low, inf if high is None else high

    def judge(self, compile_pattern: Compile) -> Judge:
        matches = re.compile(self.form()).fullmatch
        low = BENEATH if self.lowest is None else order_of(self.exactly(self.lowest))
        high = BEYOND if self.limit is None else order_of(self.exactly(self.limit))
        order = self.order

        def broken(value: bytes) -> Rule | None:
            if not matches(value):
                return Rule.FIELD_FORM
            return None if low <= order(value) <= high else Rule.RANGE

        return broken

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        if rule is not Rule.RANGE:
            message = "the value does not have the form of the column"
            return Explanation(message, f"{self.noun}: {self.in_words()}")
        if self.lowest is not None and self.order(value) < order_of(self.exactly(self.lowest)):
            return Explanation("the number is too small", f"at least {self.lowest}")
        return Explanation("the number is too large", f"at most {self.limit}")

    @property
    def sign_in_words(self) -> str:
        """When there is a sign, in words."""
        return "a minus sign only if below 0" if self.signed else "no sign"

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        return self._order

    def _order(self, value: bytes) -> tuple[int, bytes]:
        return order_of(self.same(value))

    def filled_up(self, sign: bytes, digits: bytes) -> bytes:
        """Return a number with what it is filled up with, if it is."""
        if self.width is None:
            return sign + digits
        if self.pad == " ":
            return (sign + digits).rjust(self.width)
        return sign + digits.rjust(self.width - len(sign), b"0")

    # --- In a sheet, and made up ------------------------------------------------------------------

    def from_number(self, value: float, text: str) -> Text | Unreadable:
        return self.from_text(text)

    def make(self, index: int, random: Random) -> str:
        return self.near(1, 100_000, random)

    @property
    def count(self) -> int:
        if self.lowest is None or self.limit is None:
            return UNCOUNTED
        steps = int((self.limit - self.first) // self.unit)
        return steps + 1 if self.limit >= self.first else 0

    def nth(self, index: int) -> str | None:
        return self.write(self.first + index * self.unit)

    def near(self, low: int, high: int, random: Random) -> str:
        first, count = _near(self, low, high)
        return self.write(first + random.randrange(count) * self.unit)

    def downwards(self) -> Iterator[str]:
        kind = type(self.unit)
        high = kind(1000) if self.limit is None else self.limit
        low = kind(max(self.first, min(high - 1000, 0)))
        return (self.write(low + step) for step in range(int(high - low), 0, -1))

    def highest(self, value: bytes) -> bytes | None:
        return None if self.limit is None else self.write(self.limit).encode()

    def beside(self, value: bytes) -> Iterator[bytes]:
        if re.fullmatch(b"-?[0-9]+(?:[.][0-9]+)?", value):
            kind = Decimal if b"." in value else type(self.unit)
            for step in (self.unit, -self.unit):
                yield self.write(kind(value.decode()) + step).encode()

    def other(self, value: str) -> str | None:
        first = self.write(self.first)
        return first if value != first else self.nth(1)

    def faults(self) -> Iterator[ValueFault]:
        form = Rule.FIELD_FORM
        yield from spaces()
        yield ValueFault(form, "plus", "a plus sign", lambda v: b"+" + v)
        yield ValueFault(form, "minus", "two minus signs" if self.signed else "a minus sign",
                         lambda v: (b"--" if self.signed else b"-") + v)  # fmt: skip
        if self.width is None:
            yield ValueFault(form, "leading-zero", "a leading zero", lambda v: b"0" + v)
        else:
            yield ValueFault(form, "longer", "a zero more", lambda v: b"0" + v)
            yield ValueFault(form, "not-filled-up", "not filled up", always(b"1"))
        if self.is_whole:
            yield ValueFault(form, "decimal", "a decimal point", lambda v: v + b".0")
        yield ValueFault(form, "exponent", "an exponent", lambda v: v + b"e0")
        yield ValueFault(form, "text", "letters", always(b"ten"))
        if self.width is None:
            # Text that programming languages read as numbers.
            yield ValueFault(form, "underscore", "an underscore", always(b"1_0"))
            yield ValueFault(form, "hexadecimal", "in hexadecimal", always(b"0x1"))
            yield ValueFault(form, "double-zero", "0 in two digits", always(b"00"))
        for name, bound, step in (("below", self.minimum, -1), ("above", self.maximum, 1)):
            number = None if bound is None else self.beyond(bound, step)
            if number is None or (number < 0 and not self.signed):
                continue
            text = self.write(number)
            if len(text) == (self.width or len(text)):
                yield ValueFault(Rule.RANGE, name, text, always(text.encode()))

    def beyond(self, bound: Any, step: int) -> Any:
        """Return the number beyond a limit."""
        return bound + step * self.unit


@lru_cache(maxsize=64)
def _near(kind: Numeric, low: int, high: int) -> tuple[Any, int]:
    """Return the first number from ``low`` to ``high``, or of the next best, and how many."""
    make, least = type(kind.unit), kind.first
    most = max(make(high), least) if kind.limit is None else kind.limit
    first, last = max(make(low), least), min(make(high), most)
    if first > last:
        first, last = least, most
    return first, int((last - first) // kind.unit) + 1
