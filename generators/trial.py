"""Submissions in memory, checked under the profile and the TEST hierarchy that they were made with.

A fault is made for what a requirement says, and the profile or a reading may take what it makes,
or something else may break with it. Whether it is one is seen where it is tried.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from conformance.checker import Checked, check_submission
from conformance.checks import Setting
from conformance.errors import TadpError
from conformance.model.profile import Profile
from conformance.phrases import listed
from conformance.submission.hints import CliHints
from conformance.submission.reading import read_submission
from generators.case import CHECKED_AT
from generators.draft import Draft, Ground
from generators.faults import Fault, Faulty
from generators.hierarchy import store_of
from generators.left_out import UNFIT, LeftOut
from generators.pki import Pki
from generators.scenario import Scenario

NOW = datetime.fromisoformat(CHECKED_AT)
#: Requirements that a reason names.
_NAMED = 3


class Trial:
    """Checks drafts in a folder; what is signed is signed within ``pki``."""

    def __init__(self, ground: Ground, folder: Path, pki: Pki, at: datetime = NOW) -> None:
        self._folder, self._numbers = folder, count()
        delivery = replace(ground.profile.delivery, service_desk_mailboxes=ground.service_desk)
        profile = replace(ground.profile, delivery=delivery)
        store = store_of(pki, profile.certificate.revocation)
        self._setting = Setting(ground.catalogue, profile, store, at)

    def check(self, draft: Draft) -> Checked:
        """Return what ``draft`` comes to."""
        folder = self._folder / str(next(self._numbers))
        draft.write(folder)
        submission = read_submission(str(folder), CliHints(), self._setting.profile)
        return check_submission(submission, self._setting)

    def misses(self, draft: Draft, fault: Fault) -> str | None:
        """Return how ``fault`` does otherwise than it should to a conforming draft, or None."""
        faulty = broken(draft, fault)
        return faulty if isinstance(faulty, str) else self.unlike(faulty.draft, fault.requirement)

    def unlike(self, draft: Draft, *roots: str) -> str | None:
        """Return how ``draft`` fails otherwise than by ``roots`` alone, or None."""
        try:
            return unlike(roots, self.check(draft))
        except TadpError as error:
            return f"cannot be checked under this profile: {error.what}"


def hierarchy(profile: Profile) -> Pki:
    """Return the TEST hierarchy that files are signed with under ``profile``."""
    try:
        return Scenario().signing(profile).pki
    except TadpError:
        return Pki()


def tried_faults(draft: Draft, faults: Iterable[Fault], at: datetime) -> Iterator[Fault | LeftOut]:
    """Yield the ``faults`` of a conforming draft, or why they are none under its profile.

    A fault that is yielded breaks its requirement and no other when it is checked at ``at``.
    """
    pki = draft.signing.pki if draft.signing else hierarchy(draft.ground.profile)
    with TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as name:
        trial = Trial(draft.ground, Path(name), pki, at)
        trouble = trial.unlike(draft)
        before = trouble and f"the submission without it {trouble}"
        for fault in faults:
            reason = before or trial.misses(draft, fault)
            yield fault if reason is None else LeftOut(f"{fault.requirement}/{fault.name}", reason)


def broken(draft: Draft, fault: Fault) -> Faulty | str:
    """Return ``draft`` with ``fault``, or why it cannot have it."""
    try:
        return fault.apply(draft)
    except UNFIT as error:
        why = f": {error}" if isinstance(error, (TadpError, ValueError)) else ""
        return f"no file of this profile can have the fault{why}"


def unlike(wanted: Sequence[str], checked: Checked, before: Collection[str] = ()) -> str | None:
    """Return how what was checked fails otherwise than by ``wanted`` alone, or None.

    What fails ``before`` a change is not looked at.
    """
    roots = [r.requirement.id for r in checked.roots if r.requirement.id not in before]
    if sorted(roots) == sorted(wanted):
        return None
    if not roots:
        return f"breaks nothing under this profile, made to break {named(wanted)}"
    known = {*wanted, *before}
    seen = next((r for r in checked.roots if r.requirement.id not in known), None)
    said = f": {seen.findings[0].message}" if seen else ""
    return f"breaks {named(roots)} under this profile{said}"


def named(identifiers: Sequence[str]) -> str:
    """Return the first few of ``identifiers`` in a sentence, and how many more there are."""
    return listed(identifiers, _NAMED, " and ")
