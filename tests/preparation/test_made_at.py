"""The time at which a file is made: by the clock, or by an option, so that it is made again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.model.profiles import extending
from tests.running import run

ALONE = """  { name = "Made", type = "instant", role = "created-at", format = "DD/MM/YYYY hh:mm",
    zone = "Europe/London" },
]
"""
PARTS = """  { name = "Date", type = "date", format = "DD/MM/YYYY" },
  { name = "Time", type = "time", format = "hh:mm" },
]
composed = [
  { name = "Made", from = ["Date", "Time"], type = "instant", zone = "Europe/London",
    role = "created-at" },
]
"""
HEAD = """
[[files.{kind}.records]]
name = "head"
at = 1
columns = [
  {{ name = "Tag", type = "constant", value = "H", tag = true }},
"""
REQUEST = """
[[files.{kind}.records]]
name = "one"
key = ["Request"]
columns = [
  {{ name = "Tag", type = "constant", value = "R", tag = true }},
  {{ name = "Request", type = "request-id", role = "request-id" }},{more}
]
"""
LIMIT = """
[[files.adt.records]]
name = "limit"
key = ["Window"]
columns = [
  { name = "Tag", type = "constant", value = "L", tag = true },
  { name = "Window", type = "integer", role = "period", minimum = 1, maximum = 744 },
]
"""
ACTION = '\n  { name = "Action", type = "action", role = "action" },'
ID = "70-B3-D5-00-00-00-0A-01:70-B3-D5-00-00-00-0B-02:1"


@pytest.mark.parametrize(("form", "between"), [(ALONE, " "), (PARTS, ",")])
def test_the_time_is_that_of_the_option_or_now(tmp_path: Path, form: str, between: str) -> None:
    sheet, made = tmp_path / "sheet.csv", tmp_path / "adt.csv"
    profile = extending(tmp_path, HEAD.format(kind="adt") + form + LIMIT)
    words = ("--profile", str(profile), "-o")
    assert run("template", "adt", *words, str(sheet)).code == 0
    assert sheet.read_text("utf-8-sig").splitlines()[0] == "Window"
    sheet.write_text("Window\n24\n168\n", "utf-8")
    make = ("make", "adt", str(sheet), "--overwrite", *words, str(made))
    found = run(*make, "--made-at", "2025-06-01T08:30:00Z")
    assert found.code == 0, found.err + found.out
    assert made.read_text() == f"H,01/06/2025{between}09:30\nL,24\nL,168\n"
    found = run(*make, "--made-at", "2025-06-01T09:30:00", "--zone", "Europe/London")
    assert made.read_text() == f"H,01/06/2025{between}09:30\nL,24\nL,168\n"
    assert run(*make).code == 0
    first, _, _ = made.read_text().partition("\nL")
    said = datetime.strptime(first.replace(",", " "), "H %d/%m/%Y %H:%M").replace(tzinfo=UTC)
    assert timedelta(-1) < datetime.now(UTC) - said < timedelta(1)


def test_a_qcaf_has_its_own_time_and_not_the_one_in_the_report(tmp_path: Path) -> None:
    report, made = tmp_path / "report.csv", tmp_path / "qcaf.csv"
    theirs = HEAD.format(kind="report") + ALONE.replace('role = "created-at", ', "")
    text = theirs + REQUEST.format(kind="report", more="")
    text += HEAD.format(kind="qcaf") + ALONE + REQUEST.format(kind="qcaf", more=ACTION)
    profile = extending(tmp_path, text)
    report.write_text(f"H,31/05/2025 23:00\nR,{ID}\n", "utf-8")
    words = ("--profile", str(profile), "--action", "Release", "-o", str(made))
    found = run("make", "qcaf", str(report), *words, "--made-at", "2025-06-01T08:30:00Z")
    assert found.code == 0, found.err + found.out
    assert made.read_text() == f"H,01/06/2025 09:30\nR,{ID},Release\n"


def test_the_option_is_refused_where_no_column_has_the_time(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("UserID\n", "utf-8")
    words = ("-o", str(tmp_path / "adt.csv"), "--made-at", "2025-06-01T08:30:00Z")
    found = run("make", "adt", str(sheet), *words)
    assert found.code == 2
    assert "--made-at: the file does not have the time at which it was made" in found.err
