"""Numbers with a fraction, such as thresholds in hours or in parts of a hundred."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar, Self

from conformance.model.expression import alternatives
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
    exact,
    numerals,
    order_of,
)
from conformance.model.types.value_fault import ValueFault, always, spaces

if TYPE_CHECKING:
    from random import Random

#: Numbers that are counted out where there is no limit.
_UNCOUNTED = 10**18
_DIGITS = {"type": "integer", "minimum": 1, "maximum": 9}
#: The greatest limit: a number in a profile has no more digits.
_GREATEST = 10**15


class DecimalNumber(ColumnType, frozen=True):
    """Digits, a point and digits, without leading zeros, from ``minimum`` to ``maximum``.

    There are ``fraction_digits`` after the point; or up to ``maximum_fraction_digits``, and then a
    value has several spellings: 1.5 is 1.50. Where the point is implied, the last
    ``fraction_digits`` are the fraction.
    """

    name = "decimal"
    reads_as = Meaning.NUMBER
    entries: ClassVar = {
        **{
            name: {**LIMITS[name], "minimum": -_GREATEST, "maximum": _GREATEST}
            for name in ("minimum", "maximum")
        },
        "signed": LIMITS["signed"],
        "fraction_digits": {
            **_DIGITS,
            "description": "The digits after the point, neither more nor less.",
        },
        "maximum_fraction_digits": {
            **_DIGITS,
            "description": "The digits after the point at most; without any, there is no point.",
        },
        "point": {
            "enum": [".", "implied"],
            "description": "What is before the fraction: a full stop, which is so where it is not "
            "said, or nothing, so that 1250 is 12.50.",
        },
    }
    needs: ClassVar = {
        "oneOf": [{"required": ["fraction_digits"]}, {"required": ["maximum_fraction_digits"]}]
    }
    long_digits = True

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    signed: bool = False
    fraction_digits: int | None = None
    maximum_fraction_digits: int | None = None
    point: str | None = None

    def configured(self, entries: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]) -> Self:
        limits = {
            name: Decimal(str(entries[name])) for name in ("minimum", "maximum") if name in entries
        }
        return type(self)(**{**entries, **limits})

    def problem(self, nullable: bool) -> str | None:
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and low > high:
            return f"minimum {low} is above maximum {high}"
        below = [one for one in (low, high) if one is not None and one < 0]
        if below and not self.signed:
            return f"{below[0]} is below 0, but the numbers are not signed"
        if self.signed and low is not None and low >= 0:
            return f"is signed, but no number is below minimum {low}"
        if self.point == "implied" and self.fraction_digits is None:
            return "has an implied point, which goes with fraction_digits only"
        if self.count < 1:
            return f"no number of {self._most} fraction digits is from {low} to {high}"
        return None

    @property
    def _most(self) -> int:
        """The digits after the point at most."""
        return self.fraction_digits or self.maximum_fraction_digits or 0

    @property
    def _least(self) -> int:
        return self.fraction_digits or 0

    @property
    def _point(self) -> bytes:
        return b"" if self.point == "implied" else b"."

    @property
    def lowest(self) -> Decimal | None:
        """The smallest value, if there is one: without a sign, none is below 0."""
        return self.minimum if self.signed else max(self.minimum or Decimal(), Decimal())

    def expression(self, separators: bytes) -> bytes:
        return alternatives(
            numerals(self.lowest, self.maximum, digits, self._point if digits else b"")
            for digits in range(self._least, self._most + 1)
        )

    @property
    def widest(self) -> int | None:
        if self.maximum is None or self.lowest is None:
            return None
        whole = max(len(str(abs(int(one)))) for one in (self.maximum, self.lowest))
        return whole + self._most + len(self._point) + self.signed

    @property
    def narrowest(self) -> int:
        return 1 + self._least + len(self._point if self._least else b"")

    @property
    def rules(self) -> tuple[Rule, ...]:
        bounded = self.minimum or self.maximum is not None
        return (Rule.FIELD_FORM, Rule.RANGE) if bounded else (Rule.FIELD_FORM,)

    @property
    def bounds(self) -> tuple[Number, Number]:
        low, high = self.lowest, self.maximum
        return -inf if low is None else low, inf if high is None else high

    def judge(self, compile_pattern: Compile) -> Judge:
        matches = re.compile(self._form()).fullmatch
        low = BENEATH if self.lowest is None else order_of(exact(self.lowest))
        high = BEYOND if self.maximum is None else order_of(exact(self.maximum))
        order = self.order

        def broken(value: bytes) -> Rule | None:
            if not matches(value):
                return Rule.FIELD_FORM
            return None if low <= order(value) <= high else Rule.RANGE

        return broken

    def _form(self) -> bytes:
        """Return an expression for values, whatever their size."""
        sign = b"(?:-(?![0.]+$))?" if self.signed else b""
        fraction = re.escape(self._point) + b"[0-9]{%d,%d}" % (self._least or 1, self._most)
        optional = b"" if self._least else b"?"
        return sign + b"(?:0|[1-9][0-9]*)(?:" + fraction + b")" + optional

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        if rule is not Rule.RANGE:
            message = "the value does not have the form of the column"
            return Explanation(message, f"a number: {self._written()}")
        if self.lowest is not None and self.order(value) < order_of(exact(self.lowest)):
            return Explanation("the number is too small", f"at least {self.lowest}")
        return Explanation("the number is too large", f"at most {self.maximum}")

    def _written(self) -> str:
        """Return how the number is written, in words."""
        count = self.fraction_digits or f"up to {self._most}"
        digits = f"{count} digit{'' if self._most == 1 else 's'}"
        end = f"{digits} after a point" if self._point else f"the last {digits} are the fraction"
        sign = "a minus sign only if below 0" if self.signed else "no sign"
        return f"{end}, {sign}, no leading zero"

    def resembles(self, text: str) -> bool:
        return re.fullmatch("-?[0-9]+([.][0-9]+)?", text) is not None

    @property
    def fold(self) -> Callable[[bytes], bytes] | None:
        if self.fraction_digits is not None:
            return None
        matches, same = re.compile(self._form()).fullmatch, self.same
        return lambda value: same(value) if matches(value) else value

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        return lambda value: order_of(self.same(value))

    def same(self, value: bytes) -> bytes:
        sign = b"-" if value.startswith(b"-") else b""
        digits = value.removeprefix(sign)
        if self._point:
            whole, _, fraction = digits.partition(self._point)
            return canonical(sign, whole, fraction)
        return canonical(sign, digits[: -self._most], digits[-self._most :])

    def spell(self, value: bytes) -> bytes:
        if not re.fullmatch(b"-?[0-9]+(?:[.][0-9]+)?", value):
            return value
        whole, _, fraction = value.partition(b".")
        digits = fraction.ljust(self._least, b"0")
        if len(digits) > self._most:
            return value
        return whole + self._point + digits if digits else whole

    def description(self) -> str:
        low, high = self.minimum, self.maximum
        limits = f" from {low or 0} to {high}" if high is not None else ""
        if high is None and low is not None:
            limits = f" of at least {low}"
        if self.signed and low is None and high is not None:
            limits = f" of at most {high}"
        return f"A number{limits}: {self._written()}."

    def from_text(self, text: str) -> Text | Unreadable:
        bare = text.strip()
        if self._point and re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", bare):
            # A program leaves out zeros at the end.
            whole, _, fraction = bare.partition(".")
            digits = fraction.rstrip("0") if len(fraction) > self._most else fraction
            filled = digits.ljust(self._least, "0")
            told = f"{whole}.{filled}" if filled else whole
            return Text(told, None if told == text else Tidied.FRACTION)
        return super().from_text(text)

    def from_number(self, value: float, text: str) -> Text | Unreadable:
        return self.from_text(text)

    @property
    def _unit(self) -> Decimal:
        return Decimal(1).scaleb(-self._most)

    def make(self, index: int, random: Random) -> str:
        return self.near(1, 100_000, random)

    @property
    def count(self) -> int:
        if self.lowest is None or self.maximum is None:
            return _UNCOUNTED
        return int((self.maximum - self._first) / self._unit) + (self.maximum >= self._first)

    @property
    def _first(self) -> Decimal:
        """The number that others are counted out from."""
        if self.lowest is not None:
            return self.lowest.quantize(self._unit, ROUND_CEILING)
        high = Decimal() if self.maximum is None else self.maximum
        return min(Decimal(), high - 1000).quantize(self._unit, ROUND_CEILING)

    def nth(self, index: int) -> str | None:
        return self._write(self._first + index * self._unit)

    def _write(self, number: Decimal) -> str:
        return self.spell(exact(number)).decode()

    def near(self, low: int, high: int, random: Random) -> str:
        least = self._first if self.lowest is not None else min(Decimal(low), self._first)
        most = max(Decimal(high), least) if self.maximum is None else self.maximum
        first, last = max(Decimal(low), least), min(Decimal(high), most)
        if first > last:
            first, last = least, most
        steps = int((last - first) / self._unit)
        return self._write(first + random.randint(0, steps) * self._unit)

    def downwards(self) -> Iterator[str]:
        high = Decimal(1000) if self.maximum is None else self.maximum
        number = max(self._first, high - 1000)
        steps = int(high - number)
        return (self._write(number + step) for step in range(steps, 0, -1))

    def beside(self, value: bytes) -> Iterator[bytes]:
        if re.fullmatch(b"-?[0-9]+(?:[.][0-9]+)?", value):
            number = Decimal(value.decode())
            for step in (self._unit, -self._unit):
                yield self._write(number + step).encode()

    def other(self, value: str) -> str | None:
        first = self._write(self._first)
        return first if value != first else self.nth(1)

    def faults(self) -> Iterator[ValueFault]:
        form = Rule.FIELD_FORM
        yield from spaces()
        yield ValueFault(form, "plus", "a plus sign", lambda v: b"+" + v)
        yield ValueFault(form, "minus", "two minus signs" if self.signed else "a minus sign",
                         lambda v: (b"--" if self.signed else b"-") + v)  # fmt: skip
        yield ValueFault(form, "leading-zero", "a leading zero", lambda v: b"0" + v)
        yield ValueFault(form, "exponent", "an exponent", lambda v: v + b"e0")
        yield ValueFault(form, "text", "letters", always(b"ten"))
        if self._point:
            digits = b"0." + b"1" * (self._most + 1)
            title = f"{self._most + 1} digits after the point"
            yield ValueFault(form, "more-digits", title, always(digits))
            yield ValueFault(form, "no-whole", "nothing before the point", always(b".5"))
            yield ValueFault(form, "no-fraction", "nothing after the point", always(b"1."))
        else:
            yield ValueFault(form, "point", "a point", lambda v: v[:-1] + b"." + v[-1:])
        for name, bound, step in (("below", self.minimum, -1), ("above", self.maximum, 1)):
            number = None if bound is None else bound.quantize(self._unit) + step * self._unit
            if number is not None and (number >= 0 or self.signed):
                text = self._write(number)
                yield ValueFault(Rule.RANGE, name, text, always(text.encode()))
