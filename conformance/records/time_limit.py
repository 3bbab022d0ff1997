"""The 120 hours from a quarantine to the QCAF: guidance 1.2, as the profile reads it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from conformance.model.profile import Profile
from conformance.model.types.instant import INSTANT

#: The notes whose readings decide whether something is in time.
NOTES = ("hours-counted-to", "exactly-120-hours")
#: Hours that are counted at most; 10,000 years have fewer.
_LONGEST = 10**8
_FORM = "%Y-%m-%dT%H:%M:%SZ"
_EXAMPLE = "2025-06-01T08:30:00Z"


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

    def first_in_time(self, end: datetime) -> bytes:
        """The earliest quarantine that is in time at ``end``, as a file writes it."""
        try:
            first = end - self.length
        except OverflowError:
            return b"0" * len(_EXAMPLE)
        whole = first.replace(microsecond=0)
        if first > whole or not self.inclusive:
            whole += timedelta(seconds=1)
        return written(whole)


def written(moment: datetime) -> bytes:
    """``moment``, an aware one, as a file writes it: what is written so sorts as moments do."""
    utc = moment.astimezone(UTC)
    return f"{utc.year:04}{utc.strftime(_FORM)[-len(_EXAMPLE) + 4 :]}".encode()


def is_written(value: bytes) -> bool:
    """Whether ``value`` is a moment that exists, as a file writes it."""
    return re.fullmatch(INSTANT, value) is not None


def moment_of(value: bytes) -> datetime | None:
    """The moment that a file writes as ``value``, if it is one."""
    if not is_written(value):
        return None
    return datetime.fromisoformat(value.decode("ascii"))
