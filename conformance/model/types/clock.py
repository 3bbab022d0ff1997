"""Dates and times in directives of fixed width, and the clocks of a time zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache

from msgspec import Struct

#: The directives, and what they say; every other character says itself.
DIRECTIVES = {
    "YYYY": "year",
    "MM": "month",
    "DD": "day",
    "hh": "hour",
    "mm": "minute",
    "ss": "second",
}
#: The parts of a format: directives, and what may be between them.
FORMAT = "^(YYYY|MM|DD|hh|mm|ss|[-/.: TZ])+$"
_PARTS = "YYYY|MM|DD|hh|mm|ss|."

_YEAR = b"(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP_YEAR = b"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
#: The years whose changes of clocks an expression knows; the others are looked at one by one.
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_KNOWN_YEAR = b"(?:19[7-9][0-9]|2[01][0-9]{2})"
_KNOWN_LEAP = b"(?:19[79][26]|19[8][048]|2000|2[01](?:0[48]|[2468][048]|[13579][26]))"
#: After these years, the changes come round again in the days that they have had.
_ROUND = range(1970, 2120)
_FEBRUARY = 2
_START, _MINUTE = datetime(1, 1, 1, tzinfo=UTC), timedelta(minutes=1)
_MOST_MINUTES = 366 * 24 * 60
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Format(Struct, frozen=True, dict=True):
    """One format, such as ``DD/MM/YYYY hh:mm``."""

    text: str

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The directives and the characters between them."""
        return tuple(re.findall(_PARTS, self.text))

    @property
    def directives(self) -> list[str]:
        """The directives in their order."""
        return [one for one in self.parts if one in DIRECTIVES]

    @cached_property
    def shape(self) -> str:
        """An expression for what has digits where the directives are, each a group."""
        return "".join(
            f"([0-9]{{{len(one)}}})" if one in DIRECTIVES else re.escape(one) for one in self.parts
        )

    @cached_property
    def _match(self) -> Callable[[str], re.Match[str] | None]:
        return re.compile(self.shape).fullmatch

    @cached_property
    def resembles(self) -> Callable[[str], re.Match[str] | None]:
        """Matches what has digits where the directives are, however many."""
        return re.compile(re.sub(r"\{\d\}", "+", self.shape)).fullmatch

    @cached_property
    def _template(self) -> str:
        """The text with a place for a number in the place of each directive."""
        return "".join(f"%0{len(one)}d" if one in DIRECTIVES else one for one in self.parts)

    @cached_property
    def _numbers(self) -> tuple[str, ...]:
        """What each directive says."""
        return tuple(DIRECTIVES[one] for one in self.directives)

    def expression(self, values: Mapping[str, bytes]) -> bytes:
        """Return an expression for values, with one for each directive."""
        return b"".join(values.get(one) or re.escape(one.encode()) for one in self.parts)

    @cached_property
    def places(self) -> Mapping[str, slice]:
        """Where the digits of each directive are."""
        found, at = {}, 0
        for one in self.parts:
            if one in DIRECTIVES:
                found[one] = slice(at, at + len(one))
            at += len(one)
        return found

    def read(self, value: str) -> dict[str, int] | None:
        """Return the numbers in ``value`` by what they say; nothing if it has another shape."""
        found = self._match(value)
        if found is None:
            return None
        return dict(zip(self._numbers, map(int, found.groups()), strict=True))

    def write(self, moment: datetime) -> str:
        """Return a date and time as the format has it."""
        return self._template % tuple([getattr(moment, name) for name in self._numbers])

    def with_digits(self, value: bytes, **digits: bytes) -> bytes:
        """Return ``value`` with other digits for some directives."""
        changed = value
        for one, place in self.places.items():
            if one in digits:
                changed = changed[: place.start] + digits[one] + changed[place.stop :]
        return changed


class Skipped(Struct, frozen=True):
    """An hour that clocks skip on some days of a month, in one year or another."""

    month: int
    hour: int
    days: frozenset[int]


def dates(skipped: tuple[Skipped, ...] | None = None) -> Iterator[dict[str, bytes]]:
    """Yield expressions for the directives of a date, and of the hour, that admit what exists.

    ``skipped`` are the hours of a zone that has changes of clocks; None: there are none.
    """
    known = skipped is not None
    year, leap = (_KNOWN_YEAR, _KNOWN_LEAP) if known else (_YEAR, _LEAP_YEAR)
    groups: dict[tuple[frozenset[int], frozenset[int]], list[int]] = {}
    for month, length in enumerate(_LENGTHS, 1):
        days = frozenset(range(1, length + 1))
        gaps = {one.hour: one.days for one in skipped or () if one.month == month}
        hours = frozenset(range(24)) - {*gaps}
        groups.setdefault((days, hours), []).append(month)
        for hour, without in gaps.items():
            groups.setdefault((days - without, frozenset((hour,))), []).append(month)
    for (days, hours), months in groups.items():
        yield {"YYYY": year, "MM": _of(months), "DD": _of(days), "hh": _of(hours), **_MINUTES}
    sure = {*range(24)} - {one.hour for one in skipped or () if one.month == _FEBRUARY}
    yield {"YYYY": leap, "MM": b"02", "DD": b"29", "hh": _of(sure), **_MINUTES}


