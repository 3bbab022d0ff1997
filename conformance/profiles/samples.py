"""Files that a profile is tried on, one that it has to take and one that it has to refuse.

As much is looked at as a file shows by itself: its bytes, records, fields and keys, and its
signature where there is one in it or beside it. Certificates are not: those of old files have
expired, which says nothing of a profile.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from conformance.checker import check_submission
from conformance.checks import Setting
from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.findings import Status
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.requirement import Kind, Phase
from conformance.model.rule import Rule
from conformance.result import Result
from conformance.signature import SignedInput, load_trust, open_file
from conformance.submission.evidence import Submission
from conformance.submission.hints import CliHints
from conformance.submission.lone import UnknownKind, read_lone
from conformance.submission.moments import now

#: The kinds of a sample.
KINDS = (Kind.ADT, Kind.REPORT, Kind.QCAF)
#: The checks that look at the bytes of a file.
_OF_FILES = frozenset(rule.value for rule in Rule)


class Found(StrEnum):
    """The result of a sample."""

    CONFORMS = "conforms"
    FAILS = "fails"
    NOT_SHOWN = "not shown"


class Sample(Struct, frozen=True):
    """A file that has to conform, or has to fail; ``kind`` is missing if it is to be recognised."""

    path: Path
    conforms: bool
    kind: Kind | None = None


class SampleResult(Struct, frozen=True):
    """A sample and the requirements that it fails, or that it does not show to be met.

    ``signed``: it has a signature, which was looked at.
    """

    sample: Sample
    kind: Kind
    signed: bool
    failed: tuple[Result, ...]
    not_shown: tuple[Result, ...]

    @property
    def found(self) -> Found:
        """The result."""
        if self.failed:
            return Found.FAILS
        return Found.NOT_SHOWN if self.not_shown else Found.CONFORMS

    @property
    def as_wanted(self) -> bool:
        """Return True if it comes to what it was given as; for a good one, nothing may fail."""
        return self.sample.conforms is not bool(self.failed)


def judge_samples(
    samples: Iterable[Sample], profile: Profile, catalogue: Catalogue
) -> tuple[SampleResult, ...]:
    """Return what each of ``samples`` comes to under ``profile``, in their order.

    Raises:
        TadpError: one cannot be read, or is not recognised.
    """
    trust = load_trust(profile.trust, profile.crls, profile.ocsp, test_keys=profile.test_keys)
    setting = Setting(catalogue, profile, trust, now())
    return tuple(_judged(sample, setting) for sample in samples)


def _judged(sample: Sample, setting: Setting) -> SampleResult:
    submission = _read(sample, setting.profile)
    signed = _is_signed(submission, setting.profile)
    asked = [
        result
        for result in check_submission(submission, setting).results
        if _is_asked(result, signed=signed)
    ]
    return SampleResult(
        sample,
        submission.kind,
        signed,
        tuple(result for result in asked if result.is_root),
        # A sample does not have to show facts that need evidence beside the file.
        tuple(r for r in asked if r.status is Status.NOT_SHOWN and not r.evidence),
    )


def _read(sample: Sample, profile: Profile) -> Submission:
    content = Content.of_input(str(sample.path), sample.path)
    try:
        submission = read_lone(content, sample.path, CliHints(sample.kind), profile)
    except UnknownKind as error:
        name = f"adt:{sample.path}"
        raise SubmissionError(
            error.what, where=error.where, remedy=f"say what it is, such as {name}"
        ) from None
    if submission.kind not in KINDS:
        raise SubmissionError(f"is {submission.kind.one}", where=str(sample.path))
    return submission


def _is_signed(submission: Submission, profile: Profile) -> bool:
    """Return True if there is a signature in the file or beside it; a report never has one."""
    if submission.file is None or submission.kind is Kind.REPORT:
        return False
    beside = submission.signature
    signed_input = SignedInput(submission.file, beside if isinstance(beside, Content) else None)
    return open_file(signed_input, profile.signature).container is not None


def _is_asked(result: Result, *, signed: bool) -> bool:
    """Return True if a lone file can show ``result``, which is about its records or signature."""
    requirement = result.requirement
    if not _OF_FILES.isdisjoint(requirement.checks):
        return True
    return signed and bool(requirement.checks) and requirement.phase is Phase.SIGNATURE
