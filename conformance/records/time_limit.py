"""The 120 hours from a quarantine to the QCAF: guidance 1.2, as the profile reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from conformance.model.column import Role
from conformance.model.profile import Profile
from conformance.model.types.instant import Instant
from conformance.records.composing import RoleValue
from conformance.records.expression import Expected
from conformance.records.layout import Layout

#: The notes whose readings decide whether something is in time.
NOTES = ("hours-counted-to", "exactly-120-hours")
#: Hours that are counted at most; 10,000 years have fewer.
_LONGEST = 10**8


class TimeLimit(Struct, frozen=True):
    """How long after its quarantine a communication can be acted on.

    ``inclusive``: to the second ``hours`` after it is in time. ``to_completion``: the time ends
    when DCC has completed the request, and not when the User sends the submission.
    """

    hours: int
    inclusive: bool
    to_completion: bool

    @classmethod
    def of(cls, profile: Profile) -> TimeLimit:
        """The limit as ``profile`` gives it, by its readings of ``NOTES``."""
        return cls(
            min(profile.delivery.hours, _LONGEST),
            profile.readings["exactly-120-hours"] == "within",
            profile.readings["hours-counted-to"] == "completion",
        )

    @property
    def length(self) -> timedelta:
        """The hours as a length of time."""
        return timedelta(hours=self.hours)

    def end(self, sent: datetime | None, completed: datetime | None) -> datetime | None:
        """The moment up to which the hours are counted, if it is known."""
        return completed if self.to_completion else sent

    def expected(
        self, layout: Layout, sent: datetime | None, completed: datetime | None
    ) -> Expected | None:
        """The values of a time of quarantine that is surely in time, and not later than ``sent``.

        None: the hours cannot be counted, or no field has the time.
        """
        here, end = RoleValue.of(layout, Role.QUARANTINED_AT), self.end(sent, completed)
        if here is None or end is None or not here.is_field:
            return None
        values = here.type.between(self.earliest_in_time(end), min(sent or end, end))
        return Expected(here.index, values) if values else None

    def earliest_in_time(self, end: datetime) -> datetime:
        """The earliest quarantine, in whole seconds, that is in time at ``end``."""
        try:
            first = end - self.length
        except OverflowError:
            return datetime.min.replace(tzinfo=UTC)
        whole = first.replace(microsecond=0)
        if first > whole or not self.inclusive:
            whole += timedelta(seconds=1)
        return whole

    def first_in_time(self, end: datetime) -> bytes:
        """The earliest quarantine that is in time at ``end``, as an instant is written."""
        return instant_bytes(self.earliest_in_time(end))


def instant_bytes(moment: datetime) -> bytes:
    """``moment``, an aware one, as an instant: what is written so sorts as moments do."""
    return str(Instant().of_moment(moment.astimezone(UTC))).encode()


def moment_of(value: bytes) -> datetime | None:
    """The moment that ``value`` writes, if it is one."""
    moments = Instant().moments(value)
    return moments and moments[0]
