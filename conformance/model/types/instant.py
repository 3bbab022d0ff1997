"""Instants: a date and a time of day in UTC, or on the clocks of a place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from conformance.model.expression import alternatives
from conformance.model.rule import Rule
from conformance.model.types.cell import Text, Tidied, Unreadable
from conformance.model.types.clock import DIRECTIVES, Format, Zone, dates, minutes
from conformance.model.types.column_type import Compile, Explanation, Judge, Meaning
from conformance.model.types.dated import Dated
from conformance.model.types.value_fault import ValueFault, always
from conformance.patterns import pattern

if TYPE_CHECKING:
    from random import Random

_YEAR = b"(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP_YEAR = b"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY_OF_ANY_YEAR = (
    b"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    b"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
#: ``YYYY-MM-DDThh:mm:ssZ``: a date from the year 1 on that exists, and a time without leap seconds.
INSTANT = (
    b"(?:" + _YEAR + b"-" + _DAY_OF_ANY_YEAR + b"|" + _LEAP_YEAR + b"-02-29)"
    b"T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}Z"
)
LENGTH = 20

#: The moments that are counted out, one a second: those of a century.
_FIRST, _SECONDS = datetime(2025, 6, 1, tzinfo=UTC), 100 * 365 * 86_400

#: The clocks that a cell with a date and time is read by, where the file has UTC.
_UK = Zone("Europe/London")
_ADD_ZONE = "Format the cell as text, and write the time with its zone: 2025-06-01T09:30:00+01:00."
_CELL = " A cell that is formatted as a date and time is UK time."
#: Compiled when it is first used: for a value that does not conform.
_WITH_OFFSET = (
    r"(?a)(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:(?<=:\d\d:\d\d)[.,]0+)?"
    r" ?([Zz]|[+-]\d\d:\d\d)?"
)
_LOOSE = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?"


class Instant(Dated, frozen=True):
    """A date and time that exist: ``YYYY-MM-DDThh:mm:ssZ``, or in one of the formats.

    They are in UTC, or on the clocks of ``zone``: a time that these skip does not exist, and one
    that they show twice is two moments. What an expression does not know for a zone is looked at
    one by one: years long ago or far ahead.
    """

    name = "instant"
    reads_as = Meaning.INSTANT
    entries: ClassVar = {
        **Dated.entries,
        "zone": {
            "type": "string",
            "pattern": "^(Z|[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*)$",
            "description": "Whose clocks show it, by the name that IANA gives the zone, or Z for "
            "UTC, which is so where it is not said.",
            "x-wanted": 'write a name such as "Europe/London", or "Z"',
        },
    }
    usual = "YYYY-MM-DDThh:mm:ssZ"
    needed = ("YYYY", "MM", "DD", "hh", "mm")
    known = (*needed, "ss")

    zone: str | None = None

    def problem(self, nullable: bool) -> str | None:
        zone = self._zone
        try:
            _ = zone.skipped
        except (KeyError, ValueError, OSError):
            return f"zone {zone.name} is not known on this system"
        marked = [one.text for one in self.formats if one.text.endswith("Z")]
        if marked and not zone.is_utc:
            return f"format {marked[0]} says that it is UTC, and zone that it is {zone.name}"
        return super().problem(nullable)

    @cached_property
    def _zone(self) -> Zone:
        return Zone(self.zone or "Z")

    @cached_property
    def _is_usual(self) -> bool:
        return self._zone.is_utc and [one.text for one in self.formats] == [self.usual]

    @property
    def clocks(self) -> str | None:
        """The zone whose clocks show a time, if that is not UTC."""
        return None if self._zone.is_utc else self._zone.name

    @property
    def sorts_as_bytes(self) -> bool:
        said = [part for part in self.formats[0].parts if part in DIRECTIVES]
        return self._zone.is_utc and len(self.formats) == 1 and said == list(DIRECTIVES)

    def expression(self, separators: bytes) -> bytes:
        return INSTANT if self._is_usual else super().expression(separators)

    def _dates(self) -> Iterator[Mapping[str, bytes]]:
        return dates(None if self._zone.is_utc else self._zone.skipped)

    def judge(self, compile_pattern: Compile) -> Judge:
        if not self._is_usual:
            return super().judge(compile_pattern)
        matches = re.compile(INSTANT).fullmatch
        return lambda value: None if matches(value) else Rule.FIELD_FORM

    def exists(self, value: bytes) -> bool:
        return self.moments(value) is not None

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        why = super().explain(rule, value)
        local = self.read(value)
        if local is not None and self._zone.moments(local) is None:
            return replace(why, message=f"the clocks of {self._zone.name} skip the time")
        return why

    def _what(self) -> str:
        return "a date and time"

    def resembles(self, text: str) -> bool:
        if self._is_usual:
            return pattern(_LOOSE).fullmatch(text) is not None
        return super().resembles(text)

    def moments(self, value: bytes) -> tuple[datetime, datetime] | None:
        if self._is_usual:
            if pattern(INSTANT).fullmatch(value) is None:
                return None
            moment = datetime.fromisoformat(value.decode("ascii"))
            return moment, moment
        local = self.read(value)
        return None if local is None else self._zone.moments(local)

    def between(self, first: datetime, last: datetime) -> bytes:
        spans = list(minutes(first, last)) if self._zone.is_utc else []
        found = [one.expression(span) for one in self.formats for span in spans]
        return alternatives(found) if found else b""

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        if self._is_usual:
            return _as_written
        return lambda value: self.orders(value)[0]

    def orders(self, value: bytes) -> tuple[tuple[int, bytes], ...]:
        return tuple((0, one) for one in self.same(value).split(b"/"))

    def same(self, value: bytes) -> bytes:
        if self._is_usual:
            return value
        moments = self.moments(value)
        if moments is None:
            return value
        # Both, for a time that the clocks show twice.
        return b"/".join(_canonical(one) for one in dict.fromkeys(moments))

    def spell(self, value: bytes) -> bytes:
        if self._is_usual:
            return value
        found = INSTANT_FORMAT.read(value.decode("latin-1").partition("/")[0])
        if found is None:
            return value
        return (self.of_moment(datetime(**found, tzinfo=UTC)) or "").encode() or value

    def beside(self, value: bytes) -> Iterator[bytes]:
        found = INSTANT_FORMAT.read(value.decode("latin-1").partition("/")[0])
        for step in (self.step, -self.step) if found else ():
            yield (self.of_moment(datetime(**found, tzinfo=UTC) + step) or "").encode()  # type: ignore[arg-type]

    def description(self) -> str:
        if self._is_usual:
            return f"A date and time in UTC, such as 2025-06-01T08:30:00Z.{_CELL}"
        where = "UTC" if self._zone.is_utc else f"the clocks of {self._zone.name}"
        return f"{super().description()[:-1]} by {where}.{_CELL * self._zone.is_utc}"

    def from_text(self, text: str) -> Text | Unreadable:
        bare = text.strip()
        said = re.fullmatch(_WITH_OFFSET, bare) if self._is_usual else None
        if said is None or re.fullmatch(INSTANT, bare.encode("latin-1", "replace")):
            return super().from_text(text)
        day, hour, second, offset = said.groups()
        if offset is None:
            return Unreadable("the time has no time zone", bare, _ADD_ZONE)
        try:
            moment = datetime.fromisoformat(f"{day}T{hour}{second or ':00'}{offset.upper()}")
            return Text(self.of_moment(moment.astimezone(UTC)) or bare, Tidied.FORMAT)
        except (ValueError, OverflowError):
            return super().from_text(text)

    def from_moment(self, value: datetime) -> Text | Unreadable:
        if self._zone.is_utc:
            # A cell has no time zone, and shows what the clocks of the User show.
            moments = _UK.moments(value)
            if moments is None or moments[0] != moments[1]:
                happened = "showed the time twice" if moments else "skipped the time"
                shown = value.isoformat(sep=" ")
                return Unreadable(f"UK clocks {happened}", shown, _ADD_ZONE)
            value = moments[0].replace(tzinfo=None)
        if not self._is_usual:
            found = super().from_moment(value)
            taken = isinstance(found, Text) and self._zone.is_utc
            return replace(found, tidied=Tidied.MOMENT) if taken else found
        # A count of days has a rounding error of far less than a millisecond.
        nearest = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        if abs(nearest - value) > timedelta(milliseconds=1):
            return Text(value.isoformat(timespec="milliseconds") + "Z")
        return Text(f"{nearest:%Y-%m-%dT%H:%M:%S}Z".rjust(LENGTH, "0"), Tidied.MOMENT)

    def make(self, index: int, random: Random) -> str:
        return self.of_moment(_FIRST + index % 86_400 * self.step, index) or ""

    count = _SECONDS

    def nth(self, index: int) -> str | None:
        try:
            text = self.of_moment(_FIRST + index * self.step)
        except OverflowError:
            return None
        moments = self.moments(text.encode()) if text else None
        return text if moments and moments[0] == moments[1] else None

    def of_moment(self, moment: datetime, turn: int = 0) -> str | None:
        return self.formats[turn % len(self.formats)].write(self._zone.local(moment))

    def _changes(self) -> Iterator[ValueFault]:
        if self._is_usual:
            yield from _usual_faults()
            return
        yield from super()._changes()
        skipped = self._zone.first_skipped()
        if skipped is not None:
            text = self.formats[0].write(skipped).encode()
            title = "a time that the clocks skip"
            yield ValueFault(Rule.FIELD_FORM, "skipped", title, always(text))


INSTANT_FORMAT = Format(Instant.usual)


def _as_written(value: bytes) -> tuple[int, bytes]:
    return 0, value


def _canonical(moment: datetime) -> bytes:
    return INSTANT_FORMAT.write(moment).encode()


def _usual_faults() -> Iterator[ValueFault]:
    """Yield the faults of what is written as usual."""
    form = Rule.FIELD_FORM
    yield ValueFault(
        form,
        "no-such-day",
        "a day that does not exist",
        lambda v: v[:5] + b"06-31" + v[10:],
    )
    yield ValueFault(
        form,
        "no-leap-day",
        "29 February in a common year",
        lambda v: b"2025-02-29" + v[10:],
    )
    yield ValueFault(form, "february-30", "30 February", lambda v: v[:5] + b"02-30" + v[10:])
    yield ValueFault(form, "day-32", "day 32", lambda v: v[:8] + b"32" + v[10:])
    yield ValueFault(form, "no-such-hour", "hour 24", lambda v: v[:11] + b"24" + v[13:])
    yield ValueFault(form, "leap-second", "second 60", lambda v: v[:17] + b"60" + v[19:])
    yield ValueFault(form, "offset", "an offset for Z", lambda v: v[:-1] + b"+00:00")
    yield ValueFault(form, "space-for-t", "a space for T", lambda v: v.replace(b"T", b" "))
    yield ValueFault(form, "no-such-month", "month 13", lambda v: v[:5] + b"13" + v[7:])
    yield ValueFault(form, "day-zero", "day 0", lambda v: v[:8] + b"00" + v[10:])
    yield ValueFault(form, "month-zero", "month 0", lambda v: v[:5] + b"00" + v[7:])
    yield ValueFault(form, "no-such-minute", "minute 60", lambda v: v[:14] + b"60" + v[16:])
    yield ValueFault(form, "fraction", "a fraction of a second", lambda v: v[:-1] + b".0Z")
    yield ValueFault(form, "no-seconds", "no seconds", lambda v: v[:16] + b"Z")
    yield ValueFault(form, "no-zone", "no Z", lambda v: v[:-1])
    yield ValueFault(form, "lower-case", "t and z in lower case", bytes.lower)
    yield ValueFault(form, "basic", "no hyphens and colons", lambda v: re.sub(b"[-:]", b"", v))
    yield ValueFault(form, "date-only", "no time", lambda v: v[:10])
