"""JUnit XML that Jenkins, GitLab and pytest's own readers take."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import junitparser
import pytest

from conformance.report.junit import junit_of
from tests.report import made

#: The shape of the schema that Jenkins publishes, as far as it is used: for each element its
#: attributes (required ones first) and the elements in it.
SHAPE: dict[str, tuple[set[str], set[str], list[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, ["testsuite"]),
    "testsuite": (
        {"name", "tests"},
        {"failures", "errors", "skipped", "time", "timestamp"},
        ["properties", "testcase"],
    ),
    "properties": (set(), set(), ["property"]),
    "property": ({"name", "value"}, set(), []),
    "testcase": ({"name"}, {"classname", "time"}, ["skipped", "error", "failure"]),
    "skipped": (set(), {"message"}, []),
    "error": (set(), {"type", "message"}, []),
    "failure": (set(), {"type", "message"}, []),
}


def assert_shape(element: ET.Element) -> None:
    required, optional, children = SHAPE[element.tag]
    assert required <= set(element.keys()) <= required | optional
    order = [children.index(child.tag) for child in element]
    assert order == sorted(order)
    for child in element:
        assert_shape(child)


@pytest.mark.parametrize("report", [made.examples(), made.not_shown(), made.hostile()])
def test_it_has_the_shape_that_readers_know(report: dict[str, Any]) -> None:
    assert_shape(ET.fromstring(junit_of(report)))  # noqa: S314  (our own)


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
    assert failure.message.startswith("adt.csv, record 1, field 6, byte 40: something else")
    for words in ("CR LF (0x0D 0x0A)", "LF (0x0A)", "mend", "Save the file with Unix"):
        assert words in failure.text


def test_what_is_not_shown_is_skipped_with_the_reason() -> None:
    report = made.not_shown()
    suites = junitparser.JUnitXml.fromstring(junit_of(report).encode())
    skipped = {c.name.split()[0]: c.result[0].message for s in suites for c in s if c.is_skipped}
    (submission,) = report["submissions"]
    wanted = {r["id"]: r for r in submission["requirements"] if r["status"] == "not shown"}
    assert wanted
    assert set(wanted) <= set(skipped)
    for identifier, result in wanted.items():
        assert result["reason"] in skipped[identifier]


def test_what_could_not_be_read_is_an_error() -> None:
    suites = junitparser.JUnitXml.fromstring(junit_of(made.hostile()).encode())
    assert suites.errors == 1
    assert list(suites)[-1].name == "not read"


def test_no_character_breaks_the_document() -> None:
    report = made.examples()
    report["submissions"][0]["source"] = "".join(map(chr, range(0x250))) + "\ud800\ufffe\U0001f600"
    root = ET.fromstring(junit_of(report))  # noqa: S314  (our own)
    assert "\\u0000" in str(root[0].get("name"))
    assert "\U0001f600" in str(root[0].get("name"))
