"""Formats and faults that dates, times of day and instants share."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from conformance.model.expression import alternatives
from conformance.model.rule import Rule
from conformance.model.types.cell import Text, Tidied, Unreadable
from conformance.model.types.clock import DIRECTIVES, FORMAT, Format, dates
from conformance.model.types.column_type import ColumnType, Compile, Explanation, Judge
from conformance.model.types.value_fault import ValueFault, always, spaces

if TYPE_CHECKING:
    from random import Random

_ONE = {
    "type": "string",
    "pattern": FORMAT,
    "x-wanted": "write YYYY, MM, DD, hh, mm, ss, and between them - / . : T or a space",
}
#: The first moment that is made up, as clocks show it.
FIRST = datetime(2025, 6, 1)
#: Wrong formats for the moment of a value; one of them is used.
_OTHERS = (
    "YYYY-MM-DDThh:mm:ss", "DD/MM/YYYY hh:mm:ss", "YYYY-MM-DD", "DD/MM/YYYY", "hh:mm:ss", "hhmm",
)  # fmt: skip


class Dated(ColumnType, frozen=True, dict=True):
    """Values in one of the formats; the first is the one that is written."""

    entries: ClassVar = {
        "format": {
            "description": "How it is written, in one way or in any of several: digits for YYYY, "
            "MM, DD, hh, mm and ss, and what is between them.",
            "oneOf": [
                _ONE,
                {"type": "array", "items": _ONE, "minItems": 1, "uniqueItems": True},
            ],
        }
    }
    #: The format where none is said, the directives that a format needs, and those it can have.
    usual: ClassVar[str]
    needed: ClassVar[tuple[str, ...]]
    known: ClassVar[tuple[str, ...]]

    format: tuple[str, ...] = ()

    def configured(self, entries: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]) -> Self:
        said = entries.get("format", ())
        formats = (said,) if isinstance(said, str) else tuple(said)
        return type(self)(**{**entries, "format": formats})

    def problem(self, nullable: bool) -> str | None:
        shapes: dict[str, Format] = {}
        for one in self.formats:
            said = [part for part in one.parts if part in DIRECTIVES]
            twice = [part for part in said if said.count(part) > 1]
            missing = [part for part in self.needed if part not in said]
            strange = [part for part in said if part not in self.known]
            if twice:
                return f"format {one.text} has {twice[0]} twice"
            if missing:
                return f"format {one.text} has no {missing[0]}"
            if strange:
                return f"format {one.text} has {strange[0]}, which no {self.name} has"
            if one.text != one.text.strip() or "Z" in one.text[:-1]:
                return f"format {one.text} has a space at an end, or Z before its end"
            if one.shape in shapes:
                return f"formats {shapes[one.shape].text} and {one.text} read one value differently"
            shapes[one.shape] = one
        return None

    @cached_property
    def formats(self) -> tuple[Format, ...]:
        """The formats."""
        return tuple(map(Format, self.format or (self.usual,)))

    @property
    def _first(self) -> Format:
        return self.formats[0]

    # --- In a file --------------------------------------------------------------------------------

    def _dates(self) -> Iterator[Mapping[str, bytes]]:
        """Yield expressions for the directives that together admit what exists."""
        return dates()

    def expression(self, separators: bytes) -> bytes:
        return alternatives(
            dict.fromkeys(
                one.expression(values) for one in self.formats for values in self._dates()
            )
        )

    @property
    def widest(self) -> int:
        return max(len(one.text) for one in self.formats)

    @property
    def narrowest(self) -> int:
        return min(len(one.text) for one in self.formats)

    @property
    def cell_limits(self) -> tuple[int, int]:
        return self.narrowest, self.widest

    @property
    def cell_width(self) -> int:
        return self.widest + 4

    def read(self, value: bytes) -> datetime | None:
        """Return the date and time that a value says, as clocks show it; what it lacks, as usual.

        None: it has none of the formats, or it does not exist.
        """
        for one in self.formats:
            found = one.read(value.decode("latin-1"))
            if found is not None:
                try:
                    return FIRST.replace(hour=0).replace(**found)  # type: ignore[arg-type]
                except ValueError:
                    return None
        return None

    def judge(self, compile_pattern: Compile) -> Judge:
        return lambda value: None if self.exists(value) else Rule.FIELD_FORM

    def exists(self, value: bytes) -> bool:
        """Return True if a value has a format, and says what exists."""
        return self.read(value) is not None

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        message = "the value does not have the form of the column"
        if any(one.read(value.decode("latin-1")) for one in self.formats):
            message = "the date or the time does not exist"
        formats = " or ".join(one.text for one in self.formats)
        verb = "exist" if " and " in self._what() else "exists"
        return Explanation(message, f"{self._what()} that {verb}, as {formats}")

    @abstractmethod
    def _what(self) -> str:
        """Return what values are, in words."""

    def resembles(self, text: str) -> bool:
        return any(one.resembles(text.strip(" ")) for one in self.formats)

    @property
    def fold(self) -> Callable[[bytes], bytes] | None:
        if len(self.formats) == 1:
            return None
        return lambda value: self.same(value) if self.exists(value) else value

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        return lambda value: (0, self.same(value))

    def same(self, value: bytes) -> bytes:
        found = self.read(value)
        return value if found is None else Format(self.usual).write(found).encode()

    def spell(self, value: bytes) -> bytes:
        found = Format(self.usual).read(value.decode("latin-1"))
        moment = FIRST.replace(**found) if found else None  # type: ignore[arg-type]
        return self._first.write(moment).encode() if moment else value

    # --- In a sheet, and made up ------------------------------------------------------------------

    def description(self) -> str:
        example = datetime(2025, 6, 1, 8, 30)
        formats = " or ".join(one.text for one in self.formats)
        return f"{self._what().capitalize()} as {formats}, such as {self._first.write(example)}."

    def from_moment(self, value: datetime) -> Text | Unreadable:
        # A count of days has a rounding error of far less than a millisecond.
        nearest = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        text = self._first.write(nearest)
        # Nothing that the cell says is left out, such as seconds that the format has not.
        if abs(nearest - value) > timedelta(milliseconds=1) or self.read(text.encode()) != nearest:
            return super().from_moment(value)
        return Text(text, Tidied.FORMAT)

    def make(self, index: int, random: Random) -> str:
        # Each format in turn; none of them says more than is in step.
        return self.formats[index % len(self.formats)].write(FIRST + index % self.count * self.step)

    @property
    def step(self) -> timedelta:
        """The time between two values that are next to one another."""
        if "hh" not in self.needed:
            return timedelta(days=1)
        seconds = all("ss" in one.parts for one in self.formats)
        return timedelta(seconds=1) if seconds else timedelta(minutes=1)

    def nth(self, index: int) -> str | None:
        return self._first.write(FIRST + index * self.step)

    def beside(self, value: bytes) -> Iterator[bytes]:
        found = Format(self.usual).read(value.decode("latin-1"))
        for step in (self.step, -self.step) if found else ():
            moment = FIRST.replace(hour=0).replace(**found) + step  # type: ignore[arg-type]
            yield self._first.write(moment).encode()

    def other(self, value: str) -> str | None:
        least = "ss" if "ss" in self._first.parts else "mm" if "mm" in self._first.parts else "DD"
        place = self._first.places[least]
        value = self.spell(self.same(value.encode())).decode()
        low, high = (b"01", b"02") if least == "DD" else (b"00", b"01")
        digits = low if value[place].encode() != low else high
        changed = self._first.with_digits(value.encode(), **{least: digits})
        return changed.decode() if self.exists(changed) and len(value) == len(changed) else None

    def faults(self) -> Iterator[ValueFault]:
        for fault in (*spaces(), *self._changes()):
            # Several formats admit more than one.
            if not self.exists(fault.change(self._first.write(FIRST).encode())):
                yield fault

    def _changes(self) -> Iterator[ValueFault]:
        """Yield what may be a fault, unless one of the formats admits it."""
        form, first = Rule.FIELD_FORM, self._first
        example = first.write(FIRST).encode()

        def own(value: bytes) -> bytes:
            """Return a value that is written in the first format."""
            return value if len(value) == len(example) else example

        def bare(value: bytes) -> bytes:
            return re.sub(rb"\b0(?=[0-9])", b"", value)

        def digits(name: str, title: str, **digits: bytes) -> ValueFault:
            return ValueFault(form, name, title, lambda v: first.with_digits(own(v), **digits))

        if "MM" in first.parts:
            yield digits("no-such-day", "a day that does not exist", MM=b"02", DD=b"30")
            common = "29 February in a common year"
            yield digits("no-leap-day", common, YYYY=b"2025", MM=b"02", DD=b"29")
            # It exists where the day and the month change places.
            yield digits("no-such-month", "month 13", MM=b"13", DD=b"12")
            at = first.places["YYYY"].start
            yield ValueFault(
                form, "short-year", "two digits of the year",
                lambda v: own(v)[:at] + own(v)[at + 2 :],
            )  # fmt: skip
        if "hh" in first.parts:
            yield digits("no-such-hour", "hour 24", hh=b"24")
        yield ValueFault(
            form, "no-zeros", "without leading zeros",
            lambda v: bare(own(v)) if bare(own(v)) != v else bare(example),
        )  # fmt: skip
        for text in _OTHERS:
            wrong = text + ("Z" if first.text.endswith("Z") and "hh" in text else "")
            written = Format(wrong).write(FIRST).encode()
            if not self.exists(written):
                yield ValueFault(form, "other-format", f"written as {wrong}", always(written))
                break
