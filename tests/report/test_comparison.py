"""``tadp report diff``: what newly fails, what is newly shown, what moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.report.frame import sealed
from conformance.report.raw import summary_of
from conformance.report.serialising import dump_report
from tests.report import made
from tests.running import Ran, run


def resealed(report: dict[str, Any]) -> dict[str, Any]:
    return sealed({**report, "summary": summary_of(report["submissions"])})


@pytest.fixture
def compared(tmp_path: Path) -> Any:
    def compare(old: dict[str, Any], new: dict[str, Any]) -> Ran:
        files = tmp_path / "old.json", tmp_path / "new.json"
        for file, report in zip(files, (old, new), strict=True):
            file.write_text(dump_report(resealed(report)), "utf-8")
        return run("report", "diff", *files)

    return compare


def result(report: dict[str, Any], submission: int, identifier: str) -> dict[str, Any]:
    (one,) = [r for r in report["submissions"][submission]["requirements"] if r["id"] == identifier]
    return dict(one) and one


def fixed() -> dict[str, Any]:
    """The examples with the spreadsheet's line endings corrected."""
    report = made.examples()
    for identifier in ("6.1-3", "3.4(b)-1"):
        result(report, 1, identifier).update(
            status="passed", rests_on=None, count=0, findings=[], through=[]
        )
    report["submissions"][1].update(verdict="conforms", rests_on=[])
    return report


def hidden() -> dict[str, Any]:
    """The examples with one requirement that is no longer shown."""
    report = made.examples()
    result(report, 0, "3.1-1").update(
        status="not shown", reason="it is not known whether an SMSR was raised"
    )
    report["submissions"][0]["verdict"] = "not shown"
    return report


def test_nothing_changes_between_a_report_and_itself(compared: Any) -> None:
    ran = compared(made.examples(), made.examples())
    assert (ran.code, ran.out) == (0, "Nothing is worse than it was.\n")


def test_a_requirement_that_newly_fails_is_a_regression(compared: Any) -> None:
    ran = compared(fixed(), made.examples())
    assert ran.code == 1
    assert "Newly violating (2)" in ran.out
    assert "6.1-3 passed -> failed: adt.csv, record 1, field 6" in ran.out
    assert "3.4(b)-1 passed -> failed: because of 6.1-3" in ran.out


def test_a_finding_that_was_fixed_is_not_new(compared: Any) -> None:
    ran = compared(made.examples(), fixed())
    assert ran.code == 0
    assert "Fixed (2)" in ran.out
    assert "6.1-3 failed -> passed" in ran.out


def test_a_requirement_newly_shown_is_reported_and_one_no_longer_shown_is_a_regression(
    compared: Any,
) -> None:
    ran = compared(hidden(), made.examples())
    assert ran.code == 0
    assert "Newly shown (1)" in ran.out
    ran = compared(made.examples(), hidden())
    assert ran.code == 1
    assert "No longer shown (1)" in ran.out
    assert "3.1-1 passed -> not shown: it is not known whether an SMSR was raised" in ran.out


def test_a_failure_that_moved_is_reported_and_is_not_a_regression(compared: Any) -> None:
    moved = made.examples()
    one = result(moved, 1, "6.1-3")
    one["findings"] = one["findings"][1:]
    one["count"] -= 1
    ran = compared(made.examples(), moved)
    assert ran.code == 0
    assert "Moved (1)" in ran.out
    assert "6.1-3 4 found -> 3 found: adt.csv, record 2" in ran.out


def test_submissions_that_come_and_go_are_reported(compared: Any) -> None:
    fewer = made.examples()
    gone = fewer["submissions"].pop(1)["source"]
    ran = compared(made.examples(), fewer)
    assert ran.code == 0
    assert "Submissions no longer there (1)" in ran.out
    assert gone in ran.out
    ran = compared(fewer, made.examples())
    assert ran.code == 1
    assert "New submissions (1)" in ran.out
    assert "6.1-3 not checked -> failed" in ran.out


def test_a_submission_that_cannot_be_read_any_more_is_a_regression(compared: Any) -> None:
    unread = {**made.examples(), "not_read": ["adt.csv: cannot be read"]}
    ran = compared(made.examples(), unread)
    assert ran.code == 1
    assert "No longer read (1)" in ran.out


def test_lone_submissions_are_compared_whatever_they_are_called(compared: Any) -> None:
    old, new = fixed(), made.examples()
    old["submissions"], new["submissions"] = old["submissions"][1:2], new["submissions"][1:2]
    old["submissions"][0]["source"] = "yesterday"
    ran = compared(old, new)
    assert "6.1-3 passed -> failed" in ran.out


def test_another_model_profile_or_reading_is_reported(compared: Any) -> None:
    other = made.examples()
    other["model"]["sha256"] = "0" * 64
    other["profile"].update(sha256="0" * 64, name="ours")
    other["notes"]["final-line-feed"]["reading"] = "required"
    ran = compared(made.examples(), other)
    for words in ("another model", "another profile: test -> ours", "note final-line-feed read as"):
        assert words in ran.out


def departing(report: dict[str, Any]) -> dict[str, Any]:
    """The report, with what fails in its second submission resting on the profile alone."""
    for one in report["submissions"][1]["requirements"]:
        if one["status"] == "failed":
            one["rests_on"] = "unverified profile"
    report["submissions"][1].update(verdict="departs", rests_on=["unverified profile"])
    return report


def test_a_requirement_that_only_departs_is_distinguished_from_a_violation(compared: Any) -> None:
    ran = compared(fixed(), departing(made.examples()))
    assert ran.code == 1
    assert "Newly departing (2)" in ran.out
    assert "Newly violating" not in ran.out


def test_a_departure_that_is_now_a_violation_is_a_regression(compared: Any) -> None:
    ran = compared(departing(made.examples()), made.examples())
    assert ran.code == 1
    assert "Newly violating (2)" in ran.out
    assert "6.1-3 departs -> violates: adt.csv, record 1, field 6" in ran.out
    ran = compared(made.examples(), departing(made.examples()))
    assert ran.code == 0
    assert "Moved (2)" in ran.out
    assert "6.1-3 violates -> departs" in ran.out


@pytest.mark.parametrize(
    ("old", "new", "asked", "code"),
    [
        (fixed, made.examples, "violates", 1),
        (fixed, made.examples, "departs", 0),
        (fixed, lambda: departing(made.examples()), "violates", 0),
        (fixed, lambda: departing(made.examples()), "violates,departs", 1),
        (made.examples, hidden, "violates,departs", 0),
        (made.examples, hidden, "not-shown", 1),
    ],
)
def test_fail_on_chooses_what_is_worse(
    tmp_path: Path, old: Any, new: Any, asked: str, code: int
) -> None:
    files = tmp_path / "old.json", tmp_path / "new.json"
    for file, make in zip(files, (old, new), strict=True):
        file.write_text(dump_report(resealed(make())), "utf-8")
    ran = run("report", "diff", *files, "--fail-on", asked)
    assert (ran.code, ran.err) == (code, "")
    assert ("Something is worse" in ran.out) is bool(code)
    ran = run("report", "diff", *files, "--fail-on", asked, "--format", "json")
    assert (ran.code, ran.report["worse"]) == (code, bool(code))
