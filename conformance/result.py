"""Results of requirements, one for each submission."""

from __future__ import annotations

from msgspec import Struct

from conformance.findings import Finding, Status
from conformance.footing import Footing
from conformance.model.requirement import Requirement


class OtherReading(Struct, frozen=True):
    """The outcome of a requirement under another ``reading`` of ``note`` than the one taken."""

    note: str
    reading: str
    status: Status


class Result(Struct, frozen=True, cache_hash=True):
    """The result of one requirement.

    ``through`` holds the ids of the failed roots that it fails through; ``blocked_by`` the ids
    whose failure hides it; ``evidence`` what would show it; ``count`` all findings of its own,
    of which at most ``CAP`` are kept. ``rests_on`` is what a failure rests on. ``notes`` are those
    by whose reading it passed; those of a failure are in its findings. ``others`` says what other
    readings of the notes that decided it would give, or ``untried`` why that was not looked at.
    """

    requirement: Requirement
    status: Status
    reason: str | None = None
    through: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    count: int = 0
    rests_on: Footing | None = None
    notes: tuple[str, ...] = ()
    others: tuple[OtherReading, ...] = ()
    untried: str | None = None

    @property
    def is_root(self) -> bool:
        """Return True if it fails by itself, and not only through another."""
        return self.status is Status.FAILED and self.count > 0
