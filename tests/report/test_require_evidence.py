"""``--require-evidence``: recorded in the raw report, and every view counts as it says."""

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
WANTING = "The submission is not shown to conform to Appendix AA, which counts as violating it."


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The report of a lone file with evidence required: its fields hold, its SMSR is not shown."""
    file, report = tmp_path / "adt.csv", tmp_path / "r.json"
    file.write_bytes(ADT)
    ran = run("check", file, *ONLY, "--require-evidence", "--output", report)
    assert ran.code == 1
    assert ": for want of evidence" in ran.out.splitlines()[0]
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
    assert report["require_evidence"] is True
    assert report["submissions"][0]["verdict"] == "not shown"
    assert report["summary"]["submissions"]["not shown"] == 1
    plain = tmp_path / "plain.json"
    run("check", tmp_path / "adt.csv", *ONLY, "--output", plain)
    assert json.loads(plain.read_text("utf-8"))["require_evidence"] is False
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


def test_every_other_view_says_that_it_violates(raw: Path) -> None:
    assert WANTING in view(raw, "html")
    assert "VIOLATES" in view(raw, "text")
    assert view(raw, "markdown").startswith("# Appendix AA: violates")
    assert "| **violates**, not shown |" in view(raw, "markdown")
    assert {row["verdict"] for row in csv.DictReader(io.StringIO(view(raw, "csv")))} == {"violates"}
    log: dict[str, Any] = json.loads(view(raw, "sarif"))
    assert {r["ruleId"] for r in log["runs"][0]["results"]} == set(not_shown(raw))
    for result in log["runs"][0]["results"]:
        rule = log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert (rule["id"], result["level"]) == (result["ruleId"], "error")
        assert result["message"]["text"].startswith("Not shown: ")


def test_without_it_nothing_fails(raw: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.json"
    assert run("check", tmp_path / "adt.csv", *ONLY, "--output", plain).code == 0
    document = ET.fromstring(view(plain, "junit"))  # noqa: S314  (our own)
    assert (document.get("failures"), document.get("errors")) == ("0", "0")
    assert json.loads(view(plain, "sarif"))["runs"][0]["results"] == []
    assert view(plain, "markdown").startswith("# Appendix AA: not shown")
