"""CSV coverage: a row for each requirement of each submission, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from conformance.report.coverage import COLUMNS, coverage_of, plain
from tests.report import made


def test_a_row_for_each_requirement_of_each_submission() -> None:
    report = made.examples()
    rows = list(csv.DictReader(io.StringIO(coverage_of(report), newline="")))
    wanted = [(s["source"], r["id"]) for s in report["submissions"] for r in s["requirements"]]
    assert [(row["submission"], row["requirement"]) for row in rows] == wanted
    (row,) = [r for r in rows if r["requirement"] == "6.1-3" and r["status"] == "failed"]
    assert row["findings"] == "4"
    assert row["first finding"].startswith("adt.csv, record 1")
    assert row["clause"] == "6.1"
    assert row["statement"].startswith("Records are separated")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\uff1d", " ="])
def test_no_cell_is_taken_for_a_formula(sign: str) -> None:
    report = made.examples()
    report["submissions"][1]["source"] = f"{sign}cmd|' /C calc'!A0"
    rows = list(csv.reader(io.StringIO(coverage_of(report), newline="")))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert f"'{sign}cmd|' /C calc'!A0" in {row[0] for row in rows}


def test_other_cells_are_left_as_they_are() -> None:
    for cell in ("", "adt.csv", "3.4(b)-1", "a=b", "70-00"):
        assert plain(cell) == cell
