"""``tadp report matrix`` and ``badge``: assessments side by side, and a verdict in a word."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from conformance.findings import Verdict
from conformance.model.schema import problems, schema_of
from conformance.report.assessed.matrix import CELLS, matrix_of
from conformance.report.assessed.matrix_views import MATRIX_FORMATS
from conformance.report.changes_views import DIFF_FORMATS
from conformance.report.comparison import compare
from conformance.report.serialising import dump_report
from tests.report import made as checks
from tests.report.assessed import drawn, made
from tests.report.changed import CHANGES
from tests.running import run


def reports() -> list[dict[str, Any]]:
    return [
        made.assessed("complete"),
        made.assessed(made.ACCEPTS),
        made.assessed("looks_elsewhere"),
    ]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.json" for number in range(3)]
    for path, report in zip(paths, reports(), strict=True):
        path.write_text(dump_report(report), "utf-8")
    return paths


def test_each_assessment_says_what_it_shows_of_each_requirement_and_case(files: list[Path]) -> None:
    ran = run("report", "matrix", *files, "--format", "json")
    found = json.loads(ran.out)
    assert problems("report-matrix", found) == []
    assert problems("report-matrix", {**found, "cases": [{**found["cases"][0], "breaks": None}]})
    assert set(CELLS) == set(schema_of("report-matrix")["$defs"]["state"]["enum"])
    assert [one["verdict"] for one in found["implementations"]] == [
        "conforms",
        "departs",
        "conforms",
    ]
    rows = {row["id"]: row["cells"] for row in found["requirements"]}
    assert [cell["state"] for cell in rows["6.1-6"]] == ["met", "not met", "met"]
    assert rows["6.1-6"][1]["passed"] == "0/6"
    (case,) = [row for row in found["cases"] if row["id"] == "6.1-6/adt-sharepoint/in-a-field"]
    assert [cell["state"] for cell in case["cells"]] == ["passed", "failed", "other place"]
    assert case["breaks"] == ["6.1-6"]
    assert found["otherwise"] == []


def test_every_form_can_be_read_without_colour(files: list[Path], tmp_path: Path) -> None:
    outputs = [tmp_path / f"m.{ending}" for ending in ("html", "md", "csv", "json")]
    words = [word for path in outputs for word in ("--output", path)]
    assert run("report", "matrix", *files, *words).code == 0
    for path in outputs:
        text = path.read_text("utf-8")
        for state in ("not met", "other place"):
            assert state in text, path
    rows = list(csv.DictReader(io.StringIO(outputs[2].read_text("utf-8"))))
    assert {row["accepts"] for row in rows if row["requirement"] == "6.1-6"} == {
        "not met, 0/6 passed", "failed",
    }  # fmt: skip


def test_one_implementation_over_time_is_distinguished_and_what_differs_is_named() -> None:
    old, new = drawn.everything(), drawn.everything(run_at="2030-01-01T00:00:00Z")
    new["corpus"] = {"version": "9", "sha256": "f" * 64}
    matrix = matrix_of([old, new])
    assert matrix.labels[0] != matrix.labels[1]
    assert matrix.labels[1].endswith(", 2030-01-01T00:00:00Z")
    assert matrix.otherwise == ("corpus: 1.2.3 (dddddddddddd), 9 (ffffffffffff)",)


@pytest.mark.parametrize("form", MATRIX_FORMATS)
def test_no_form_obeys_what_it_shows(form: str) -> None:
    shown = MATRIX_FORMATS[form](matrix_of([made.hostile(), made.hostile()]))
    assert not any(c in shown for c in "\x1b\x00\u2028\u202e")
    if form in ("html", "markdown"):
        assert "<script>document" not in shown
        assert "<img" not in shown


def test_reports_that_cannot_be_compared_side_by_side_are_refused(
    files: list[Path], tmp_path: Path
) -> None:
    check = tmp_path / "check.json"
    check.write_text(dump_report(checks.examples()), "utf-8")
    submitter = tmp_path / "submitter.json"
    submitter.write_text(dump_report(drawn.ASSESSMENTS["submitter"]()), "utf-8")
    for words, reported in (
        ((files[0], check), "of a check"),
        ((files[0], submitter), "of a receiver and of a submitter"),
        ((files[0], "--format", "sarif"), "is not written as sarif"),
        ((), "takes reports"),
    ):
        ran = run("report", "matrix", *words)
        assert (ran.code, reported in ran.err) == (2, True), ran.err


def test_a_badge_says_the_verdict_in_a_word(files: list[Path], tmp_path: Path) -> None:
    for report, word in ((files[1], "departs"), (files[0], "conforms")):
        root = ET.fromstring(run("report", "badge", report).out)  # noqa: S314 - our own
        texts = [e.text for e in root.iter("{http://www.w3.org/2000/svg}text")]
        assert texts == ["Appendix AA receiver", word]
    bad = tmp_path / "bad.json"
    bad.write_text(dump_report(made.hostile()), "utf-8")
    for file in (bad, tmp_path / "check.json"):
        if not file.exists():
            file.write_text(dump_report(checks.examples()), "utf-8")
        output = tmp_path / "b.svg"
        assert run("report", "badge", file, "--output", output).code == 0
        root = ET.fromstring(output.read_text("utf-8"))  # noqa: S314 - our own
        assert {e.tag.rpartition("}")[2] for e in root.iter()} == {"svg", "title", "rect", "text"}


@pytest.mark.parametrize("name", list(CHANGES))
def test_every_comparison_fits_its_schema(name: str) -> None:
    old, new = CHANGES[name]()
    for pair in ((old, new), (new, old)):
        lines = DIFF_FORMATS["json"](compare(*pair), tuple(Verdict))
        assert problems("report-diff", json.loads("\n".join(lines))) == []


def test_a_comparison_is_written_for_programs_and_for_comments(files: list[Path]) -> None:
    found = json.loads(run("report", "diff", *files[:2], "--format", "json").out)
    assert problems("report-diff", found) == []
    assert problems("report-diff", {**found, "sections": [{**found["sections"][0], "changes": []}]})
    assert found["worse"] is True
    titles = {section["title"]: section for section in found["sections"]}
    assert titles["Cases newly failing"]["worse"] is True
    assert titles["Requirements newly not met"]["changes"][0]["after"] == "not met"
    text = run("report", "diff", *files[:2], "--format", "markdown").out
    assert text.startswith("# Something is worse than it was\n\n## Requirements newly not met: ")
    assert run("report", "diff", *files[:2], "--format", "sarif").code == 2
