"""An Implementation Conformance Statement: what is claimed is asked, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from junitparser import JUnitXml

from conformance.model.schema import problems
from conformance.report.formats import FORMATS, render
from tests.report.assessed.made import ACCEPTS, HOLED
from tests.report.made import HOSTILE
from tests.running import run

CLAIMED = ("6.1-6", "6.3-2")


def filled_in(path: Path, claimed: tuple[str, ...] = CLAIMED, comment: str = "") -> Path:
    """Fill in the proforma of each form: yes to what is claimed, no to 6.1-3, nothing else."""
    assert run("assess", "ics", "--output", path).code == 0
    answers = {**dict.fromkeys(claimed, "Yes"), "6.1-3": "no"}
    if path.suffix == ".toml":
        text = path.read_text("utf-8")
        for name, answer in answers.items():
            head, found, rest = text.partition(f'requirement = "{name}"\n')
            assert found
            rest = rest.replace('support = ""', f'support = "{answer}"', 1)
            rest = rest.replace('comment = ""', f"comment = {json.dumps(comment)}", 1)
            text = head + found + rest
        path.write_text(text.replace('implementation = ""', 'implementation = "ours"'), "utf-8")
    elif path.suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
        for row in rows:
            row["support"] = answers.get(row["requirement"], "")
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(out.getvalue(), "utf-8")
    else:
        book = openpyxl.load_workbook(path)
        for line in book.active.iter_rows(min_row=2):
            line[4].value = answers.get(line[0].value)
        book.save(path)
    return path


def assessed(adapter: str, path: Path, *words: str) -> dict[str, Any]:
    ran = run("assess", "receiver", adapter, "--ics", path, *words, "--format", "json")
    assert ran.code in (0, 1), ran.err
    report: dict[str, Any] = ran.report
    assert problems("report", report) == []
    return report


@pytest.mark.parametrize("ending", [".toml", ".csv", ".xlsx"])
def test_only_claimed_requirements_are_tested(ending: str, tmp_path: Path) -> None:
    report = assessed(f"{HOLED}:complete", filled_in(tmp_path / f"ics{ending}"))
    roots = {root for case in report["cases"] for root in case["roots"]}
    assert roots == set(CLAIMED)
    items = {item["requirement"]: item["claimed"] for item in report["ics"]["items"]}
    assert {name for name, claimed in items.items() if claimed} == set(CLAIMED)
    assert (items["6.1-3"], items["3.1-1"]) == (False, None)
    why = {one["what"]: one["why"] for one in report["not_tested"]}
    assert why["6.1-3"] == "not part of this run: not claimed (by --ics, --scope or the hello)"
    assert report["result"] == "passed"


def test_the_proforma_has_an_item_for_each_requirement_that_a_case_can_show(tmp_path: Path) -> None:
    table = tomllib.loads(run("assess", "ics").out)
    assert problems("ics", table) == []
    names = [item["requirement"] for item in table["item"]]
    assert len(names) == len(set(names)) > 80
    assert {"6.1-3", "4.8-3", "6.1-5", "UG1.4-1"} <= set(names)
    # Stated by what it rejects.
    assert "4.8(a)-1" not in names
    status = {item["requirement"]: item["status"] for item in table["item"]}
    assert (status["6.1-3"], status["UG1.4-2"]) == ("m", "o")
    assert not any(item["support"] for item in table["item"])


def test_every_view_shows_claimed_tested_and_met(tmp_path: Path) -> None:
    report = assessed(ACCEPTS, filled_in(tmp_path / "ics.toml", comment=HOSTILE))
    assert report["implementation"]["name"] == "ours"
    for form in FORMATS:
        shown = render(report, form)
        words = "yes" if form == "csv" else '"claimed": true' if form == "json" else "2 are claimed"
        assert words in shown, form
        if form in ("html", "markdown"):
            assert "not asked" in shown
            assert "<script>document" not in shown
    text = " ".join(render(report, "text").split())
    broken = sum(case["roots"] == ["6.1-6"] for case in report["cases"])
    assert f"6.1-6 yes {broken} cases not met" in text
    assert "6.1-3 no not asked" in text


def test_a_claim_that_no_case_tested_is_said_to_be_untested_and_never_met(tmp_path: Path) -> None:
    ics = filled_in(tmp_path / "ics.toml", ("6.1-6", "6.3-2"))
    report = assessed(f"{HOLED}:complete", ics, "--exclude", "6.3-2")
    items = {item["requirement"]: item for item in report["ics"]["items"]}
    assert (items["6.3-2"]["tested"], items["6.3-2"]["result"]) == (0, "not shown")
    assert (items["6.1-6"]["tested"] > 0, items["6.1-6"]["result"]) == (True, "met")
    assert report["result"] == "passed"
    for form in FORMATS:
        if form in ("json", "csv"):
            continue
        shown = " ".join(render(report, form).replace("&#46;", ".").split())
        assert "ours breaks Appendix AA, but it claims 6.3-2, which no case tested." in shown, form
    assert '6.3-2,,,,,,,"claimed, not tested"' in render(report, "csv")
    suites = {s.name: s for s in JUnitXml.fromstring(render(report, "junit").encode())}
    stated = suites["conformance statement"]
    assert [(case.classname, case.is_skipped) for case in stated] == [("6.3-2", True)]
    lines = {one.name: one.value for one in stated.properties()}
    assert lines["claim.6.1-6"] == "claimed: yes; tested: 6 cases; result: met"
    assert lines["claim.6.1-3"] == "claimed: no; tested: not asked; result: not asked"
    (run_of,) = json.loads(render(report, "sarif"))["runs"]
    assert {
        "requirement": "6.3-2", "claimed": "yes", "tested": "no case", "result": "not shown",
    } in run_of["properties"]["ics"]  # fmt: skip
    reported = {
        one["message"]["text"]: one["level"]
        for one in run_of["invocations"][0]["toolExecutionNotifications"]
    }
    assert reported["6.3-2 is claimed, but no case tested it"] == "note"
    # Who requires evidence requires it of every claim.
    ran = run("assess", "receiver", f"{HOLED}:complete", "--ics", ics, "--exclude", "6.3-2",
              "--require-evidence")  # fmt: skip
    assert ran.code == 1


def test_a_claim_of_another_kind_has_its_cases_put(tmp_path: Path) -> None:
    report = assessed("python:conformance.receiver:receive",
                      filled_in(tmp_path / "ics.toml", ("2.2(a)-1",)))  # fmt: skip
    assert {case["kind"] for case in report["cases"]} == {"publication"}
    assert [i["result"] for i in report["ics"]["items"] if i["claimed"]] == ["met"]


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("ics = 1\n[[item]]\nrequirement = '6.1-3'\nsupport = 'perhaps'\n", "write yes or no"),
        ("ics = 1\n[[item]]\nrequirement = '9.9-9'\nsupport = 'yes'\n", "9.9-9"),
        ("ics = 1\n[[item]]\nrequirement = '6.1-3'\nsupport = 'no'\n", "claims nothing"),
        ("ics = 1\n" + "[[item]]\nrequirement = '6.1-3'\nsupport = 'yes'\n" * 2, "6.1-3 twice"),
        ("ics = [", "is not TOML"),
    ],
)
def test_a_statement_that_cannot_be_used_is_refused_in_one_line(
    text: str, reported: str, tmp_path: Path
) -> None:
    file = tmp_path / "ics.toml"
    file.write_text(text)
    ran = run("assess", "receiver", ACCEPTS, "--ics", file)
    assert (ran.code, ran.err.count("\n"), reported in ran.err) == (2, 1, True), ran.err


def test_a_sheet_without_the_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ics.csv").write_text("a,b\n1,2\n")
    ran = run("assess", "receiver", ACCEPTS, "--ics", tmp_path / "ics.csv")
    assert (ran.code, "no columns called requirement and support" in ran.err) == (2, True)
    assert run("assess", "ics", "--output", tmp_path / "x.doc").code == 2
