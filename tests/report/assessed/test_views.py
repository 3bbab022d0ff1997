"""The views of an assessment: each shows what is in the raw report, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import jsonschema
import junitparser
import markdown_it
import pytest

from conformance.report.formats import render
from tests.assessment.conftest import fake
from tests.report.assessed import made
from tests.report.made import HOSTILE
from tests.report.test_sarif import SCHEMA as SARIF

FORMS = ("text", "html", "junit", "sarif", "markdown", "csv", "json")


def case_of(report: dict[str, Any], status: str) -> dict[str, Any]:
    return dict(next(c for c in report["cases"] if c["status"] == status and not c["known"]))


@pytest.mark.parametrize("form", FORMS)
def test_no_view_states_a_percentage_or_obeys_what_it_shows(form: str) -> None:
    shown = render(made.hostile(), form)
    assert "% of" not in shown
    assert not any(c in shown for c in "\x1b\x00\u2028\u202e")


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (partial(made.assessed, "complete"), ("Not asked:", "4.8(a)-2")),
        (
            partial(made.assessed, made.ACCEPTS),
            ("breaks the legal text itself, but it fails", "4.8(b)-1"),
        ),
        (
            made.known,
            ("breaks the legal text itself, but it fails", "awaits release 2", "the parser team"),
        ),
        (partial(made.assessed, "takes_adt_files_only"), ("could not be shown", "no QCAF")),
    ],
    ids=["complete", "accepts", "known", "skips"],
)
def test_a_view_states_in_words_each_result_of_the_receiver_and_its_reason(
    form: str, make: Callable[[], dict[str, Any]], words: tuple[str, ...]
) -> None:
    report = make()
    shown = " ".join(render(report, form).split()).replace("&#46;", ".")
    for word in words:
        assert word in shown
    for statement in report["receiver"]:
        assert statement["statement"] in shown
    assert "unverified" in shown


# --- JUnit --------------------------------------------------------------------------------------


def suites(report: dict[str, Any]) -> dict[str, Any]:
    read = junitparser.JUnitXml.fromstring(render(report, "junit").encode())
    return {suite.name: suite for suite in read}


def test_junit_has_a_test_case_for_each_case_by_requirement() -> None:
    report = made.known()
    found = {case.name: (name, case) for name, s in suites(report).items() for case in s}
    assert set(found) == {case["id"] for case in report["cases"]}
    for case in report["cases"]:
        suite, read = found[case["id"]]
        assert suite == (", ".join(case["roots"]) or "conforming")
        assert read.classname == (case["roots"][0] if case["roots"] else "conforming")
        assert read.is_passed == (case["status"] == "passed")
        assert read.is_skipped == case["known"]
        assert read.is_failure == (case["status"] == "failed" and not case["known"])
        if case["known"]:
            message = read.result[0].message
            assert message.startswith(
                "known failure: awaits release 2 (the parser team, until 2999-12-31); expected "
            )


def test_junit_distinguishes_skips_errors_and_troubles() -> None:
    report = made.hostile()
    found = {case.name: case for s in suites(report).values() for case in s}
    assert found[case_of(report, "skipped")["id"]].is_skipped
    assert found[case_of(report, "error")["id"]].is_error
    (trouble,) = suites(report)["run"]
    assert trouble.is_error


def test_junit_fails_what_was_skipped_where_evidence_is_required() -> None:
    report = made.assessed("takes_adt_files_only", *made.FEW, "--require-evidence")
    assert report["result"] == "failed"
    found = {case.name: case for s in suites(report).values() for case in s}
    skipped = [case["id"] for case in report["cases"] if case["status"] == "skipped"]
    assert skipped
    for name in skipped:
        assert found[name].is_failure
    plain = made.assessed("takes_adt_files_only")
    assert plain["result"] == "passed"
    assert not any(case.is_failure for s in suites(plain).values() for case in s)


def test_junit_counts_its_cases() -> None:
    for report in (made.known(), made.hostile()):
        read = junitparser.JUnitXml.fromstring(render(report, "junit").encode())
        assert read.tests == sum(suite.tests for suite in read) == sum(len(list(s)) for s in read)
        for suite in read:
            assert suite.skipped == sum(case.is_skipped for case in suite)
            assert suite.failures == sum(case.is_failure for case in suite)
            assert suite.errors == sum(case.is_error for case in suite)


# --- SARIF --------------------------------------------------------------------------------------


def sarif(report: dict[str, Any]) -> dict[str, Any]:
    log = json.loads(render(report, "sarif"))
    assert list(jsonschema.Draft4Validator(SARIF).iter_errors(log)) == []
    (run,) = log["runs"]
    return dict(run)


def test_sarif_has_a_result_for_each_requirement_that_is_not_met() -> None:
    report = made.assessed(made.ACCEPTS)
    run = sarif(report)
    wanted = {
        s["id"] for s in (*report["receiver"], *report["requirements"]) if s["result"] == "not met"
    }
    assert {r["ruleId"] for r in run["results"]} == wanted
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        ((logical,),) = [one["logicalLocations"] for one in result["locations"]]
        assert logical["name"] == result["ruleId"]
        assert "physicalLocation" not in result["locations"][0]
        assert "suppressions" not in result


def test_sarif_suppresses_what_is_known_and_no_more() -> None:
    results = {r["ruleId"]: r for r in sarif(made.known())["results"]}
    (one,) = results["6.1-6"]["suppressions"]
    assert one["justification"] == "awaits release 2 (the parser team, until 2999-12-31)"
    # Other cases of this one are not known.
    assert "suppressions" not in results["4.8(b)-1"]


def test_sarif_notes_what_is_not_shown() -> None:
    run = sarif(made.assessed("takes_adt_files_only"))
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert "6.5-2 is not shown: 1 skipped" in [note["message"]["text"] for note in notes]
    assert {note["level"] for note in notes} == {"note"}
    sarif(made.hostile())


# --- CSV and Markdown ---------------------------------------------------------------------------


def test_csv_has_a_row_for_each_requirement_and_case() -> None:
    report = made.known()
    rows = list(csv.DictReader(io.StringIO(render(report, "csv"), newline="")))
    cases = [row for row in rows if row["case"]]
    wanted = [
        (root, case["id"], case["status"], case["verdict"], case["clause"], case["location"])
        for case in report["cases"]
        for root in case["roots"] or ["conforming"]
    ]
    names = ("requirement", "case", "status", "verdict", "clause named", "location")
    assert sorted(tuple(row[n] for n in names) for row in cases) == sorted(wanted)
    known = next(row for row in cases if row["requirement"] == "6.1-6")
    assert (known["known failure"], known["owner"]) == ("awaits release 2", "the parser team")
    untested = [(row["requirement"], row["reason"]) for row in rows if not row["case"]]
    assert untested == [(entry["what"], entry["why"]) for entry in report["not_tested"]]


def test_cases_are_in_the_order_of_the_clauses_and_not_in_that_of_the_run() -> None:
    report = made.known()
    put = [case["id"] for case in report["cases"]]
    assert put != sorted(put)
    rows = csv.DictReader(io.StringIO(render(report, "csv"), newline=""))
    listed = [row["case"] for row in rows if row["case"].startswith(("conforming/", "6.1-"))]
    # Conforming cases come first; the other clauses are in alphabetical order here.
    assert len(listed) > 5
    assert listed == sorted(listed, key=lambda case: (not case.startswith("conforming/"), case))
    (known,) = re.findall(r"until [\d-]+\): (.*)", render(report, "markdown").replace("&#46;", "."))
    assert known.split(", ") == sorted(known.split(", "))


def test_statements_fit_a_terminal() -> None:
    text = render(made.assessed(fake("exec", "rejects_everything")), "text")
    assert "rejected together with the conforming case)" in " ".join(text.split())
    indented = [line for line in text.splitlines() if line.startswith("  ")]
    # Text to be copied is not broken into lines.
    copied = ("      again ", "      show ", "      kept ")
    assert [line for line in indented if len(line) > 100 and not line.startswith(copied)] == []


def test_csv_has_no_formula() -> None:
    report = made.hostile()
    report["cases"][0]["reason"] = "=1+1"
    rows = csv.reader(io.StringIO(render(report, "csv"), newline=""))
    assert not any(cell.lstrip(" ").startswith(("=", "+", "@")) for row in rows for cell in row)


def test_markdown_shows_hostile_text_as_text() -> None:
    page = markdown_it.MarkdownIt("gfm-like", {"linkify": False}).render(
        render(made.hostile(), "markdown")
    )
    for tag in ("<script", "<img", "<a ", 'href="javascript'):
        assert tag not in page
    assert "&lt;script&gt;" in page
    assert HOSTILE[:5].replace("<", "&lt;").replace(">", "&gt;") in page


def test_markdown_stays_within_what_a_code_host_takes() -> None:
    report = made.assessed(made.ACCEPTS)
    bad = case_of(report, "failed")
    report["cases"] += [
        {**bad, "id": f"made/{n}", "roots": [bad["roots"][0]], "reason": "x" * 400}
        for n in range(20_000)
    ]
    assert len(render(made.resealed(report), "markdown").encode()) < 200_000
