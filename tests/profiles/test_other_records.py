"""A QCAF whose records are grouped otherwise than those of its report."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from generators.conforming import conforming
from generators.draft import Draft, Ground
from generators.faults import faults_of
from generators.scenario import Scenario
from generators.strategies import ground
from generators.teller import REPORT
from tests.generators.test_under_profiles import roots
from tests.model.profiles import extending
from tests.running import run

#: The report has communications of a day and a note in one record, and the QCAF one below each
#: note, of which it is in the other's record.
PROFILE = """
[delivery]
hours = 6
[files.report]
rules = []
unit = "found.Part"
[[files.report.records]]
name = "found"
key = ["Part.Request"]
columns = [
  { name = "Day", type = "date" },
  { name = "Note", type = "code", values = ["A", "B"], nullable = true },
  { repeat = "Part", occurs = [1, 9], columns = [
    { name = "Request", type = "request-id", role = "request-id" },
    { name = "Clock", type = "time" },
  ] },
]
composed = [{ name = "At", from = ["Day", "Clock"], type = "instant", role = "quarantined-at" }]
[files.qcaf]
unit = "answer"
[[files.qcaf.records]]
name = "about"
columns = [
  { name = "Tag", type = "constant", value = "N", tag = true },
  { name = "Note", type = "code", values = ["A", "B"], nullable = true },
]
[[files.qcaf.records]]
name = "answer"
parent = "about"
occurs = [1, 9]
key = ["Request"]
columns = [
  { name = "Tag", type = "constant", value = "A", tag = true },
  { name = "Request", type = "request-id", role = "request-id" },
  { name = "Day", type = "date" },
  { name = "Clock", type = "time" },
  { name = "Own", type = "code", values = ["1", "2"], nullable = true },
  { name = "Action", type = "action", role = "action" },
]
composed = [{ name = "At", from = ["Day", "Clock"], type = "instant", role = "quarantined-at" }]
[[files.qcaf.rules]]
id = "own"
rule = "forbid"
columns = ["about.Note"]
when = [{ column = "Own", null = true }]
"""


@pytest.fixture
def under(tmp_path: Path) -> Ground:
    path = extending(tmp_path, PROFILE, name="profile")
    return Ground(ground().catalogue, load_profile(str(path), ground().catalogue))


def draft(under: Ground, seed: int = 0) -> Draft:
    return conforming(Scenario(Kind.QCAF, records=6, quarantined_hours=5, seed=seed), under)


def test_a_generated_qcaf_has_the_values_of_the_report_in_other_records(under: Ground) -> None:
    for seed in range(4):
        assert roots(draft(under, seed)) == []
    made = draft(under)
    counts = [(data or b"").count(b",2025-06-02") for data in (made.csv, made.files[REPORT])]
    assert counts[0] == 6 > counts[1]


def test_a_value_in_another_record_is_compared_with_the_report(under: Ground) -> None:
    made = draft(under)
    (fault,) = (one for one in faults_of(made) if one.name == "report-unchanged/Clock")
    assert roots(fault.apply(made).draft) == ["4.7(b)-4"]
    report = made.files[REPORT]
    assert b",A," in report
    other = replace(made, files={REPORT: report.replace(b",A,", b",B,")})
    assert roots(other) == ["4.7(b)-4"]


def test_a_qcaf_is_made_of_a_report_with_other_records(under: Ground, tmp_path: Path) -> None:
    report, made = tmp_path / REPORT, tmp_path / "qcaf.csv"
    report.write_bytes(draft(under).files[REPORT].replace(b",A,", b",,").replace(b",B,", b",,"))
    words = ("--profile", str(tmp_path / "profile.toml"), "--at", "2025-06-02T10:00:00Z")
    ran = run("make", "qcaf", str(report), "--action", "Delete", "-o", str(made), *words)
    assert ran.code == 0, ran.out
