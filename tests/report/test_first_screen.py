"""The first screen of a view: what is broken, which clause, on whose word, what is left out."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import pytest

from conformance.report.formats import FORMATS, render
from conformance.report.raw import report_of
from tests.checks.situation import ADT, adt, check, setting
from tests.report.made import examples

LAW = "2 of 3 submissions violate clauses 3.4(b), 6.1 and 4.7(b)"


def first_screen(text: str, name: str) -> str:
    """Return what a reader of a view sees first."""
    match name:
        case "text":
            return " ".join(" ".join(text.splitlines()[:60]).split())
        case "markdown":
            return "\n".join(text.splitlines()[:4])
        case "html":
            return text.partition("<nav>")[0].replace("&#39;", "'")
        case "csv":
            rows = list(csv.DictReader(io.StringIO(text)))
            return " ".join(rows[0][n] for n in ("verdict", "headline", "not covered"))
        case "junit":
            suite = ET.fromstring(text).find("testsuite")  # noqa: S314 - our own
            assert suite is not None
            return " ".join(p.get("value", "") for p in suite.iter("property"))
        case _:
            run = json.loads(text)["runs"][0]
            said = run["properties"]["headline"], run["tool"]["driver"]["properties"]["not_covered"]
            return json.dumps(said)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "json"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (ADT.replace(b"\n", b"\r\n"), "iolates clauses 3.4(b) and 6.1 of Appendix AA"),
        (ADT.replace(b",80,", b",101,"), "oes not match the unverified profile 'reference'"),
    ],
    ids=["clause", "profile"],
)
def test_a_reader_sees_what_is_broken_on_whose_word_and_what_is_left_out(
    name: str, data: bytes, said: str
) -> None:
    report = report_of([check(adt(data))], setting())
    shown = first_screen(render(report, name), name)
    assert said in shown
    assert "4.4 to 4.6" in shown


@pytest.mark.parametrize("name", ["markdown", "html", "sarif"])
def test_of_several_submissions_it_says_what_they_come_to(name: str) -> None:
    assert LAW in first_screen(render(examples(), name), name)
