"""Numbers with a fraction, such as thresholds in hours or in parts of a hundred."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from functools import cached_property, partial
from typing import Any, ClassVar, Self

from conformance.model.expression import alternatives
from conformance.model.rule import Rule
from conformance.model.types.cell import Text, Tidied, Unreadable
from conformance.model.types.number import LIMITS, canonical, exact, filled_wholes, numerals
from conformance.model.types.numeric import Numeric
from conformance.model.types.value_fault import ValueFault, always
from conformance.patterns import pattern

_DIGITS = {"type": "integer", "minimum": 1, "maximum": 9}
#: The greatest limit: a number in a profile has no more digits.
_GREATEST = 10**15


class DecimalNumber(Numeric, frozen=True):
    """Digits, a point and digits, without leading zeros, from ``minimum`` to ``maximum``.

    There are ``fraction_digits`` after the point; or up to ``maximum_fraction_digits``, and then a
    value has several spellings: 1.5 is 1.50. Where the point is implied, the last
    ``fraction_digits`` are the fraction.
    """

    name = "decimal"
    noun = "a number"
    entries: ClassVar = {
        **{
            name: {**LIMITS[name], "minimum": -_GREATEST, "maximum": _GREATEST}
            for name in ("minimum", "maximum")
        },
        "signed": LIMITS["signed"],
        "width": LIMITS["width"],
        "pad": LIMITS["pad"],
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

    fraction_digits: int | None = None
    maximum_fraction_digits: int | None = None
    point: str | None = None

    def configured(self, entries: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]) -> Self:
        limits = {
            name: Decimal(str(entries[name])) for name in ("minimum", "maximum") if name in entries
        }
        return type(self)(**{**entries, **limits})

    def problem(self, nullable: bool) -> str | None:
        if self.point == "implied" and self.fraction_digits is None:
            return "has an implied point, which goes with fraction_digits only"
        if self.width is not None and self.fraction_digits is None:
            return "has a width, which goes with fraction_digits only"
        return super().problem(nullable) or self._problem_of_limits()

    def _problem_of_limits(self) -> str | None:
        if self.width is not None and self._room - self.signed < 1:
            return f"has no room for a digit before the fraction in {self.width} characters"
        for entry in ("minimum", "maximum"):
            bound = getattr(self, entry)
            if self.width is not None and bound is not None and len(self.write(bound)) > self.width:
                return f"{entry} {bound} has more than {self.width} characters"
        if self.count < 1:
            between = f"from {self.minimum} to {self.maximum}"
            return f"no number of {self._most} fraction digits is {between}"
        return None

    @property
    def _room(self) -> int:
        """The characters before the point, where each value is as wide."""
        return (self.width or 0) - self._most - len(self._point)

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

    @cached_property
    def lowest(self) -> Decimal | None:
        if not self.signed:
            return max(self.minimum or Decimal(), Decimal())
        if self.minimum is None and self.width is not None:
            return self.unit - Decimal(10) ** (self._room - 1)
        return self.minimum if self.minimum is None else Decimal(self.minimum)

    @cached_property
    def limit(self) -> Decimal | None:
        if self.maximum is None and self.width is not None:
            return Decimal(10) ** self._room - self.unit
        return None if self.maximum is None else Decimal(self.maximum)

    def expression(self, separators: bytes) -> bytes:
        wholes = partial(filled_wholes, self._room, self.pad or "0") if self.width else None
        return alternatives(
            numerals(self.lowest, self.limit, digits, self._point if digits else b"", wholes)
            for digits in range(self._least, self._most + 1)
        )

    @property
    def widest(self) -> int | None:
        if self.width is not None or self.limit is None or self.lowest is None:
            return self.width
        whole = max(len(str(abs(int(one)))) for one in (self.limit, self.lowest))
        return whole + self._most + len(self._point) + self.signed

    @property
    def narrowest(self) -> int:
        return self.width or 1 + self._least + len(self._point if self._least else b"")

    @property
    def rules(self) -> tuple[Rule, ...]:
        bounded = self.minimum or self.maximum is not None
        return (Rule.FIELD_FORM, Rule.RANGE) if bounded else (Rule.FIELD_FORM,)

    def exactly(self, number: Decimal) -> bytes:
        return exact(number)

    def form(self) -> bytes:
        sign = b"(?:-(?![0.]+$))?" if self.signed else b""
        fraction = re.escape(self._point) + b"[0-9]{%d,%d}" % (self._least or 1, self._most)
        optional = b"" if self._least else b"?"
        whole = b"(?:0|[1-9][0-9]*)"
        if self.width is not None:
            width = b"(?=.{%d}$)" % self.width
            sign, whole = (
                (width + b" *" + sign, whole) if self.pad == " " else (width + sign, b"[0-9]+")
            )
        return sign + whole + b"(?:" + fraction + b")" + optional

    def in_words(self) -> str:
        count = self.fraction_digits or f"up to {self._most}"
        digits = f"{count} digit{'' if self._most == 1 else 's'}"
        end = f"{digits} after a point" if self._point else f"the last {digits} are the fraction"
        if self.width is None:
            return f"{end}, {self.sign_in_words}, no leading zero"
        filled = "spaces" if self.pad == " " else "zeros"
        return (
            f"{end}, {self.width} characters, filled up with {filled} at the left, "
            f"{self.sign_in_words}"
        )

    def resembles(self, text: str) -> bool:
        return pattern("-?[0-9]+([.][0-9]+)?").fullmatch(text.strip(" ")) is not None

    @property
    def fold(self) -> Callable[[bytes], bytes] | None:
        if self.fraction_digits is not None:
            return None
        matches, same = re.compile(self.form()).fullmatch, self.same
        return lambda value: same(value) if matches(value) else value

    def same(self, value: bytes) -> bytes:
        bare = value.lstrip(b" ")
        sign = b"-" if bare.startswith(b"-") else b""
        digits = bare.removeprefix(sign)
        if self._point:
            whole, _, fraction = digits.partition(self._point)
            return canonical(sign, whole, fraction)
        return canonical(sign, digits[: -self._most], digits[-self._most :])

    def spell(self, value: bytes) -> bytes:
        if not re.fullmatch(b"-?[0-9]+(?:[.][0-9]+)?", value):
            return value
        sign = b"-" if value.startswith(b"-") else b""
        whole, _, fraction = value.removeprefix(sign).partition(b".")
        digits = fraction.ljust(self._least, b"0")
        if len(digits) > self._most:
            return value
        return self.filled_up(sign, whole + self._point + digits if digits else whole)

    def description(self) -> str:
        low, high = self.minimum, self.maximum
        limits = f" from {low or 0} to {high}" if high is not None else ""
        if high is None and low is not None:
            limits = f" of at least {low}"
        if self.signed and low is None and high is not None:
            limits = f" of at most {high}"
        sheet = "" if self._point else " In a sheet, it has its point: 12.50 or 12.5."
        return f"A number{limits}: {self.in_words()}.{sheet}"

    def in_sheet(self, value: str) -> str:
        bare = value.strip()
        if self._point or not re.fullmatch("-?[0-9]+", bare):
            return value
        sign = "-" if bare.startswith("-") else ""
        digits = bare.removeprefix(sign).rjust(self._most + 1, "0")
        return f"{sign}{digits[: -self._most].lstrip('0') or '0'}.{digits[-self._most :]}"

    def from_text(self, text: str) -> Text | Unreadable:
        bare = text.strip()
        # Of digits that fill the width, the file's own fraction is meant: more would not fit.
        if not self._point and len(text) == self.width and re.fullmatch(" *-?[0-9]+", text):
            return Text(text)
        if not re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", bare):
            return super().from_text(text)
        # A program leaves out zeros at the end.
        whole, _, fraction = bare.partition(".")
        digits = fraction.rstrip("0") if len(fraction) > self._most else fraction
        filled = digits.ljust(self._least, "0")
        written = self.spell((f"{whole}.{filled}" if filled else whole).encode()).decode()
        return Text(written, None if written == text else self._tidied)

    @property
    def _tidied(self) -> Tidied:
        if not self._point:
            return Tidied.POINT
        return Tidied.FRACTION if self.width is None else Tidied.FILLED

    @cached_property
    def unit(self) -> Decimal:
        return Decimal(1).scaleb(-self._most)

    @cached_property
    def first(self) -> Decimal:
        if self.lowest is not None:
            return self.lowest.quantize(self.unit, ROUND_CEILING)
        high = Decimal() if self.limit is None else self.limit
        return min(Decimal(), high - 1000).quantize(self.unit, ROUND_CEILING)

    def beyond(self, bound: Decimal, step: int) -> Decimal:
        return bound.quantize(self.unit) + step * self.unit

    def faults(self) -> Iterator[ValueFault]:
        form = Rule.FIELD_FORM
        yield from super().faults()
        if self._point:
            digits = b"0." + b"1" * (self._most + 1)
            title = f"{self._most + 1} digits after the point"
            yield ValueFault(form, "more-digits", title, always(digits))
            yield ValueFault(form, "no-whole", "nothing before the point", always(b".5"))
            yield ValueFault(form, "no-fraction", "nothing after the point", always(b"1."))
        else:
            yield ValueFault(form, "point", "a point", lambda v: v[:-1] + b"." + v[-1:])
