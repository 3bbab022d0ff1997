"""SARIF that the official schema allows, with places that a code host can mark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.report.sarif import sarif_of
from tests.report import made

SCHEMA = json.loads((Path(__file__).parent / "sarif" / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))


def run_of(report: dict[str, Any]) -> dict[str, Any]:
    log = json.loads(sarif_of(report))
    (run,) = log["runs"]
    return dict(run)


@pytest.mark.parametrize(
    "report", [made.examples(), made.not_shown(), made.hostile()], ids=["real", "gaps", "hostile"]
)
def test_the_official_schema_allows_it(report: dict[str, Any]) -> None:
    jsonschema.Draft4Validator.check_schema(SCHEMA)
    errors = jsonschema.Draft4Validator(SCHEMA).iter_errors(json.loads(sarif_of(report)))
    assert [f"{list(e.absolute_path)}: {e.message[:200]}" for e in errors] == []


def test_the_official_schema_is_executed() -> None:
    log = json.loads(sarif_of(made.examples()))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not jsonschema.Draft4Validator(SCHEMA).is_valid(log)


def test_a_rule_for_each_requirement_has_help_clause_and_basis() -> None:
    report = made.examples()
    rules = {rule["id"]: rule for rule in run_of(report)["tool"]["driver"]["rules"]}
    assert set(rules) == {r["id"] for s in report["submissions"] for r in s["requirements"]}
    rule = rules["6.1-3"]
    assert rule["properties"]["clause"] == "6.1"
    assert rule["properties"]["basis"] == "clause"
    assert "save it with Unix line endings" in rule["help"]["text"]
    assert rule["defaultConfiguration"]["level"] == "error"


def test_a_result_marks_the_place_in_the_file() -> None:
    run = run_of(made.examples())
    first, *_ = [r for r in run["results"] if r["ruleId"] == "6.1-3"]
    (location,) = first["locations"]
    physical = location["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    assert uri.endswith("/adt-saved-by-a-spreadsheet/adt.csv")
    region = physical["region"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (1, 41, 43)
    assert region["byteOffset"] == 40
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "record 1, field 6"
    data = (made.EXAMPLES / "adt-saved-by-a-spreadsheet" / "adt.csv").read_bytes()
    assert data[region["byteOffset"] : region["byteOffset"] + region["byteLength"]] == b"\r\n"
    assert {"uri": uri} in [a["location"] for a in run["artifacts"]]


def test_each_finding_is_reported_once_with_what_fails_through_it() -> None:
    report = made.examples()
    results = run_of(report)["results"]
    findings = [f for s in report["submissions"] for r in s["requirements"] for f in r["findings"]]
    assert len(results) == len(findings)
    assert results[0]["properties"]["failsThroughThis"] == ["3.4(b)-1"]
    prints = [r["partialFingerprints"]["tadp/v1"] for r in results]
    assert len(set(prints)) == len(prints)


def test_a_requirement_that_is_not_shown_is_a_notification_and_not_a_result() -> None:
    report = made.not_shown()
    (submission,) = report["submissions"]
    run = run_of(report)
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert {n["associatedRule"]["id"] for n in notes} == {
        r["id"] for r in submission["requirements"] if r["status"] == "not shown"
    }
    assert {r["ruleId"] for r in run["results"]} == {
        r["id"] for r in submission["requirements"] if r["count"]
    }
    assert run_of(made.hostile())["invocations"][0]["executionSuccessful"] is False


@pytest.mark.parametrize(
    ("source", "path", "uri"),
    [
        ("a b/c:d", "adt.csv", "a%20b/c%3Ad/adt.csv"),
        ("./x/adt.csv", "./x/adt.csv", "x/adt.csv"),
        ("/abs/x", "/abs/x", "file:///abs/x"),
        ("C:\\a b\\x", "adt.csv", "file:///C:/a%20b/x/adt.csv"),
        ("//host/x", "adt.csv", "file:///host/x/adt.csv"),
        ("x/", "../y/adt.csv", "x/../y/adt.csv"),
    ],
)
def test_a_path_is_written_as_a_reference(source: str, path: str, uri: str) -> None:
    report = made.examples()
    submission = report["submissions"][1]
    submission["source"] = source
    submission["inputs"] = [{"path": path, "sha256": "0" * 64, "bytes": 1}]
    for result in submission["requirements"]:
        for finding in result["findings"]:
            finding["file"] = path
    results = run_of(report)["results"]
    found = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert found == uri
