"""The outcome of a check: findings, and what could not be shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct, field

#: Findings kept for a requirement; more are counted, not kept, so that memory stays bounded.
CAP = 20


#: Advice for a file that was signed, as the end of a hint has it.
_SIGN_AGAIN = r" Sign (?:the file|them) again afterwards\.$"


def before_signing(hint: str) -> str:
    """Return ``hint`` without the advice to sign again, for a file that is not signed yet."""
    return re.sub(_SIGN_AGAIN, "", hint)


class Status(StrEnum):
    """The status of one requirement after a check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_SHOWN = "not shown"
    ATTESTED = "attested"
    NOT_APPLICABLE = "not applicable"


class Verdict(StrEnum):
    """The verdict on a submission as a whole."""

    VIOLATES = "violates"  #: a duty is broken, by the clause or by a verified profile
    DEPARTS = "departs"  #: something fails, but only on guidance, a reading or an assumption
    NOT_SHOWN = "not shown"
    CONFORMS = "conforms"


#: Verdicts that make a run fail unless others are named.
FAIL_ON = (Verdict.VIOLATES, Verdict.DEPARTS)


class Place(Struct, frozen=True):
    """Where a finding is: record and field count from 1, the byte offset from 0."""

    file: str | None = None
    record: int | None = None
    field: int | None = None
    offset: int | None = None


class Excerpt(Struct, frozen=True):
    """The bytes around a finding; ``data[start:start + length]`` is the part that is wrong.

    A ``length`` of 0 marks a place between bytes, where something is missing.
    """

    data: bytes
    start: int
    length: int


class Finding(Struct, frozen=True):
    """One violation of a requirement, as seen in the evidence."""

    message: str
    found: str | None = None
    expected: str | None = None
    place: Place = field(default_factory=Place)
    excerpt: Excerpt | None = None
    #: How to fix just this, where the requirement's own hint does not fit.
    hint: str | None = None
    #: Ids of the notes whose reading decided this.
    notes: tuple[str, ...] = ()
    #: Entries of the profile that decided this, as dotted paths.
    profile: tuple[str, ...] = ()


class OmittedFindings(Struct, frozen=True):
    """``count`` further findings like the ones given, which were not kept."""

    count: int


class NotShown(Struct, frozen=True):
    """The evidence does not show it.

    ``evidence`` names what would show it, as paths in ``submission.json`` or options of the
    command; ``blocked_by`` names the checks whose failure hides it.
    """

    reason: str
    evidence: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()


class Through(Struct, frozen=True):
    """The requirement fails because another does, which has the finding: one with such a check.

    ``notes`` and ``profile`` are those that connect the two, as in a finding.
    """

    checks: tuple[str, ...]
    notes: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()


class NotApplicable(Struct, frozen=True):
    """The requirement does not bear on this submission."""

    reason: str


class Attested(Struct, frozen=True):
    """A person has said so; nothing was looked at."""

    reason: str


#: A result of a check. No result means that the requirement is met.
Outcome = Finding | OmittedFindings | NotShown | Through | NotApplicable | Attested


#: Called with the bytes that were read since the last call.
Progress = Callable[[int], None]
