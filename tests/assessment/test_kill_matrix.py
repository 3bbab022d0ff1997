"""Every hole in a receiver is found by a case, and laid at the requirement that it is in.

Each run tries all holes with all cases of the shipped corpus, and one hole under another profile.
``tox -e whole`` tries all under that profile too.
"""

from __future__ import annotations

import sys

import pytest

from conformance.assessment.corpus import rejected_under
from conformance.assessment.corpus_files import find_corpus
from conformance.assessment.scores import Standing
from conformance.model.profile_loading import DEFAULT
from conformance.model.requirement import Subject
from conformance.model.requirement import Testable as HowShown
from tests.assessment.kill_matrix import Trial
from tests.assessment.vices import VICES, assess
from tests.profiles.apart import APART, apart_cache, apart_corpus
from tests.running import run
from tests.sampling import one_in

#: How holes begin for which the other profile has no place: it takes every character of ASCII, and
#: has neither CMS nor User Roles.
NO_PLACE = ("takes 0x", "looks for NUL", "lets ", "refuses BER")


@pytest.mark.parametrize("profile", [DEFAULT, pytest.param(APART, marks=pytest.mark.whole)])
def test_every_hole_is_killed_and_laid_at_its_own_requirement(profile: str) -> None:
    # In one test, as all of it needs the trial, which takes its time.
    trial = Trial.run(find_corpus() if profile == DEFAULT else apart_corpus())
    assert_every_requirement_is_killed(trial)
    without = () if profile == DEFAULT else NO_PLACE
    for row in trial.finer_rows():
        assert bool(row.killers) != row.hole.startswith(without), row.hole
        refused = {"4.8-3"} if any(one.startswith("conforming/") for one in row.killers) else set()
        assert set(row.laid_at) - RECEIVERS == row.ignored | refused, row.hole
        owed = set(rejected_under(trial.catalogue, row.ignored))
        assert set(row.laid_at) & RECEIVERS == owed, row.hole


@pytest.mark.whole
def test_one_case_of_another_profile_kills_each_hole_as_wide_as_a_requirement() -> None:
    assert_every_requirement_is_killed(Trial.run(apart_corpus(), some=True))


#: The requirements of receivers themselves.
RECEIVERS = {"4.8(a)-1", "4.8(a)-2", "4.8(b)-1"}


def assert_every_requirement_is_killed(trial: Trial) -> None:
    """Assert that a receiver passes, and does not with a hole as wide as any requirement."""
    rows = list(trial.rows())
    assert [s.case.id for s in trial.scores() if s.standing is not Standing.PASSED] == []
    there = {row.hole.removeprefix("ignores ") for row in rows}
    wanted = {
        r.id
        for r in trial.catalogue.requirements()
        if r.testable is not HowShown.ATTESTATION
        and r.subject is not Subject.RECEIVER
        and not r.derived_from
    }
    assert wanted - there == set(trial.corpus.left_out) & wanted
    for row in rows:
        assert row.killers, row.hole
        assert set(row.laid_at) - RECEIVERS == row.ignored, row.hole
        # A receiver's own requirement is blamed for what it says is to be rejected, and no other.
        owed = set(rejected_under(trial.catalogue, row.ignored))
        assert set(row.laid_at) & RECEIVERS == owed, row.hole


@pytest.mark.parametrize("name", one_in(3, VICES))
def test_every_vice_is_found_and_an_error_is_never_a_rejection(name: str) -> None:
    comes_to, ends, laid_at = assess(name)
    assert comes_to == VICES[name].comes_to
    assert ends == VICES[name].ends
    # An error says nothing of a requirement.
    assert "error" not in comes_to or not laid_at


#: Some requirements whose cases are few; of all of them, every hole is tried without an adapter.
SOME = [
    "3.1-1",
    "3.4(b)-4",
    pytest.param("6.3-2", marks=pytest.mark.whole),
    pytest.param("4.7-2", marks=pytest.mark.whole),
]
HOLED = "tests.assessment.implementations.holed"


@pytest.mark.parametrize("identifier", SOME)
def test_a_hole_is_found_through_an_adapter_and_no_other_is_seen(identifier: str) -> None:
    adapter = f"python:{HOLED}:ignores {identifier}"
    for only, code in ((identifier, 1), ("6.1-6", 0)):
        ran = run("assess", "receiver", adapter, "--only", only, "--format", "json")
        assert ran.code == code, ran.err
        bad = [s["id"] for s in ran.report["requirements"] if s["result"] != "met"]
        assert bad == ([identifier] if code else [])


@pytest.mark.parametrize(
    "identifier",
    ["6.3-12", *(pytest.param(i, marks=pytest.mark.whole) for i in ("3.1-1", "4.7-2"))],
)
def test_a_hole_is_found_under_another_profile(identifier: str) -> None:
    adapter = f"python:{HOLED}:ignores {identifier}"
    words = ("--profile", APART, "--cache", apart_cache(), "--format", "json")
    for only, code in ((identifier, 1), ("6.1-6", 0)):
        ran = run("assess", "receiver", adapter, "--only", only, *words)
        assert ran.code == code, ran.err
        assert ran.report["profile"]["name"] == "apart-test"
        bad = [s["id"] for s in ran.report["requirements"] if s["result"] != "met"]
        assert bad == ([identifier] if code else [])
        why = {one["what"]: one["why"] for one in ran.report["not_tested"]}
        assert why["6.3-15"] == "the profile has no such rule"
        assert why["notes/file-per-role/two-roles-in-a-file"].endswith("role user-role")


def test_a_hole_is_found_in_a_process_for_each_case() -> None:
    adapter = f"exec:{sys.executable} -m {HOLED} 6.3-2"
    words = ("--only", "6.3-2", "--only", "6.3-5", "--format", "json")
    report = run("assess", "receiver", adapter, *words).report
    results = {s["id"]: s["result"] for s in report["requirements"]}
    assert results == {"6.3-2": "not met", "6.3-5": "met"}
