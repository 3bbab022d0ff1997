"""A picture of the hours: for each group of communications a bar from quarantine to the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from conformance.quarantine.text import left_of
from conformance.quarantine.uk_time import uk_time

#: Bars that are drawn; the table below has more groups, and the JSON document all.
MOST = 30
#: The width in per cent, so that the picture fits any screen; the height in pixels.
_WIDTH, _TOP, _ROW = 100, 34, 56
_DAY = timedelta(days=1)

Table = Mapping[str, Any]


class Bar(Struct, frozen=True):
    """One bar: ``past`` is the part of it that is over, ``left`` what is left, in units.

    ``beyond`` says on which side of the picture it is, if it is not in it.
    """

    y: int
    start: float
    past: float
    left: float
    expired: bool
    labels: tuple[str, ...]
    beyond: str = ""


class Tick(Struct, frozen=True):
    """A day on the axis: how many days it is from now, or its date where now is far away."""

    x: float
    label: str


class Picture(Struct, frozen=True):
    """Where everything is; ``now`` is the moment it is seen from, if that is in the picture."""

    height: int
    now: float | None
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    beyond: int


def picture_of(document: Table) -> Picture:
    """Return the picture of the groups that have a time, the soonest first."""
    at = datetime.fromisoformat(document["at"])
    length = timedelta(hours=document["limit"]["hours"])
    groups = [group for group in document["groups"] if group["due"]]
    shown = groups[:MOST]
    ends = [datetime.fromisoformat(group["due"]) for group in shown]
    scale = _scale(at, length, ends)
    bars = [
        _bar(group, scale, _moved(end, -length), (at, row))
        for row, (group, end) in enumerate(zip(shown, ends, strict=True))
    ]
    height = _TOP + _ROW * len(bars) + 8
    seen = scale.first < at < scale.last
    ticks = tuple(scale.ticks(at) if seen else scale.dates())
    now = scale.x(at) if seen else None
    return Picture(height, now, ticks, tuple(bars), max(0, len(groups) - MOST))


def _scale(at: datetime, length: timedelta, ends: Sequence[datetime]) -> _Scale:
    """Return the time around ``at``; around the nearest hours where there are none near that."""
    first, last = _moved(at, -2 * length), _moved(at, length)
    near = [end for end in ends if end > first and _moved(end, -length) < last]
    if not ends or near:
        return _Scale(first, last)
    later = [end for end in ends if end > at]
    if later:
        first = _moved(min(later), -length - _DAY)
        return _Scale(first, _moved(first, 3 * length))
    last = _moved(max(ends), _DAY)
    return _Scale(_moved(last, -3 * length), last)


class _Scale(Struct, frozen=True):
    """From moments to places across the picture; what is outside is at its edge."""

    first: datetime
    last: datetime

    def x(self, moment: datetime) -> float:
        share = (moment - self.first) / (self.last - self.first)
        return round(_WIDTH * min(1.0, max(0.0, share)), 2)

    def ticks(self, at: datetime) -> Iterator[Tick]:
        """Yield whole days from the moment ``at``, before it and after."""
        for days in range(-40, 41):
            moment = _moved(at, days * _DAY)
            if days and self.first < moment < self.last:
                yield Tick(self.x(moment), f"{days:+d} d".replace("-", "\u2212"))

    def dates(self) -> Iterator[Tick]:
        """Yield the days, by UTC, on which they begin."""
        moment = self.first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        while (moment := _moved(moment, _DAY)) < self.last:
            yield Tick(self.x(moment), f"{moment.day} {moment:%b}")


def _moved(moment: datetime, by: timedelta) -> datetime:
    """Return the moment that is that far away, or the first or the last that there is."""
    try:
        return moment + by
    except OverflowError:
        edge = datetime.min if by < timedelta() else datetime.max
        return edge.replace(tzinfo=moment.tzinfo)


def _bar(group: Table, scale: _Scale, start: datetime, seen: tuple[datetime, int]) -> Bar:
    due, (at, row) = datetime.fromisoformat(group["due"]), seen
    # Nothing is over of what is quarantined later than now.
    past = max(start, min(at, due))
    state = "EXPIRED" if group["state"] == "expired" else "due"
    labels = (
        f"{state} {uk_time(due)}, {left_of(at.isoformat(), group['due'])}",
        f"{group['count']:,} of {group['variant'] or 'a type that is not known'}, "
        f"{group['breach'] or 'breach not known'}",
    )
    return Bar(
        y=_TOP + _ROW * row,
        start=scale.x(start),
        past=round(scale.x(past) - scale.x(start), 2),
        left=round(scale.x(due) - scale.x(past), 2),
        expired=group["state"] == "expired",
        labels=labels,
        beyond="earlier" if due <= scale.first else "later" if start >= scale.last else "",
    )
