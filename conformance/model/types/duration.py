"""Durations as ISO 8601 writes them, of weeks, days and hours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from conformance.model.rule import Rule
from conformance.model.types.column_type import ColumnType, Compile, Explanation, Judge, Meaning
from conformance.model.types.number import size
from conformance.model.types.value_fault import ValueFault, always, spaces

if TYPE_CHECKING:
    from random import Random

_COUNT = "[1-9][0-9]{0,4}"
_FORM = f"P(?:({_COUNT})W|({_COUNT})D(?:T({_COUNT})H)?|T({_COUNT})H)"
_HOURS = (168, 24, 1, 1)
#: Those that are counted out: as many as five digits count.
_COUNTED = 99_999


class Duration(ColumnType, frozen=True):
    """``P1W``, ``P2D``, ``P1DT12H`` or ``PT5H``; months and years are of no certain length."""

    name = "duration"
    reads_as = Meaning.PERIOD
    widest = 14
    narrowest = 3
    cell_limits = (narrowest, widest)
    count = _COUNTED

    def expression(self, separators: bytes) -> bytes:
        return re.sub(r"\((?!\?)", "(?:", _FORM).encode()

    def judge(self, compile_pattern: Compile) -> Judge:
        matches = re.compile(_FORM.encode()).fullmatch
        return lambda value: None if matches(value) else Rule.FIELD_FORM

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        message = "the value does not have the form of the column"
        return Explanation(
            message, "a duration of weeks, of days and hours, or of hours: P1W, PT5H"
        )

    def resembles(self, text: str) -> bool:
        return re.fullmatch("P[0-9WDTHMSY]+", text) is not None

    def same(self, value: bytes) -> bytes:
        found = re.fullmatch(_FORM.encode(), value)
        if found is None:
            return value
        counts = zip(found.groups(), _HOURS, strict=True)
        return b"%d" % sum(int(count) * hours for count, hours in counts if count)

    @property
    def fold(self) -> Callable[[bytes], bytes]:
        return self.same

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        return lambda value: size(self.same(value))

    def spell(self, value: bytes) -> bytes:
        return b"PT%bH" % value if value.isdigit() else value

    def description(self) -> str:
        return "A duration of weeks, of days and hours, or of hours: P1W, P1DT12H or PT5H."

    def make(self, index: int, random: Random) -> str:
        return self.nth(random.randrange(200))

    def nth(self, index: int) -> str:
        return f"PT{index + 1}H"

    def beside(self, value: bytes) -> Iterator[bytes]:
        if value.isdigit():
            yield from (self.spell(b"%d" % (int(value) + step)) for step in (1, -1))

    def other(self, value: str) -> str | None:
        return "PT1H" if value != "PT1H" else "PT2H"

    def faults(self) -> Iterator[ValueFault]:
        form = Rule.FIELD_FORM
        yield from spaces()
        yield ValueFault(form, "lower-case", "in lower case", lambda v: (v or b"PT1H").lower())
        yield ValueFault(form, "number", "a number without P", always(b"24"))
        yield ValueFault(form, "month", "a month, of no certain length", always(b"P1M"))
        yield ValueFault(form, "zero", "no time at all", always(b"PT0H"))
