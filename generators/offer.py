"""The choices that a profile offers the stories of a corpus."""

from __future__ import annotations

from msgspec import Struct

from conformance.errors import TadpError
from conformance.model.profile import Profile
from conformance.signature.containers import signing_containers
from conformance.signature.containers.base import Placement
from generators.algorithm import admitted
from generators.scenario import Scenario, encodings, writable

_PLACEMENTS = {
    Placement.AROUND: "attached",
    Placement.BESIDE: "detached",
    Placement.WITHIN: "within",
}
#: Readings by which a QCAF is late that is sent in the last moment, and completed an hour later.
_STRICTER = {"hours-counted-to": "completion", "exactly-120-hours": "late"}


class Offer(Struct, frozen=True):
    """The choices for a submission: its delivery, its signature, its time.

    Of what the profile has, only that is here which can be made; ``algorithms`` are those of the
    test hierarchy.
    """

    method: str
    contingency: str | None
    algorithms: tuple[str, ...]
    containers: tuple[str, ...]
    encodings: tuple[str, ...]
    hours: int  #: from the quarantine to the sending, at most
    signers: int  #: at most

    @classmethod
    def of(cls, profile: Profile) -> Offer:
        """Return what ``profile`` offers."""
        rules = profile.signature
        return cls(
            profile.delivery.method,
            profile.delivery.contingency,
            tuple(one.name for one in admitted(rules)),
            writable(profile),
            tuple(encodings(rules)),
            _latest(profile),
            rules.signers.maximum,
        )

    def placement(self, container: str) -> str:
        """Return where a signature in ``container`` is, in a word."""
        return _PLACEMENTS[signing_containers()[container].placement]


def usual(profile: Profile) -> Scenario:
    """Return the plainest scenario that fits ``profile``.

    Raises:
        TadpError: no file can be signed as it wants.
    """
    offer = Offer.of(profile)
    for entry, choices in (("algorithms", offer.algorithms), ("containers", offer.containers)):
        if not choices:
            raise TadpError(
                f"none of signature.{entry} can be made for tests",
                where=f"profile {profile.name}",
            )
    return Scenario(
        algorithm=offer.algorithms[0],
        container=offer.containers[0],
        quarantined_hours=usual_hours(profile),
    )


def usual_hours(profile: Profile) -> int:
    """Return how many hours a quarantine has lasted when a QCAF is sent that is in time."""
    return max(0, min(Scenario().quarantined_hours, _latest(profile) - 1))


def _latest(profile: Profile) -> int:
    stricter = any(profile.readings[note] == reading for note, reading in _STRICTER.items())
    return profile.delivery.hours - stricter


def other(choices: tuple[str, ...]) -> str:
    """Return the second of ``choices``, or the only one."""
    return choices[min(1, len(choices) - 1)]
