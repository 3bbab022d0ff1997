"""JUnit XML that Jenkins, GitLab and pytest's own readers take."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import junitparser
import pytest
import xmlschema

from conformance.report.formats import render
from conformance.report.junit import junit_of
from tests.report import made
from tests.report.assessed import made as assessed

SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "junit" / "junit-10.xsd")
REPORTS = {
    "check": made.examples,
    "gaps": made.not_shown,
    "hostile": made.hostile,
    "assessment": assessed.known,
    "hostile assessment": assessed.hostile,
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_published_schema_allows_it(name: str) -> None:
    SCHEMA.validate(render(REPORTS[name](), "junit"))


def test_the_published_schema_is_executed() -> None:
    text = render(made.examples(), "junit")
    for right, wrong in (
        ("classname=", "class="),
        ('time="0"', 'time="long"'),
        ("errors=", "wrong="),
    ):
        assert not SCHEMA.is_valid(text.replace(right, wrong))


def test_a_reader_counts_what_the_report_counts() -> None:
    report = made.examples()
    suites = junitparser.JUnitXml.fromstring(junit_of(report).encode())
    assert [suite.name for suite in suites] == [s["source"] for s in report["submissions"]]
    for suite, submission in zip(suites, report["submissions"], strict=True):
        assert {p.name: p.value for p in suite.properties()}["verdict"] == submission["verdict"]
        results = [r for r in submission["requirements"] if r["status"] != "not applicable"]
        assert suite.tests == len(list(suite)) == len(results)
        skipped = ("not shown", "attested")
        assert suite.skipped == sum(r["status"] in skipped for r in results)
        assert suite.failures == sum(r["status"] == "failed" for r in results)
        for case, result in zip(suite, results, strict=True):
            assert case.classname == result["clause"]
            assert case.name.startswith(result["id"] + " ")
            assert case.is_passed == (result["status"] == "passed")
            assert case.is_failure == (result["status"] == "failed")


def test_a_failure_says_where_what_was_found_and_what_was_expected() -> None:
    suites = junitparser.JUnitXml.fromstring(junit_of(made.examples()).encode())
    (failure,) = next(
        c for s in suites for c in s if c.name.startswith("6.1-3") and c.result
    ).result
    assert failure.message.startswith("adt.csv, record 1, field 6, byte 40: something other than")
    for words in ("CR LF (0x0D 0x0A)", "LF (0x0A)", "fix ", "save it with Unix"):
        assert words in failure.text


def test_a_requirement_that_is_not_shown_is_skipped_with_the_reason() -> None:
    report = made.not_shown()
    suites = junitparser.JUnitXml.fromstring(junit_of(report).encode())
    skipped = {c.name.split()[0]: c.result[0].message for s in suites for c in s if c.is_skipped}
    (submission,) = report["submissions"]
    wanted = {r["id"]: r for r in submission["requirements"] if r["status"] == "not shown"}
    assert wanted
    assert set(wanted) <= set(skipped)
    for identifier, result in wanted.items():
        assert result["reason"] in skipped[identifier]


def test_a_file_that_could_not_be_read_is_an_error() -> None:
    suites = junitparser.JUnitXml.fromstring(junit_of(made.hostile()).encode())
    assert suites.errors == 1
    assert list(suites)[-1].name == "not read"


def test_no_character_breaks_the_document() -> None:
    report = made.examples()
    report["submissions"][0]["source"] = "".join(map(chr, range(0x250))) + "\ud800\ufffe\U0001f600"
    root = ET.fromstring(junit_of(report))  # noqa: S314  (our own)
    assert "\\u0000" in str(root[0].get("name"))
    assert "\U0001f600" in str(root[0].get("name"))
