"""``--fail-on`` and ``--require-evidence``: the exit code follows them, and no verdict does."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.checks.situation import ADT
from tests.report.test_schema import assert_fits
from tests.running import run

ONLY = ("--at", "2025-06-01T10:00:00Z", "--only", "6.3", "--only", "3.1")
ASKED = "violates, departs, not shown"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The report of a lone file with evidence required: its fields hold, its SMSR is not shown."""
    file, report = tmp_path / "adt.csv", tmp_path / "r.json"
    file.write_bytes(ADT)
    ran = run("check", file, *ONLY, "--require-evidence", "--output", report)
    assert ran.code == 1
    assert ran.out.startswith("NOT SHOWN  ")
    return report


def view(raw: Path, form: str) -> str:
    ran = run("report", raw, "--format", form)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def not_shown(raw: Path) -> list[str]:
    (submission,) = json.loads(raw.read_text("utf-8"))["submissions"]
    found = [r["id"] for r in submission["requirements"] if r["status"] == "not shown"]
    assert found
    return found


def test_the_raw_report_records_it_and_keeps_the_verdict(raw: Path, tmp_path: Path) -> None:
    report = json.loads(raw.read_text("utf-8"))
    assert_fits(report)
    assert report["fail_on"] == ["violates", "departs", "not shown"]
    assert report["submissions"][0]["verdict"] == "not shown"
    assert report["summary"]["submissions"]["not shown"] == 1
    plain = tmp_path / "plain.json"
    run("check", tmp_path / "adt.csv", *ONLY, "--output", plain)
    assert json.loads(plain.read_text("utf-8"))["fail_on"] == ["violates", "departs"]
    assert run("report", "verify", raw).code == 0


def test_junit_fails_what_is_not_shown(raw: Path) -> None:
    document = ET.fromstring(view(raw, "junit"))  # noqa: S314  (our own)
    failed = {
        case.get("name", "").split()[0]
        for case in document.iter("testcase")
        if (failure := case.find("failure")) is not None and failure.get("type") == "not shown"
    }
    assert failed == set(not_shown(raw))
    assert int(document.get("failures", "0")) >= len(failed)
    assert document.findall(".//testcase/skipped") == []


def test_every_view_says_which_verdicts_fail_the_run(raw: Path) -> None:
    for form in ("html", "text", "markdown", "junit"):
        assert ASKED in " ".join(view(raw, form).split()), form
    (row, *_) = csv.DictReader(io.StringIO(view(raw, "csv")))
    assert row["fails on"] == "violates departs not shown"
    log: dict[str, Any] = json.loads(view(raw, "sarif"))
    assert log["runs"][0]["properties"]["fail_on"] == ["violates", "departs", "not shown"]


def test_no_view_changes_the_verdict(raw: Path) -> None:
    assert "NOT SHOWN" in view(raw, "text")
    assert "VIOLATES" not in view(raw, "text")
    assert view(raw, "markdown").startswith("# Appendix AA: not shown")
    assert {r["verdict"] for r in csv.DictReader(io.StringIO(view(raw, "csv")))} == {"not shown"}
    log: dict[str, Any] = json.loads(view(raw, "sarif"))
    assert {r["ruleId"] for r in log["runs"][0]["results"]} == set(not_shown(raw))
    for result in log["runs"][0]["results"]:
        rule = log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert (rule["id"], result["level"]) == (result["ruleId"], "warning")
        assert result["message"]["text"].startswith("Not shown: ")


def test_without_it_nothing_fails(raw: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.json"
    assert run("check", tmp_path / "adt.csv", *ONLY, "--output", plain).code == 0
    document = ET.fromstring(view(plain, "junit"))  # noqa: S314  (our own)
    assert (document.get("failures"), document.get("errors")) == ("0", "0")
    assert json.loads(view(plain, "sarif"))["runs"][0]["results"] == []
    assert view(plain, "markdown").startswith("# Appendix AA: not shown")


@pytest.mark.parametrize(
    ("data", "words", "code"),
    [
        (ADT, (), 0),
        (ADT, ("--require-evidence",), 1),
        (ADT, ("--fail-on", "not-shown"), 1),
        (ADT, ("--fail-on", "not shown"), 1),
        (ADT.replace(b",24,80,", b",24,101,"), (), 1),
        (ADT.replace(b",24,80,", b",24,101,"), ("--fail-on", "violates"), 0),
        (ADT.replace(b",24,80,", b",24,101,"), ("--fail-on", "violates,departs"), 1),
        (ADT.replace(b",24,80,", b",24,101,"), ("--fail-on", ""), 0),
        (ADT.replace(b"\n", b"\r\n"), ("--fail-on", "violates"), 1),
        (ADT.replace(b"\n", b"\r\n"), ("--fail-on", "departs"), 0),
        (ADT, ("--fail-on", "violates", "--require-evidence"), 1),
    ],
)
def test_the_exit_code_follows(
    tmp_path: Path, data: bytes, words: tuple[str, ...], code: int
) -> None:
    file = tmp_path / "adt.csv"
    file.write_bytes(data)
    only = (*ONLY, "--only", "6.1-3")
    verdict = run("check", file, *only, "--format", "json").verdict
    ran = run("check", file, *only, *words, "--format", "json")
    assert (ran.code, ran.verdict) == (code, verdict)


def test_an_unknown_verdict_is_refused(tmp_path: Path) -> None:
    ran = run("check", tmp_path, "--fail-on", "violates,passed")
    assert "passed is not a verdict; one of: violates, departs, not-shown" in ran.trouble


def test_a_report_that_is_shown_fails_only_where_it_is_asked_to(raw: Path) -> None:
    assert run("report", raw).code == 0
    assert run("report", raw, "--fail-on", "violates,departs").code == 0
    assert run("report", raw, "--fail-on", "not-shown").code == 1
    assert run("report", raw, "--require-evidence", "--format", "markdown").code == 1
    assert run("report", "verify", raw, "--fail-on", "violates").code == 2


@pytest.mark.parametrize("form", ["html", "text", "markdown", "junit", "csv", "sarif", "json"])
def test_every_view_says_what_is_not_covered_and_both_times(raw: Path, form: str) -> None:
    text = view(raw, form)
    for words in ("4.4 to 4.6", "amendments", "2025-06-01T10:00:00Z", "2026-01-02T03:04:05Z"):
        assert words in text.replace("&#46;", "."), words
