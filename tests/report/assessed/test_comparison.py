"""``tadp report diff`` of two assessments: what newly fails, passes and is tested."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from conformance.report.serialising import dump_report
from tests.report import made as checks
from tests.report.assessed import made
from tests.running import Ran, run


@pytest.fixture
def compared(tmp_path: Path) -> Any:
    def compare(old: dict[str, Any], new: dict[str, Any]) -> Ran:
        files = tmp_path / "old.json", tmp_path / "new.json"
        for file, report in zip(files, (old, new), strict=True):
            file.write_text(dump_report(report), "utf-8")
        return run("report", "diff", *files)

    return compare


def section(ran: Ran, title: str) -> list[str]:
    """The lines below a title; none if it is not there."""
    blocks = {b.splitlines()[0]: b.splitlines()[1:] for b in ran.out.split("\n\n")}
    found = [lines for name, lines in blocks.items() if name.rpartition(" (")[0] == title]
    return [line.strip() for lines in found for line in lines]


def without(report: dict[str, Any], root: str) -> dict[str, Any]:
    """The report as if the cases that break ``root`` had not been put."""
    less = copy.deepcopy(report)
    gone = {case["id"] for case in less["cases"] if root in case["roots"]}
    less["cases"] = [case for case in less["cases"] if case["id"] not in gone]
    less["requirements"] = [s for s in less["requirements"] if s["id"] != root]
    for statement in (*less["receiver"], *less["requirements"]):
        statement["failing"] = [name for name in statement["failing"] if name not in gone]
    return made.resealed(less)


def test_nothing_changes_between_a_report_and_itself(compared: Any) -> None:
    ran = compared(made.known(), made.known())
    assert (ran.code, ran.out) == (0, "Nothing is worse than it was.\n")


def test_a_requirement_that_newly_fails_is_a_regression(compared: Any) -> None:
    old, new = made.assessed("complete"), made.assessed(made.ACCEPTS)
    ran = compared(old, new)
    assert ran.code == 1
    requirements = section(ran, "Requirements newly not met")
    failed = {s["id"] for s in (*new["receiver"], *new["requirements"]) if s["result"] == "not met"}
    assert {line.split()[0] for line in requirements} == failed
    cases = section(ran, "Cases newly failing")
    of_one_clause = [line for line in cases if line.startswith("6.1-")]
    assert len(of_one_clause) > 1
    assert of_one_clause == sorted(of_one_clause)
    assert {line.split()[0] for line in cases} == {
        case["id"] for case in new["cases"] if case["status"] == "failed"
    }
    assert " passed -> failed: expected rejected, seen accepted" in cases[0]
    (line, *_) = section(ran, "Reports made differently")
    assert line.endswith(" -> accepts")


def test_one_more_case_that_fails_is_a_regression_where_the_requirement_failed_before(
    compared: Any,
) -> None:
    old, new = made.assessed(made.ACCEPTS), made.assessed(made.ACCEPTS)
    case = next(case for case in old["cases"] if case["status"] == "failed")
    case.update(status="passed", outcome="rejected", verdict="right")
    ran = compared(made.resealed(old), new)
    assert ran.code == 1
    assert section(ran, "Requirements newly not met") == []
    (line,) = section(ran, "Cases newly failing")
    assert line.startswith(f"{case['id']} passed -> failed")


def test_a_requirement_that_newly_passes_is_not_a_regression(compared: Any) -> None:
    ran = compared(made.assessed(made.ACCEPTS), made.assessed("complete"))
    assert ran.code == 0
    assert any(
        line.startswith("6.1-6 not met -> met") for line in section(ran, "Requirements newly met")
    )
    assert section(ran, "Cases newly passing")
    assert section(ran, "Cases newly failing") == []


def test_a_newly_tested_requirement_is_reported_and_is_a_regression_if_it_fails(
    compared: Any,
) -> None:
    whole = made.assessed("complete")
    ran = compared(without(whole, "6.1-6"), whole)
    assert ran.code == 0
    (line,) = section(ran, "Requirements newly tested")
    assert line.startswith("6.1-6 not tested -> met: 6 of 6 cases")
    assert len(section(ran, "Cases newly tested")) == 6
    failing = made.assessed(made.ACCEPTS)
    ran = compared(without(failing, "6.1-6"), failing)
    assert ran.code == 1
    assert len(section(ran, "Cases newly failing")) == 6
    ran = compared(whole, without(whole, "6.1-6"))
    assert ran.code == 0
    assert section(ran, "Requirements no longer tested") == ["6.1-6"]
    assert len(section(ran, "Cases no longer run")) == 6


def test_a_case_that_is_no_longer_answered_is_a_regression(compared: Any) -> None:
    ran = compared(made.assessed("complete"), made.assessed("takes_adt_files_only"))
    assert ran.code == 1
    assert any("passed -> skipped" in line for line in section(ran, "Cases no longer answered"))
    assert any(
        "6.5-2 met -> not shown" in line for line in section(ran, "Requirements no longer shown")
    )


def test_a_known_failure_is_reported_and_is_not_a_regression(compared: Any) -> None:
    old, new = made.assessed("complete"), made.known()
    old, new = (without(without(one, "6.3-7"), "6.5-2") for one in (old, new))
    ran = compared(old, new)
    lines = section(ran, "Cases newly failing, as known failures")
    assert len(lines) == 6
    assert lines[0].endswith("awaits release 2 (the parser team, until 2999-12-31)")
    assert any(
        "6.1-6" in x for x in section(ran, "Requirements newly not met, by known failures only")
    )
    assert section(ran, "Cases newly failing") == []


def test_a_new_trouble_is_a_regression(compared: Any) -> None:
    troubled = made.resealed({**made.assessed("complete"), "troubles": ["it left a process"]})
    ran = compared(made.assessed("complete"), troubled)
    assert ran.code == 1
    assert section(ran, "New problems with the run") == ["it left a process"]


def test_a_part_that_is_worth_less_is_reported(compared: Any) -> None:
    ran = compared(made.assessed("complete"), made.assessed("tells_nothing"))
    assert ran.code == 0
    assert any(
        ", clause right -> not stated" in x for x in section(ran, "Cases with another result")
    )


def test_reports_that_have_nothing_in_common_are_not_compared(compared: Any) -> None:
    ran = compared(checks.examples(), made.assessed("complete"))
    assert (ran.code, ran.out) == (2, "")
    assert "compare two of one kind" in ran.err
    other = made.resealed({**made.assessed("complete"), "role": "submitter"})
    ran = compared(made.assessed("complete"), other)
    assert (ran.code, ran.out) == (2, "")
    assert "compare two of one role" in ran.err


def test_the_gate_chooses_which_changes_count_as_worse(compared: Any, tmp_path: Path) -> None:
    good, elsewhere = made.assessed("complete"), made.assessed("looks_elsewhere")
    ran = compared(good, elsewhere)
    assert ran.code == 1
    places = section(ran, "Cases whose place is newly wrong")
    assert len(places) == elsewhere["summary"]["location"]["wrong"]
    assert places[0].endswith(" right -> wrong")
    files = tmp_path / "old.json", tmp_path / "new.json"
    for gate, code in (("verdict,clause", 0), ("clause", 0), ("place", 1)):
        assert run("report", "diff", *files, "--gate", gate).code == code
    ran = run("report", "diff", *files, "--gate", "places")
    assert (ran.code, "one or more of: verdict, clause, place" in ran.err) == (2, True)
    ran = compared(good, made.assessed("rejects_for_the_wrong_reason"))
    assert section(ran, "Cases newly rejected for another reason")
    for gate, worse in (("verdict,place", False), ("clause", True)):
        found = json.loads(run("report", "diff", *files, "--gate", gate, "--format", "json").out)
        by_title = {section["title"]: section["worse"] for section in found["sections"]}
        assert by_title["Cases newly rejected for another reason"] is worse
    assert section(ran, "Cases newly failing") == []
    # From a right rejection for another reason to a wrong verdict is worse again.
    ran = compared(made.assessed("rejects_for_the_wrong_reason"), made.assessed(made.ACCEPTS))
    assert section(ran, "Cases newly failing")
