"""Communications that are due or have expired, gathered by hour, breach and variant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct, field

from conformance.quarantine.communication import Communication
from conformance.records.keys import KeyHashes
from conformance.records.time_limit import TimeLimit, instant_bytes, moment_of

#: How long DCC keeps what can no longer be released (guidance 1.2). What expired longer ago is
#: gathered in one group, and so is what is in the future, so that their number is bounded.
KEPT = timedelta(days=30)
#: Communications without a time that are shown; all are counted.
SHOWN = 20
#: Groups for what expired too long ago to be kept, and for what is not quarantined yet.
_LONG_AGO, _AHEAD = b"", b"~"
#: ``YYYY-MM-DDThh`` of the moments that a file writes.
_HOUR = 13


class Group(Struct):
    """Communications with one breach and one variant that fall due in the same hour.

    ``first`` and ``last`` are when the first and the last of them were quarantined.
    """

    breach: str | None
    variant: str | None
    expired: bool
    first: bytes
    last: bytes
    count: int = 0


class Undated(Struct, frozen=True):
    """A communication whose due time is not known, and where it was read."""

    file: str
    communication: Communication


class Schedule(Struct, dict=True):
    """Communications by when they are due, as seen at the moment ``at``.

    With ``within``, what is due later than that from ``at`` on is only counted. Memory is bounded
    by hours, breaches and variants, except for eight bytes a communication to find repeated ones.
    """

    limit: TimeLimit
    at: datetime
    within: timedelta | None = None
    expired: int = 0
    due: int = 0
    beyond: int = 0  #: of those due, the ones that ``within`` leaves out
    ahead: int = 0  #: of those due, the ones whose quarantine is later than ``at``
    undated: int = 0
    shown: list[Undated] = field(default_factory=list)
    #: Communications without a time, by breach and variant.
    unknown: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    _groups: dict[tuple[bytes, bool, str | None, str | None], Group] = field(default_factory=dict)
    _requests: KeyHashes = field(default_factory=KeyHashes)

    def __post_init__(self) -> None:
        self._now = instant_bytes(self.at)
        self._in_time = self.limit.first_in_time(self.at)
        self._kept = _less(self.at, self.limit.length + KEPT)
        #: Quarantined later, the hours end after the last moment that there is.
        self._countable = _less(datetime.max.replace(tzinfo=self.at.tzinfo), self.limit.length)
        self._horizon = b"~" if self.within is None else self._up_to(self.within)

    def _up_to(self, within: timedelta) -> bytes:
        """The latest quarantine of what is due within that time of ``at``."""
        try:
            return instant_bytes(self.at + within - self.limit.length)
        except OverflowError:
            return b"~"

    def add(self, file: str, communication: Communication) -> None:
        """Take in a communication that was read from ``file``."""
        if communication.request_id is not None:
            self._requests.extend((communication.request_id.encode(),))
        moment = communication.quarantined
        breach, variant = communication.breach, communication.variant
        if moment is None or moment > self._countable:
            self.undated += 1
            self.unknown[breach, variant] += 1
            if len(self.shown) < SHOWN:
                self.shown.append(Undated(file, communication))
            return
        expired = moment < self._in_time
        if expired:
            self.expired += 1
        else:
            self.due += 1
            self.ahead += moment > self._now
            if moment > self._horizon:
                self.beyond += 1
                return
        hour = moment[:_HOUR]
        if moment < self._kept:
            hour = _LONG_AGO
        elif moment > self._now:
            hour = _AHEAD
        key = (hour, expired, breach, variant)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(breach, variant, expired, moment, moment)
        group.count += 1
        group.first = min(group.first, moment)
        group.last = max(group.last, moment)

    def groups(self) -> Iterator[Group]:
        """The groups, soonest due first."""
        yield from sorted(
            self._groups.values(),
            key=lambda g: (g.first, g.last, g.breach or "~", g.variant or "~"),
        )

    def ends(self, quarantined: bytes) -> datetime:
        """When the hours of what was quarantined then end; it is one that was taken in."""
        moment = moment_of(quarantined)
        assert moment is not None  # noqa: S101 - ``add`` keeps no others
        return moment + self.limit.length

    @property
    def repeated(self) -> int:
        """How many times a Request ID was read that had been read before."""
        return self._requests.repeated()[0]

    @property
    def total(self) -> int:
        return self.expired + self.due + self.undated


def _less(moment: datetime, length: timedelta) -> bytes:
    try:
        return instant_bytes(moment - length)
    except OverflowError:
        return b""