def minutes(first: datetime, last: datetime) -> Iterator[dict[str, bytes]]:
    """Yield expressions for directives that together admit the whole minutes of a span, in UTC.

    There are none for a span of more than a year.
    """
    # Counted from the start of the year 1.
    low, high = -((_START - first) // _MINUTE), (last - _START) // _MINUTE
    if not 0 < high - low <= _MOST_MINUTES:
        return
    spans: dict[tuple[int, range], list[int]] = {}
    for count in range(low // 60, (high - 1) // 60 + 1):
        day, hour = divmod(count, 24)
        within = range(max(low - 60 * count, 0), min(high - 60 * count, 60))
        spans.setdefault((day, within), []).append(hour)
    for (day, within), hours in spans.items():
        found = date.fromordinal(day + 1)
        year, month = b"%04d" % found.year, _of((found.month,))
        exact = {"YYYY": year, "MM": month, "DD": _of((found.day,))}
        yield {**exact, "hh": _of(hours), "mm": _of(within), "ss": _MINUTES["ss"]}


_MINUTES = {"mm": b"[0-5][0-9]", "ss": b"[0-5][0-9]"}


def _of(numbers: Iterable[int]) -> bytes:
    """Return an expression for numbers of two digits."""
    tens: dict[int, str] = {}
    for number in sorted(numbers):
        tens[number // 10] = tens.get(number // 10, "") + str(number % 10)
    alike: dict[str, str] = {}
    for ten, units in tens.items():
        alike[units] = alike.get(units, "") + str(ten)
    parts = (f"[{ten}][{units}]" for units, ten in alike.items())
    return f"(?:{'|'.join(parts)})".encode()


class Zone(Struct, frozen=True):
    """The clocks of a place, by the name that IANA gives it; ``Z`` is UTC.

    Raises:
        KeyError: this system knows no such zone (ZoneInfoNotFoundError); ValueError: nor could any.
    """

    name: str

    @property
    def is_utc(self) -> bool:
        return self.name == "Z"

    def moments(self, local: datetime) -> tuple[datetime, datetime] | None:
        """Return the moments of a time on the clocks: two where these are put back, else one twice.

        None: it is skipped where they are put forward, or out of all bounds.
        """
        if self.is_utc:
            moment = local.replace(tzinfo=UTC)
            return moment, moment
        zone = _zone(self.name)
        try:
            first, second = (
                local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
            )
            shown = first.astimezone(zone).replace(tzinfo=None, fold=0)
        except OverflowError:
            return None
        return (first, second) if shown == local else None

    def local(self, moment: datetime) -> datetime:
        """Return what the clocks show at ``moment``."""
        return moment.astimezone(UTC if self.is_utc else _zone(self.name)).replace(tzinfo=None)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The hours that are skipped in part or as a whole, on one day or another."""
        return () if self.is_utc else _skipped(self.name)

    def first_skipped(self) -> datetime | None:
        """Return a time that clocks skip, in 2025 or soon after, if there is one."""
        days = (datetime(2025, 1, 1) + timedelta(days=n) for n in range(800))
        hours = {(one.month, one.hour) for one in self.skipped}
        for day in days:
            for hour in (hour for month, hour in hours if month == day.month):
                if self.moments(day.replace(hour=hour, minute=30)) is None:
                    return day.replace(hour=hour, minute=30)
        return None


@lru_cache(maxsize=16)
def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


@lru_cache(maxsize=16)
def _skipped(name: str) -> tuple[Skipped, ...]:
    zone, found = Zone(name), dict[tuple[int, int], set[int]]()
    offset: timedelta | None = None
    for ordinal in range(date(_ROUND[0], 1, 1).toordinal(), date(_ROUND[-1], 12, 31).toordinal()):
        midnight = datetime.fromordinal(ordinal)
        before, offset = offset, _zone(name).utcoffset(midnight)
        if before is None or offset is None or offset <= before:
            continue
        # The clocks were put forward on the day before, or at this midnight; by a day at most.
        near = range(-25, 3) if offset - before < timedelta(hours=3) else range(-48, 26)
        for hours in near:
            start = midnight + timedelta(hours=hours)
            if any(zone.moments(start + timedelta(minutes=m)) is None for m in range(0, 60, 15)):
                found.setdefault((start.month, start.hour), set()).add(start.day)
    return tuple(
        Skipped(month, hour, frozenset(days)) for (month, hour), days in sorted(found.items())
    )
