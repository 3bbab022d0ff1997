"""Whole numbers, such as thresholds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import inf
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
    Number,
)
from conformance.model.types.number import (
    BENEATH,
    BEYOND,
    LIMITS,
    canonical,
    filled,
    numerals,
    order_of,
    size,
)
from conformance.model.types.value_fault import ValueFault, always, spaces

if TYPE_CHECKING:
    from random import Random

NUMBER = b"0|[1-9][0-9]*"

#: A number of digits that RE2 still counts.
_COUNTED = 999
#: A spreadsheet program loses the digits beyond.
_EXACT_DIGITS = 15
_WITH_POINT = r"(-?[0-9]+)\.0+"
#: Numbers that are counted out where there is no limit.
_UNCOUNTED = 10**18


class Integer(ColumnType, frozen=True):
    """Decimal digits from ``minimum`` to ``maximum``.

    There is no sign, unless numbers are ``signed``: then one below 0 has a minus sign. There are no
    leading zeros, unless each value is filled up with ``pad`` to ``width`` characters.
    """

    name = "integer"
    reads_as = Meaning.NUMBER
    entries: ClassVar = {
        **{name: {**LIMITS[name], "type": "integer"} for name in ("minimum", "maximum")},
        "signed": LIMITS["signed"],
        "maximum_digits": {
            "type": "integer",
            "minimum": 1,
            "maximum": 40,
            "description": "The digits that the number may have at most.",
        },
        "digits": {
            "type": "integer",
            "minimum": 1,
            "maximum": 40,
            "description": "The digits that the number has, neither more nor less.",
        },
        "width": {
            "type": "integer",
            "minimum": 2,
            "maximum": 40,
            "description": "The characters that each value has, with what it is filled up with and "
            "a minus sign.",
        },
        "pad": {
            "enum": ["0", " "],
            "description": "What a number is filled up with, at its left; zeros where it is not "
            "said.",
        },
    }
    long_digits = True

    minimum: int | None = None
    maximum: int | None = None
    maximum_digits: int | None = None
    digits: int | None = None
    width: int | None = None
    pad: str | None = None
    signed: bool = False

    def problem(self, nullable: bool) -> str | None:
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and low > high:
            return f"minimum {low} is above maximum {high}"
        below = [one for one in (low, high) if one is not None and one < 0]
        if below and not self.signed:
            return f"{below[0]} is below 0, but the numbers are not signed"
        for entry in ("maximum", "digits", "width"):
            if getattr(self, entry) is not None and self.maximum_digits is not None:
                return f"has {entry} and maximum_digits, of which only the lower one decides"
        return self._problem_of_form() or self._problem_of_limits()

    def _problem_of_form(self) -> str | None:
        if self.pad is not None and self.width is None:
            return "has pad, and no width that it fills up to"
        if self.digits is not None and (self.width is not None or self.signed):
            return "has digits, which do not go with width or signed"
        if self.signed and self.minimum is not None and self.minimum >= 0:
            return f"is signed, but no number is below minimum {self.minimum}"
        return None

    def _problem_of_limits(self) -> str | None:
        digits = self.maximum_digits or self.digits or self.width
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        for entry, bound in bounds.items():
            signs = bound is not None and bound < 0 and self.width is not None
            if bound is not None and digits and len(str(abs(bound))) + signs > digits:
                what = "characters" if self.width is not None else "digits"
                return f"{entry} {bound} has more than {digits} {what}"
        if self.digits is not None and any(
            bound is not None and len(str(bound)) < self.digits for bound in bounds.values()
        ):
            return f"has a limit of less than {self.digits} digits"
        return None

    @property
    def lowest(self) -> int | None:
        """The smallest value, if there is one: without a sign, none is below 0."""
        if not self.signed:
            return max(self.minimum or 0, _least_of(self.digits))
        limits = [] if self.minimum is None else [self.minimum]
        limits += [] if self.maximum_digits is None else [1 - 10**self.maximum_digits]
        limits += [] if self.width is None else [1 - 10 ** (self.width - 1)]
        return max(limits, default=None)

    @property
    def limit(self) -> int | None:
        """The largest value, if there is one."""
        limits = [] if self.maximum is None else [self.maximum]
        known = (self.maximum_digits, self.digits, self.width)
        limits += [10**digits - 1 for digits in known if digits is not None]
        return min(limits, default=None)

    @property
    def _is_plain(self) -> bool:
        return self.width is None and not self.signed

    def expression(self, separators: bytes) -> bytes:
        low, high, width = self.lowest, self.limit, self.width
        if width is not None and low is not None and high is not None:
            return filled(low, high, width, self.pad or "0")
        if low is None or low < 0:
            return numerals(low, high, 0, b"")
        digits, top = self.maximum_digits, len(str(low))
        if high is not None and (self.maximum is not None or digits is None or digits <= top):
            return between(low, high)
        more = b"[1-9][0-9]{%d}" % top + (
            b"[0-9]*" if digits is None else b"[0-9]{0,%d}" % min(digits - top - 1, _COUNTED)
        )
        return alternatives((between(low, 10**top - 1), more))

    @property
    def widest(self) -> int | None:
        if self.width is not None or self.limit is None or self.lowest is None:
            return self.width
        return max(len(str(self.limit)), len(str(self.lowest)))

    @property
    def rules(self) -> tuple[Rule, ...]:
        bounded = self.digits is not None or (self.minimum, self.maximum, self.maximum_digits) != (
            None, None, None,
        )  # fmt: skip
        return (Rule.FIELD_FORM, Rule.RANGE) if bounded else (Rule.FIELD_FORM,)

    @property
    def narrowest(self) -> int:
        return self.width or (len(str(self.lowest)) if self.lowest and self.lowest > 0 else 1)

    @property
    def bounds(self) -> tuple[Number, Number]:
        low, high = self.lowest, self.limit
        return -inf if low is None else low, inf if high is None else high

    def judge(self, compile_pattern: Compile) -> Judge:
        matches = re.compile(self._form()).fullmatch
        low = BENEATH if self.lowest is None else order_of(b"%d" % self.lowest)
        high = BEYOND if self.limit is None else order_of(b"%d" % self.limit)
        order = self.order

        def broken(value: bytes) -> Rule | None:
            if not matches(value):
                return Rule.FIELD_FORM
            return None if low <= order(value) <= high else Rule.RANGE

        return broken

    def _form(self) -> bytes:
        """Return an expression for values, whatever their size."""
        if self._is_plain:
            return NUMBER
        sign, width = b"(?:-(?!0+$))?" if self.signed else b"", self.width
        if width is None:
            return sign + b"(?:" + NUMBER + b")"
        filled = b"[0-9]+" if self.pad != " " else b"(?:" + NUMBER + b")"
        before = b" *" if self.pad == " " else b""
        return b"(?=.{%d}$)" % width + before + sign + filled

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        if rule is not Rule.RANGE:
            message = "the value does not have the form of the column"
            return Explanation(message, f"an integer: {self._written()}")
        if self.digits is not None and len(value) != self.digits:
            message = f"the number has {len(value)} digits"
            return Explanation(message, f"{self.digits} digits")
        digits = self.maximum_digits
        if digits is not None and len(value.removeprefix(b"-")) > digits:
            return Explanation("the number is too long", f"at most {digits} digits")
        if self.lowest is not None and self.order(value) < order_of(b"%d" % self.lowest):
            return Explanation("the number is too small", f"at least {self.lowest}")
        return Explanation("the number is too large", f"at most {self.limit}")

    def _written(self) -> str:
        """Return how the number is written, in words."""
        if self.width is not None:
            filled = "spaces" if self.pad == " " else "zeros"
            sign = "a minus sign if below 0" if self.signed else "no sign"
            return f"{self.width} characters, filled up with {filled} at the left, {sign}"
        sign = "a minus sign only if below 0" if self.signed else "no sign"
        return f"digits only, {sign}, no leading zero"

    def resembles(self, text: str) -> bool:
        return re.fullmatch("-?[0-9]+", text.strip(" ")) is not None

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        return size if self._is_plain else self._order

    def _order(self, value: bytes) -> tuple[int, bytes]:
        return order_of(self.same(value))

    def same(self, value: bytes) -> bytes:
        if self._is_plain:
            return value
        bare = value.lstrip(b" ")
        sign = b"-" if bare.startswith(b"-") else b""
        return canonical(sign, bare.removeprefix(sign), b"")

    def spell(self, value: bytes) -> bytes:
        if self.width is None:
            return value
        if self.pad == " ":
            return value.rjust(self.width)
        return value.zfill(self.width)

    def _write(self, number: int) -> str:
        return self.spell(b"%d" % number).decode()

    def description(self) -> str:
        if self._is_plain:
            return f"A whole number{self._bounds()}, in digits, without leading zeros."
        return f"A whole number{self._bounds()}: {self._written()}."

    def _bounds(self) -> str:
        if self.digits is not None:
            return f" of {self.digits} digits"
        if self.signed and self.minimum is not None and self.maximum is not None:
            return f" from {self.minimum} to {self.maximum}"
        if self.signed and self.maximum is not None:
            return f" of at most {self.maximum}"
        if self.maximum is not None:
            return f" from {self.minimum or 0} to {self.maximum}"
        digits = f" of at most {self.maximum_digits} digits" if self.maximum_digits else ""
        return digits + (f", at least {self.minimum}" if self.minimum else "")

    @property
    def is_number(self) -> bool:
        known = (self.lowest, self.limit)
        return self.width is None and all(
            one is not None and len(str(one)) <= _EXACT_DIGITS for one in known
        )

    @property
    def cell_limits(self) -> tuple[int, int] | None:
        if self.is_number and self.limit is not None and self.lowest is not None:
            return self.lowest, self.limit
        longest = self.width or self.maximum_digits
        return (1, longest + (self.signed and not self.width)) if longest else None

    def from_text(self, text: str) -> Text | Unreadable:
        whole = re.fullmatch(_WITH_POINT, text.strip())
        if whole and (self.signed or not whole[1].startswith("-")):
            return Text(self.spell(whole[1].encode()).decode(), Tidied.WHOLE)
        if self.width is not None and re.fullmatch("-?[0-9]+", text.strip()):
            filled = self.spell(text.strip().encode()).decode()
            return Text(filled, None if filled == text else Tidied.FILLED)
        return super().from_text(text)

    def from_number(self, value: float, text: str) -> Text | Unreadable:
        return self.from_text(text)

    def make(self, index: int, random: Random) -> str:
        return self.near(1, 100_000, random)

    @property
    def count(self) -> int:
        low, high = self.lowest, self.limit
        return _UNCOUNTED if low is None or high is None else high - low + 1

    def nth(self, index: int) -> str | None:
        return self._write(self._first + index)

    @property
    def _first(self) -> int:
        """The number that others are counted out from."""
        if self.lowest is not None:
            return self.lowest
        return 0 if self.limit is None else self.limit - _UNCOUNTED

    def near(self, low: int, high: int, random: Random) -> str:
        least = self.lowest if self.lowest is not None else min(low, self.limit or 0)
        most = self.limit if self.limit is not None else max(high, least)
        first, last = max(low, least), min(high, most)
        if first > last:
            first, last = least, most
        return self._write(random.randint(first, last))

    def downwards(self) -> Iterator[str]:
        high = 1000 if self.limit is None else self.limit
        low = min(high - 1000, 0) if self.lowest is None else max(self.lowest, 0)
        return map(self._write, range(high, low, -1))

    def beside(self, value: bytes) -> Iterator[bytes]:
        if re.fullmatch(b"-?[0-9]+", value):
            yield from (self.spell(b"%d" % (int(value) + step)) for step in (1, -1))

    def other(self, value: str) -> str | None:
        least = self._first
        return self._write(least if value != self._write(least) else least + 1)

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
        yield ValueFault(form, "decimal", "a decimal point", lambda v: v + b".0")
        yield ValueFault(form, "exponent", "an exponent", lambda v: v + b"e0")
        yield ValueFault(form, "text", "letters", always(b"ten"))
        if self.minimum:
            yield from self._out_of_range("below", self.minimum - 1)
        if self.maximum is not None:
            yield from self._out_of_range("above", self.maximum + 1)
        if self.digits is not None:
            for name, more in (("more-digits", 1), ("less-digits", -1)):
                digits = b"1" * (self.digits + more)
                if digits:
                    yield ValueFault(Rule.RANGE, name, f"{len(digits)} digits", always(digits))
        if self.maximum_digits is not None:
            digits = b"1" * (self.maximum_digits + 1)
            yield ValueFault(Rule.RANGE, "too-long", f"{len(digits)} digits", always(digits))

    def _out_of_range(self, name: str, number: int) -> Iterator[ValueFault]:
        value = self._write(number).encode()
        if len(value) == (self.width or len(value)):
            yield ValueFault(Rule.RANGE, name, str(number), always(value))


def _least_of(digits: int | None) -> int:
    """Return the least number of so many digits."""
    return 10 ** (digits - 1) if digits is not None and digits > 1 else 0
