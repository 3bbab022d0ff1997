"""Instants: a date and a time of day in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from conformance.model.rule import Rule
from conformance.model.types.cell import Text, Tidied, Unreadable
from conformance.model.types.column_type import (
    ColumnType,
    Compile,
    Explanation,
    Judge,
    Meaning,
    ValueFault,
    spaces,
)

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

_SHAPE = b"[0-9]{4}(?:-[0-9]{2}){2}T[0-9]{2}(?::[0-9]{2}){2}Z"
_LOOSE = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?"


class Instant(ColumnType, frozen=True):
    """``YYYY-MM-DDThh:mm:ssZ``, a date and time that exist."""

    name = "instant"
    reads_as = Meaning.INSTANT
    sorted_by_moment = True
    widest = LENGTH
    cell_limits = (LENGTH, LENGTH)
    cell_width = 24

    def expression(self, separators: bytes) -> bytes:
        return INSTANT

    @property
    def narrowest(self) -> int:
        return LENGTH

    def judge(self, compile_pattern: Compile) -> Judge:
        matches = re.compile(INSTANT).fullmatch
        return lambda value: None if matches(value) else Rule.FIELD_FORM

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        message = "the value does not have the form of the column"
        if re.fullmatch(_SHAPE, value):
            message = "the date or the time does not exist"
        return Explanation(message, "a date and time that exist, as YYYY-MM-DDThh:mm:ssZ")

    def resembles(self, text: str) -> bool:
        return re.fullmatch(_LOOSE, text) is not None

    def moment(self, value: bytes) -> datetime | None:
        if re.fullmatch(INSTANT, value) is None:
            return None
        return datetime.fromisoformat(value.decode("ascii"))

    def description(self) -> str:
        return "A date and time in UTC, such as 2025-06-01T08:30:00Z."

    def from_moment(self, value: datetime) -> Text | Unreadable:
        # A count of days has a rounding error of far less than a millisecond.
        nearest = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        if abs(nearest - value) > timedelta(milliseconds=1):
            return Text(value.isoformat(timespec="milliseconds") + "Z")
        return Text(f"{nearest:%Y-%m-%dT%H:%M:%S}Z".rjust(LENGTH, "0"), Tidied.MOMENT)

    def make(self, index: int, random: Random) -> str:
        return f"2025-06-01T{index // 3600 % 24:02}:{index // 60 % 60:02}:{index % 60:02}Z"

    count = _SECONDS

    def nth(self, index: int) -> str | None:
        return self.of_moment(_FIRST + timedelta(seconds=index))

    def of_moment(self, moment: datetime) -> str | None:
        return f"{moment.year:04}{moment:-%m-%dT%H:%M:%SZ}"

    def other(self, value: str) -> str | None:
        # Later, so that nothing becomes late.
        return value[:17] + ("00" if value[17:19] != "00" else "01") + value[19:]

    def faults(self) -> Iterator[ValueFault]:
        form = Rule.FIELD_FORM
        yield from spaces()
        yield ValueFault(
            form,
            "no-such-day",
            "a day that does not exist",
            lambda v: v[:5] + b"02-30" + v[10:],
        )
        yield ValueFault(
            form,
            "no-leap-day",
            "29 February in a common year",
            lambda v: b"2025-02-29" + v[10:],
        )
        yield ValueFault(form, "no-such-hour", "hour 24", lambda v: v[:11] + b"24" + v[13:])
        yield ValueFault(form, "offset", "an offset for Z", lambda v: v[:-1] + b"+00:00")
        yield ValueFault(form, "space-for-t", "a space for T", lambda v: v.replace(b"T", b" "))
        yield ValueFault(form, "date-only", "no time", lambda v: v[:10])
