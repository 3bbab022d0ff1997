"""Requirements that the fault of a case hides: the checker cannot look at them either.

The checker is imported where a case is looked at, which few runs need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from conformance.assessment.corpus import Case
from conformance.assessment.neutral import Workspace
from conformance.findings import Status
from conformance.model.catalogue import Catalogue

if TYPE_CHECKING:
    from conformance.checker import Checked
    from conformance.checks import Setting

#: Returns the requirements that the fault of a case hides.
Hiding = Callable[[Case], Iterable[str]]


def hidden_in(checked: Checked) -> frozenset[str]:
    """Return the requirements that cannot be looked at because another failed."""
    return frozenset(
        result.requirement.id
        for result in checked.results
        if result.status is Status.NOT_SHOWN and result.blocked_by
    )


def setting_of(workspace: Workspace, catalogue: Catalogue) -> Setting:
    """Return what our own checker judges the submissions of ``workspace`` by."""
    from conformance.checks import Setting
    from conformance.model.profile_loading import load_profile
    from conformance.signature import load_trust
    from conformance.submission.moments import parse_moment

    profile = load_profile(str(workspace.common / "profile.toml"), catalogue)
    trust = load_trust(profile.trust, profile.crls, profile.ocsp, test_keys=profile.test_keys)
    at = parse_moment(workspace.corpus.checked_at, "manifest.json")
    return Setting(catalogue, profile, trust, at)


def hiding_of(workspace: Workspace, catalogue: Catalogue) -> Hiding:
    """Return what is hidden in each case, by our own check of it when it is asked.

    ``workspace`` has to be there still, for the profile and the trust anchors.
    """

    @cache
    def setting() -> Setting:
        return setting_of(workspace, catalogue)

    def hidden_by(case: Case) -> frozenset[str]:
        from conformance.checker import check_submission
        from conformance.submission.hints import CliHints
        from conformance.submission.reading import read_submission

        place = setting()
        if case.readings:
            readings = {**place.profile.readings, **case.readings}
            place = replace(place, profile=replace(place.profile, readings=readings))
        with case.submission.on_disk() as folder:
            submission = read_submission(str(folder), CliHints(), place.profile)
            return hidden_in(check_submission(submission, place))

    return hidden_by
