"""Periods of time, such as those that thresholds are for: read as hours, however written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.model.rule import Rule
from conformance.model.types.cell import Text, Unreadable
from conformance.model.types.choice import VALUE, VALUE_WANTED
from conformance.model.types.code import Code
from conformance.model.types.column_type import (
    ColumnType,
    Compile,
    Explanation,
    Judge,
    Meaning,
    Number,
)
from conformance.model.types.duration import Duration
from conformance.model.types.integer import Integer
from conformance.model.types.number import size
from conformance.model.types.value_fault import ValueFault

if TYPE_CHECKING:
    from random import Random

_HOURS = {"type": "integer", "minimum": 1, "maximum": 10**6}


class Period(ColumnType, frozen=True, dict=True):
    """A number of hours; or a code of ``codes``, or a duration of ISO 8601, that says the hours."""

    name = "period"
    reads_as = Meaning.PERIOD
    entries: ClassVar = {
        "codes": {
            "type": "object",
            "description": "What the file writes for periods, each with its hours.",
            "minProperties": 1,
            "propertyNames": {"pattern": VALUE, "x-wanted": VALUE_WANTED},
            "additionalProperties": {**_HOURS, "description": "The hours of one period."},
        },
        "form": {
            "enum": ["hours", "iso-8601"],
            "description": "Whether a period is a number of hours, which is so where nothing is "
            "said, or a duration such as P1W or PT12H.",
        },
        "minimum": {
            **_HOURS,
            "description": "The least number of hours; 1, where it is not said.",
        },
        "maximum": {**_HOURS, "description": "The greatest number of hours."},
    }

    codes: tuple[tuple[str, int], ...] = ()
    form: str | None = None
    minimum: int | None = None
    maximum: int | None = None

    def configured(
        self, entries: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]
    ) -> Period:
        return Period(**{**entries, "codes": tuple(entries.get("codes", {}).items())})

    def problem(self, nullable: bool) -> str | None:
        limited = self.minimum is not None or self.maximum is not None
        if self.codes and (limited or self.form):
            return "has codes, which go with no form and no limits"
        if self.form == "iso-8601" and limited:
            return "has limits, which go with hours only"
        return self._written.problem(nullable)

    @cached_property
    def _written(self) -> ColumnType:
        """The type of what is written."""
        if self.codes:
            return Code(tuple(code for code, _ in self.codes))
        return Duration() if self.form == "iso-8601" else Integer(self.minimum or 1, self.maximum)

    @property
    def choices(self) -> tuple[str, ...]:
        return self._written.choices

    def expression(self, separators: bytes) -> bytes:
        return self._written.expression(separators)

    @property
    def widest(self) -> int | None:
        return self._written.widest

    @property
    def narrowest(self) -> int:
        return self._written.narrowest

    @property
    def bounds(self) -> tuple[Number, Number] | None:
        if self.codes:
            hours = [one for _, one in self.codes]
            return min(hours), max(hours)
        return self._written.bounds

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self._written.rules

    def judge(self, compile_pattern: Compile) -> Judge:
        return self._written.judge(compile_pattern)

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        return self._written.explain(rule, value)

    def resembles(self, text: str) -> bool:
        return self._written.resembles(text)

    # --- Read -------------------------------------------------------------------------------------

    def same(self, value: bytes) -> bytes:
        if self.codes:
            hours = dict(self.codes).get(value.decode("latin-1"))
            return value if hours is None else b"%d" % hours
        return self._written.same(value)

    def spell(self, value: bytes) -> bytes:
        if self.codes:
            known = (code for code, hours in self.codes if b"%d" % hours == value)
            return next(known, value.decode("latin-1")).encode("latin-1")
        return self._written.spell(value)

    @property
    def fold(self) -> Callable[[bytes], bytes] | None:
        several = len({hours for _, hours in self.codes}) < len(self.codes)
        return self.same if several else self._written.fold

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        return lambda value: size(self.same(value))

    # --- In a sheet, and made up ------------------------------------------------------------------

    def description(self) -> str:
        if self.codes:
            said = (f"{code} for {hours} hours" for code, hours in self.codes)
            return f"A period: {', '.join(said)}."
        if self.form == "iso-8601":
            return self._written.description()
        return f"A period in hours. {self._written.description()}"

    @property
    def is_number(self) -> bool:
        return self._written.is_number

    @property
    def cell_limits(self) -> tuple[int, int] | None:
        return self._written.cell_limits

    def from_text(self, text: str) -> Text | Unreadable:
        return self._written.from_text(text)

    def from_number(self, value: float, text: str) -> Text | Unreadable:
        return self._written.from_number(value, text)

    def from_moment(self, value: datetime) -> Text | Unreadable:
        return self._written.from_moment(value)

    def make(self, index: int, random: Random) -> str:
        return self._written.near(1, 744, random) or self._written.make(index, random)

    @property
    def count(self) -> int:
        return len(self._apart) if self.codes else self._written.count

    def nth(self, index: int) -> str | None:
        return self._apart[index] if self.codes else self._written.nth(index)

    @property
    def _apart(self) -> tuple[str, ...]:
        """The codes, one for each number of hours."""
        found: dict[int, str] = {}
        for code, hours in self.codes:
            found.setdefault(hours, code)
        return tuple(found.values())

    def beside(self, value: bytes) -> Iterator[bytes]:
        if self.codes:
            yield from (code.encode("latin-1") for code, hours in self.codes)
        else:
            yield from self._written.beside(value)

    def other(self, value: str) -> str | None:
        return self._written.other(value)

    def faults(self) -> Iterator[ValueFault]:
        yield from self._written.faults()
