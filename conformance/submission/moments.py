"""Dates and times as people and programs write them: RFC 3339, with some goodwill."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo

from conformance.errors import TadpError
from conformance.model.types.clock import Zone
from conformance.patterns import pattern

#: A time may lack its seconds, have a fraction of them in any number of digits, or lack the zone.
#: Compiled when it is first used: not every submission says when.
_FORM = (
    r"(?a)(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:(?<=:\d\d:\d\d)[.,](\d+))?"
    r" ?(?:([Zz])|([+-]\d\d)(?::?([0-5]\d))?)?"
)
_DAY = r"(?a)\d{4}-\d\d-\d\d"
#: Digits of a fraction that are kept; what is beyond is cut off.
_DIGITS = 6
_EXAMPLE = "2025-06-01T09:30:00Z"
#: As people write it: the day, the month and the year, in Britain in this order, or the year first.
#: Compiled only for what is in no other form: that takes as long as ten small modules to load.
_WRITTEN = (
    r"(?:(?P<day>\d{1,2})[/. -](?P<month>\d{1,2}|[A-Za-z]{3})[A-Za-z]*[/. -](?P<year>\d{4}|\d\d)"
    r"|(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2}))"
    r"(?P<time>[T, ]+(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<s>\d\d)(?:\.\d+)?)?"
    r" ?(?P<half>[AaPp])?[Mm]?)? ?(?:[A-Za-z]{1,4})?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ADD = "add Z for UTC or an offset such as +01:00"


class UnclearMomentError(TadpError):
    """A date and time that does not identify a moment, for the ``reason``.

    ``said`` are its text and its place.
    """

    def __init__(self, said: tuple[str, str], reason: str, remedy: str) -> None:
        super().__init__(f"{said[0][:40]!r} {reason}", where=said[1], remedy=remedy)
        self.reason = reason


def parse_moment(text: str, where: str, zone: str | None = None) -> datetime:
    """Return the moment that ``text`` names, in UTC; a date alone is its midnight, UTC.

    A time without a zone is on the clocks of ``zone``, by the name that IANA gives it.

    Raises:
        TadpError: it names none, or the clocks skipped it or showed it twice.
    """
    try:
        if match := pattern(_FORM).fullmatch(text):
            day, hour, second, fraction, utc, hours, minutes = match.groups()
            part = (fraction or "0")[:_DIGITS].ljust(_DIGITS, "0")
            written = f"{day}T{hour}{second or ':00'}.{part}"
            if utc or hours:
                offset = "+00:00" if utc else f"{hours}:{minutes or '00'}"
                return datetime.fromisoformat(written + offset).astimezone(UTC)
            return _by_clocks(datetime.fromisoformat(written), (text, where), zone)
        if re.fullmatch(_DAY, text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    raise TadpError(f"{text[:40]!r} is not a date and time", where=where, remedy=form_for(text))


def form_for(text: str) -> str:
    """Return how a date and time is written, with ``text`` as the example if that is clear."""
    moment = as_written(text)
    if moment is None:
        return f"write {_EXAMPLE}"
    text = moment.isoformat()
    if not isinstance(moment, datetime):
        return f"write the year first: {text}, or with the time: {text}T09:30:00Z"
    zone = "+01:00 in place of Z in summer time"
    return f"write the year first, and add the time zone: {text}Z, or {zone}"


def as_written(text: str, *, month_first: bool = False) -> date | None:
    """Return the date, or the date and time, that a person wrote in a form that is not read.

    Of days and months in figures the day is the first, as in Britain, or the month, as in America.
    """
    found = re.fullmatch(_WRITTEN, text.strip(), re.ASCII)
    if found is None:
        return None
    year, month, day = (found["y"] or found["year"], found["m"] or found["month"],
                        found["d"] or found["day"])  # fmt: skip
    if month_first and found["day"] and month.isdigit():
        month, day = day, month
    hour, half = int(found["hour"] or 0), (found["half"] or "").lower()
    if half:
        hour = hour % 12 + 12 * (half == "p")
    try:
        number = int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1
        found_day = date(int(year) + 2000 * (len(year) == 2), number, int(day))
        if not found["hour"]:
            return found_day
        clock = time(hour, int(found["minute"]), int(found["s"] or 0))
        return datetime.combine(found_day, clock)
    except ValueError:
        return None


def _by_clocks(local: datetime, said: tuple[str, str], zone: str | None) -> datetime:
    """Return when the clocks of ``zone`` showed ``local``; ``said`` are the text and its place."""
    if zone is None:
        reason = "does not say in which time zone it is"
        raise UnclearMomentError(said, reason, f"{_ADD}, or give --zone Europe/London")
    found = Zone(zone).moments(local)
    if found is None:
        reason = f"is a time that the clocks of {zone} skipped, as they were put forward"
        raise UnclearMomentError(said, reason, f"correct the time, or {_ADD}")
    first, second = found
    if first != second:
        reason = f"is a time that the clocks of {zone} showed twice, as they were put back"
        both = f"write {format_moment(first)} or {format_moment(second)}"
        raise UnclearMomentError(said, reason, both)
    return first


def require_zone(name: str | None) -> str | None:
    """Return the time zone called ``name``, if one is given.

    Raises:
        TadpError: there is no such zone on this system.
    """
    if name is not None:
        try:
            Zone(name).moments(datetime(2025, 6, 1))
        except (KeyError, ValueError, OSError):
            raise TadpError(
                f"{name[:40]!r} is not a time zone of this system",
                where="--zone",
                remedy="write a name such as Europe/London",
            ) from None
    return name


def now() -> datetime:
    """The time, in UTC and to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def format_moment(moment: datetime, zone: tzinfo = UTC) -> str:
    """``moment`` in ``zone``, to the second, or with its fraction if it has one."""
    return moment.astimezone(zone).isoformat(timespec="auto").replace("+00:00", "Z")
