"""A picture of the hours: for each group of communications a bar from quarantine to the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from conformance.quarantine.text import left_of
from conformance.quarantine.uk_time import uk_time

#: Bars that are drawn; the table below has more groups, and the JSON document all.
MOST = 30
_WIDTH, _TOP, _ROW = 900, 34, 40
_DAY = timedelta(days=1)

Table = Mapping[str, Any]


class Bar(Struct, frozen=True):
    """One bar: ``past`` is the part of it that is over, ``left`` what is left, in units."""

    y: int
    start: float
    past: float
    left: float
    expired: bool
    label: str


class Tick(Struct, frozen=True):
    """A number of whole days from now on the axis."""

    x: float
    label: str


class Picture(Struct, frozen=True):
    """Where everything is, in units of the picture; ``now`` is the moment it is seen from."""

    width: int
    height: int
    now: float
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    beyond: int


def picture_of(document: Table) -> Picture:
    """Return the picture of the groups that have a time, the soonest first."""
    at = datetime.fromisoformat(document["at"])
    length = timedelta(hours=document["limit"]["hours"])
    scale = _Scale(_moved(at, -2 * length), _moved(at, length))
    groups = [group for group in document["groups"] if group["due"]]
    bars = [
        _bar(group, scale, _moved(datetime.fromisoformat(group["due"]), -length), (at, row))
        for row, group in enumerate(groups[:MOST])
    ]
    height = _TOP + _ROW * len(bars) + 8
    ticks = tuple(scale.ticks(at))
    return Picture(_WIDTH, height, scale.x(at), ticks, tuple(bars), max(0, len(groups) - MOST))


class _Scale(Struct, frozen=True):
    """From moments to places across the picture; what is outside is at its edge."""

    first: datetime
    last: datetime

    def x(self, moment: datetime) -> float:
        share = (moment - self.first) / (self.last - self.first)
        return round(_WIDTH * min(1.0, max(0.0, share)), 1)

    def ticks(self, at: datetime) -> Iterator[Tick]:
        """Yield whole days from the moment ``at``, before it and after."""
        for days in range(-40, 41):
            moment = _moved(at, days * _DAY)
            if days and self.first < moment < self.last:
                yield Tick(self.x(moment), f"{days:+d} d".replace("-", "\u2212"))


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
    what = [
        f"{state} {uk_time(due)}",
        left_of(at.isoformat(), group["due"]),
        f"{group['count']:,} of {group['variant'] or 'a type that is not known'}",
        group["breach"] or "breach not known",
    ]
    return Bar(
        y=_TOP + _ROW * row,
        start=scale.x(start),
        past=round(scale.x(past) - scale.x(start), 1),
        left=round(scale.x(due) - scale.x(past), 1),
        expired=group["state"] == "expired",
        label=", ".join(what),
    )
