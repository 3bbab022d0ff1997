"""Every finding names the entries of the profile that it needs, so that verifying them counts.

This is found out, not listed: each entry of the profile is changed, as the mutants of the model
change it, and what was found is looked for again. Where a change makes a finding go away, the
finding needs that entry, and has to name it. Each run looks so at the first two messages of each
requirement, and ``tox -e whole`` at the others.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any
from unittest import mock

import pytest
from msgspec import Struct
from msgspec.structs import replace

from conformance.checker import _look
from conformance.checks import Context
from conformance.errors import ModelError
from conformance.findings import Finding, Status
from conformance.footing import Footing
from conformance.model import profile_loading, validated
from conformance.model.profile import Profile
from conformance.model.profile_loading import load_profile, profile_text
from conformance.model.requirement import Basis, Kind
from conformance.model.verification import Assumption, within
from conformance.result import Result
from conformance.submission.evidence import Submission
from conformance.submission.hints import CliHints
from conformance.submission.reading import read_submission
from tests.corpus import CASES, FIXTURES, CorpusCase, setting_of
from tests.mutants.model import PROFILE, mutants
from tests.sampling import one_in

SETTING = setting_of(FIXTURES / "profile.toml")
#: The files of the profile that what is submitted is compared with.
FILES = {
    Kind.ADT: {"adt"},
    Kind.AREA: {"adt"},
    Kind.PUBLICATION: {"adt"},
    Kind.QCAF: {"qcaf", "report"},
    Kind.REPORT: {"report"},
    Kind.INCIDENT: set(),
}


class Case(Struct, frozen=True):
    """A submission of the corpus, and what was found in it first."""

    submission: Submission
    finding: Finding


class Changed(Struct, frozen=True):
    """The profile with the entry at ``path`` changed."""

    path: str
    profile: Profile


@cache
def cases() -> dict[str, list[Case]]:
    """Return a case for each different message, by the requirement that fails."""
    found: dict[str, dict[str, Case]] = {}
    for identifier in CASES:
        record = CorpusCase(identifier).record
        if record["readings"] or not record["expected"]["roots"]:
            continue
        path = str(CorpusCase(identifier).submission)
        submission = read_submission(path, CliHints(), SETTING.profile)
        for root in record["expected"]["roots"]:
            finding = result_of(submission, SETTING.profile, root).findings[0]
            found.setdefault(root, {}).setdefault(finding.message, Case(submission, finding))
    return {root: list(of.values()) for root, of in found.items()}


@cache
def changed_profiles() -> list[Changed]:
    base = tomllib.loads(profile_text("reference"))
    return [made for m in mutants() if m.file == PROFILE for made in _changed(m, base)]


def _changed(mutant: Any, base: dict[str, Any]) -> Iterator[Changed]:
    table = mutant.applied(base)
    parsed = mock.Mock(side_effect=lambda *_: copy.deepcopy(table))
    with (
        mock.patch.object(profile_loading, "parse_toml", parsed),
        # The bytes are those of the profile as it is, which was found valid.
        mock.patch.object(validated, "known", return_value=frozenset()),
    ):
        try:
            profile = load_profile("reference", SETTING.catalogue)
        except ModelError:
            return
    yield Changed(_dotted(base, mutant.path), replace(profile, test_keys=True))


def _dotted(table: Any, path: tuple[str | int, ...]) -> str:
    steps = []
    for step in path:
        table = table[step]
        named = isinstance(step, int) and isinstance(table, dict)
        steps.append(str(table.get("name", table.get("id", step)) if named else step))
    return ".".join(steps)


def result_of(submission: Submission, profile: Profile, requirement: str) -> Result:
    return _look(Context(submission, replace(SETTING, profile=profile)), requirement)


def bears(change: Changed, submission: Submission) -> bool:
    """Return False if the change is to a file of another kind."""
    first, _, rest = change.path.partition(".")
    return first != "files" or rest.split(".")[0] in FILES[submission.kind]


def roots() -> list[str]:
    return sorted({root for case in CASES.values() for root in case["roots"]})


@pytest.mark.parametrize(
    ("first", "last"), [(0, 1), pytest.param(1, None, marks=pytest.mark.whole)]
)
@pytest.mark.parametrize("root", one_in(2, roots()))
def test_a_finding_names_each_entry_without_which_it_would_not_be_there(
    root: str, first: int, last: int | None
) -> None:
    for case in cases().get(root, [])[first:last]:
        missing = {
            change.path
            for change in changed_profiles()
            if bears(change, case.submission)
            and not any(
                within(entry, change.path) or within(change.path, entry)
                for entry in case.finding.profile
            )
            and result_of(case.submission, change.profile, root).status
            in (Status.PASSED, Status.NOT_APPLICABLE)
        }
        assert not missing, case.finding.message


@pytest.mark.parametrize("root", roots())
def test_of_a_verified_profile_nothing_rests_on_an_assumption(root: str) -> None:
    """Findings that a profile decides name its entries, and each entry can be verified."""
    said = tuple(Assumption(key, "Seen.", verified=True) for key in SETTING.profile.raw)
    verified = replace(SETTING.profile, assumptions=said)
    for case in cases().get(root, ()):
        result = result_of(case.submission, verified, root)
        assert result.rests_on is not Footing.UNVERIFIED, case.finding.message
        if result.requirement.basis is Basis.PROFILE:
            assert case.finding.profile, case.finding.message


@pytest.mark.parametrize("root", roots())
def test_an_entry_that_a_finding_names_is_there(root: str) -> None:
    for case in cases().get(root, ()):
        for entry in case.finding.profile:
            table: Any = SETTING.profile.raw
            for step in entry.split("."):
                if isinstance(table, list):
                    table = {one.get("name", one.get("id")): one for one in table}
                assert step in table, entry
                table = table[step]


def test_no_entry_of_the_profile_is_without_effect() -> None:
    """A change of any entry is refused, or something else is found in some submission."""
    known = [(root, case) for root, found in cases().items() for case in found]
    before = [_found(result_of(case.submission, SETTING.profile, root)) for root, case in known]
    for change in changed_profiles():
        # Those whose finding names the entry are likely to differ.
        order = sorted(
            range(len(known)),
            key=lambda n: not any(within(e, change.path) for e in known[n][1].finding.profile),
        )
        assert any(
            _found(result_of(known[n][1].submission, change.profile, known[n][0])) != before[n]
            for n in order
            if bears(change, known[n][1].submission)
        ), change.path


def _found(result: Result) -> Any:
    return result.status, [(one.message, one.found, one.expected) for one in result.findings]


def test_there_is_enough_to_find_out() -> None:
    assert sum(map(len, cases().values())) > 250
    assert len(changed_profiles()) > 110
