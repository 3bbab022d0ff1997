"""Whole numbers, such as thresholds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import ClassVar

from conformance.model.expression import alternatives, between
from conformance.model.rule import Rule
from conformance.model.types.cell import Text, Tidied, Unreadable
from conformance.model.types.column_type import (
    Explanation,
)
from conformance.model.types.number import LIMITS, canonical, filled, numerals, size
from conformance.model.types.numeric import UNCOUNTED, Numeric
from conformance.model.types.value_fault import ValueFault, always
from conformance.patterns import pattern

NUMBER = b"0|[1-9][0-9]*"

#: A number of digits that RE2 still counts.
_COUNTED = 999
#: A spreadsheet program loses the digits beyond.
_EXACT_DIGITS = 15
_WITH_POINT = r"(-?[0-9]+)\.0+"


class Integer(Numeric, frozen=True):
    """Decimal digits from ``minimum`` to ``maximum``.

    There is no sign, unless numbers are ``signed``: then one below 0 has a minus sign. There are no
    leading zeros, unless each value is filled up with ``pad`` to ``width`` characters.
    """

    name = "integer"
    noun = "an integer"
    is_whole = True
    unit = 1
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
        "width": LIMITS["width"],
        "pad": LIMITS["pad"],
    }

    maximum_digits: int | None = None
    digits: int | None = None

    def problem(self, nullable: bool) -> str | None:
        for entry in ("maximum", "digits", "width"):
            if getattr(self, entry) is not None and self.maximum_digits is not None:
                return f"has {entry} and maximum_digits; only the lower of them has an effect"
        if self.digits is not None and (self.width is not None or self.signed):
            return "has digits, which do not go with width or signed"
        return super().problem(nullable) or self._problem_of_limits()

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

    @cached_property
    def lowest(self) -> int | None:
        if not self.signed:
            return max(self.minimum or 0, _least_of(self.digits))
        limits = [] if self.minimum is None else [self.minimum]
        limits += [] if self.maximum_digits is None else [1 - 10**self.maximum_digits]
        limits += [] if self.width is None else [1 - 10 ** (self.width - 1)]
        return max(limits, default=None)

    @cached_property
    def limit(self) -> int | None:
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

    def exactly(self, number: int) -> bytes:
        return b"%d" % number

    def write(self, number: int) -> str:
        return str(number) if self.width is None else super().write(number)

    def form(self) -> bytes:
        if self._is_plain:
            return NUMBER
        sign, width = b"(?:-(?!0+$))?" if self.signed else b"", self.width
        if width is None:
            return sign + b"(?:" + NUMBER + b")"
        filled = b"[0-9]+" if self.pad != " " else b"(?:" + NUMBER + b")"
        before = b" *" if self.pad == " " else b""
        return b"(?=.{%d}$)" % width + before + sign + filled

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        if rule is Rule.RANGE and self.digits is not None and len(value) != self.digits:
            message = f"the number has {len(value)} digits"
            return Explanation(message, f"{self.digits} digits")
        digits = self.maximum_digits
        if rule is Rule.RANGE and digits and len(value.removeprefix(b"-")) > digits:
            return Explanation("the number is too long", f"at most {digits} digits")
        return super().explain(rule, value)

    def in_words(self) -> str:
        if self.width is not None:
            filled = "spaces" if self.pad == " " else "zeros"
            sign = "a minus sign if below 0" if self.signed else "no sign"
            return f"{self.width} characters, filled up with {filled} at the left, {sign}"
        digits = "digits only" if self.digits is None else f"{self.digits} digits"
        return f"{digits}, {self.sign_in_words}, no leading zero"

    def resembles(self, text: str) -> bool:
        return pattern("-?[0-9]+").fullmatch(text.strip(" ")) is not None

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        return size if self._is_plain else super().order

    def same(self, value: bytes) -> bytes:
        if self._is_plain:
            return value
        bare = value.lstrip(b" ")
        sign = b"-" if bare.startswith(b"-") else b""
        return canonical(sign, bare.removeprefix(sign), b"")

    def spell(self, value: bytes) -> bytes:
        if not re.fullmatch(b"-?[0-9]+", value):
            return value
        sign = b"-" if value.startswith(b"-") else b""
        return self.filled_up(sign, value.removeprefix(sign))

    def description(self) -> str:
        if self._is_plain:
            return f"A whole number{self._bounds()}, in digits, without leading zeros."
        return f"A whole number{self._bounds()}: {self.in_words()}."

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

    @cached_property
    def first(self) -> int:
        if self.lowest is not None:
            return self.lowest
        return 0 if self.limit is None else self.limit - UNCOUNTED

    def faults(self) -> Iterator[ValueFault]:
        if self._is_plain:
            title = "a minus sign before 0"
            yield ValueFault(Rule.FIELD_FORM, "minus-zero", title, always(b"-0"))
        yield from super().faults()
        if self.digits is not None:
            for name, more in (("more-digits", 1), ("less-digits", -1)):
                digits = b"1" * (self.digits + more)
                if digits:
                    yield ValueFault(Rule.RANGE, name, f"{len(digits)} digits", always(digits))
        if self.maximum_digits is not None:
            digits = b"1" * (self.maximum_digits + 1)
            yield ValueFault(Rule.RANGE, "too-long", f"{len(digits)} digits", always(digits))


def _least_of(digits: int | None) -> int:
    """Return the least number of so many digits."""
    return 10 ** (digits - 1) if digits is not None and digits > 1 else 0
