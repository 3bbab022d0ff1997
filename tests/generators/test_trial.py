"""A fault that a profile or a reading takes, or that breaks something else, is not listed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from conformance.model.requirement import Kind, SetBy
from generators.conforming import conforming
from generators.draft import Draft
from generators.faults import Fault, faults_of
from generators.left_out import LeftOut
from generators.scenario import Scenario
from generators.trial import NOW, tried_faults
from tests.generators.test_under_profiles import HEAD, roots, under
from tests.running import run

READINGS = """
[readings]
byte-order-mark = "ignored"
duplicate-rules = "last-wins"
null-form = "words"
qcaf-other-fields = "ignored"
late-release = "in-vain"
"""


def tried(draft: Draft) -> list[Fault | LeftOut]:
    return list(tried_faults(draft, faults_of(draft), NOW))


def test_what_another_reading_takes_is_not_listed_and_the_reason_is_given() -> None:
    place = under(READINGS)
    adt = conforming(Scenario(), place)
    qcaf = conforming(Scenario(Kind.QCAF, set_by=SetBy.USER, action="Release"), place)
    for draft, expected in (
        (adt, {"6.1-4/null-form", "6.3-2/byte-order-mark", "6.3-12/unique-key"}),
        (qcaf, {"4.7(b)-4/report-unchanged", "UG1.2-2/no-late-release", "6.5-2/byte-order-mark"}),
    ):
        found = tried(draft)
        left = {one.id.rpartition("/")[0] for one in found if isinstance(one, LeftOut)}
        assert {"/".join(one.split("/")[:2]) for one in left} >= expected
        reasons = {
            one.reason.split(" under this profile")[0] for one in found if isinstance(one, LeftOut)
        }
        assert "breaks nothing" in reasons
        kinds = {one.requirement: one for one in found if isinstance(one, Fault)}
        assert len(kinds) > len(expected)
        for fault in kinds.values():
            assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


def test_a_certificate_is_expired_only_once_it_has_expired() -> None:
    draft = conforming(Scenario(sent=datetime(2021, 1, 1, tzinfo=UTC)), under(""))
    left = {one.id: one.reason for one in tried(draft) if isinstance(one, LeftOut)}
    assert left["3.4(b)-3/certificate-valid/expired"].startswith("breaks nothing")


def test_a_fault_that_is_none_is_not_made(tmp_path: Path) -> None:
    profile = tmp_path / "ours.toml"
    profile.write_text(HEAD + READINGS, "utf-8")
    words = ("generate", "adt", "--profile", str(profile))
    name = "byte-order-mark/utf-8"
    listed = run(*words, "--list-faults").out
    assert f"\nnot listed: 6.3-2/{name}: breaks nothing under this profile" in listed
    made = run(*words, "--fault", name, "-o", str(tmp_path / "out"))
    assert made.code == 2
    assert f"6.3-2/{name} breaks nothing under this profile" in made.err
    assert not (tmp_path / "out").exists()
