"""A fault that a profile or a reading takes, or that breaks something else, is not listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.model.requirement import Kind
from generators.conforming import conforming
from generators.draft import Draft
from generators.faults import Fault, faults_of
from generators.left_out import LeftOut
from generators.scenario import Scenario
from generators.trial import NOW, tried_faults
from tests.generators.test_under_profiles import roots, under
from tests.model.profiles import extending
from tests.running import run

READINGS = '[readings]\nlate-release = "in-vain"\n'


def tried(draft: Draft, *requirements: str) -> list[Fault | LeftOut]:
    faults = (one for one in faults_of(draft) if one.requirement.startswith(requirements))
    return list(tried_faults(draft, faults, NOW))


def mistaken(draft: Draft) -> Iterator[Fault]:
    """Yield the faults of a draft; those of one check name another requirement."""
    for fault in faults_of(draft):
        wrong = fault.name.startswith("action-for-each/")
        yield replace(fault, requirement="UG1.2-2") if wrong else fault


def test_a_fault_that_breaks_another_requirement_is_not_listed_and_the_reason_is_given() -> None:
    draft = conforming(Scenario(Kind.QCAF, action="Release"), under(READINGS))
    faults = (one for one in mistaken(draft) if one.requirement.startswith(("4.7-", "UG1")))
    found = list(tried_faults(draft, faults, NOW))
    left = {one.id: one.reason for one in found if isinstance(one, LeftOut)}
    assert {name.rpartition("/")[0] for name in left} == {"UG1.2-2/action-for-each"}
    assert all(one.startswith("breaks 4.7-2 under this profile: ") for one in left.values())
    kinds = {one.requirement: one for one in found if isinstance(one, Fault)}
    assert kinds
    assert "UG1.2-2" not in kinds
    for fault in kinds.values():
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


def test_a_fault_in_a_submission_that_does_not_conform_is_left_out() -> None:
    draft = conforming(Scenario(Kind.INCIDENT), under(""))
    wrong = next(fault.apply(draft).draft for fault in faults_of(draft))
    assert {type(one) for one in tried(wrong, "4.3")} == {LeftOut}


@pytest.mark.parametrize(
    "reading",
    ["sending", *(pytest.param(one, marks=pytest.mark.whole) for one in ("signing", "checking"))],
)
def test_a_certificate_is_expired_only_once_it_has_expired(reading: str) -> None:
    place = under(f'[readings]\ncertificate-time = "{reading}"\n')
    for year in (2021, 2025):
        draft = conforming(Scenario(sent=datetime(year, 6, 1, tzinfo=UTC)), place)
        names = {one.name for one in tried(draft, "3.4(b)-3") if isinstance(one, Fault)}
        is_fault = year == 2025 or reading == "checking"
        assert ("certificate-valid/expired" in names) is is_fault
        left = [one.id for one in tried(draft, "3.4(b)-3") if isinstance(one, LeftOut)]
        assert left == []


def test_a_fault_that_is_not_one_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generators.faults.faults_of", mistaken)
    profile = extending(tmp_path, READINGS)
    words = ("generate", "qcaf", "--action", "Release", "--profile", str(profile))
    name = "action-for-each/first-left-out"
    listed = run(*words, "--list-faults").out
    assert f"\nnot listed: UG1.2-2/{name}: breaks 4.7-2 under this profile" in listed
    made = run(*words, "--fault", name, "-o", str(tmp_path / "out"))
    assert made.code == 2
    assert f"UG1.2-2/{name} breaks 4.7-2 under this profile" in made.err
    assert not (tmp_path / "out").exists()
