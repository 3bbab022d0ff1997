"""The verdict of the checker on a file before it is written: what fails is not written.

What the bytes show is looked at: clause 6.1, the profile's clauses 6.3 and 6.5, the actions. The
signature is put on afterwards, and the rest of a submission is evidence that is not there yet.
"""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from conformance.checker import Result, check_submission
from conformance.checks.context import Setting
from conformance.errors import TadpError
from conformance.findings import Progress, Status
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.requirement import Phase, Strength
from conformance.records import Rule
from conformance.signature import TrustStore
from conformance.submission.evidence import Submission

#: Phases of which there is nothing to look at in a file that is not signed yet.
_LATER = (Phase.DELIVERY, Phase.REFERENCES, Phase.SIGNATURE, Phase.CERTIFICATE)

#: The check that looks at every record of a file, whatever the profile.
_ROOT = Rule.RECORD_SEPARATOR.value


def setting_of(catalogue: Catalogue, profile: Profile, at: datetime | None = None) -> Setting:
    """Return the setting to check a file with; ``at`` is when it will be sent, if known."""
    now = at or datetime.now(UTC).replace(microsecond=0)
    # By another reading of that note, a file that is not signed is not looked at.
    readings = {**profile.readings, "order-of-checks": "all"}
    return Setting(catalogue, replace(profile, readings=readings), TrustStore(), now, at)


def failures(
    submission: Submission, setting: Setting, progress: Progress | None = None
) -> list[Result]:
    """The requirements that the file of ``submission`` would fail by itself, with the findings.

    Raises:
        SubmissionError: the file cannot be read.
        TadpError: nothing fails because the bytes would not be taken for a CSV file at all.
    """
    results = check_submission(submission, setting, (), progress).results
    found = [
        r for r in results
        if r.is_root
        and r.requirement.strength is not Strength.MAY
        and r.requirement.phase not in _LATER
    ]  # fmt: skip
    looked = [
        r for r in results
        if _ROOT in r.requirement.checks and submission.kind in r.requirement.kinds
    ]  # fmt: skip
    unseen = [r for r in looked if r.status != Status.PASSED]
    if unseen and not found:
        raise TadpError(
            f"cannot be shown to conform: {unseen[0].reason}",
            where=submission.source,
            remedy="look at the first value of the file",
        )
    return found
