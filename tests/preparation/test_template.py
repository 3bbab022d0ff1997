"""Templates: what the columns of a profile become in CSV and in a workbook."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from conformance.preparation.sheet_style import put_heading
from tests.model.profiles import assumption, extending
from tests.preparation.sheets import FILE, HEADINGS, RULES
from tests.preparation.test_make_adt import OTHER, made
from tests.running import check, run

REPORT = (
    b"70-00-00-00-00-00-00-01:00-DB-00-00-12-34-00-00:1000,7.10,"
    b"12345678901234567890,2025-06-01T08:00:00Z,ADUserThresholdBreach,\n"
)


def opened(path: Path, *words: object) -> Any:
    """The workbook that ``tadp template`` writes to ``path``."""
    ran = run("template", *words, "-o", path)
    assert ran.code == 0, ran.err
    assert ran.out == f"wrote {path}\n"
    return load_workbook(path)


def validations(table: Any) -> dict[str, Any]:
    return {str(v.sqref).split(":", 1)[0][0]: v for v in table.data_validations.dataValidation}


def test_the_headings_are_those_of_the_profile(tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    assert run("template", "adt", "-o", path).code == 0
    assert path.read_bytes() == ",".join(HEADINGS).encode() + b"\n"
    assert run("template", "adt", "-o", tmp_path / "x.csv", "--profile", OTHER).code == 0
    assert (tmp_path / "x.csv").read_bytes() == (
        b"Sequence,Sender,Service,From,Ceiling,Floor,Comment\n"
    )


def test_dccs_template_may_be_this_one(tmp_path: Path) -> None:
    item = {"item": "template", "via": ["SSI"], "file": "t.csv", "filled_in": "f.csv"}
    manifest = {"publication": 1, "items": [item]}
    (tmp_path / "publication.json").write_text(json.dumps(manifest))
    run("template", "adt", "-o", tmp_path / "t.csv")
    (tmp_path / "f.csv").write_bytes(FILE)
    assert check(tmp_path).status("2.2(b)-2") == "passed"
    (tmp_path / "t.csv").write_text("UserID;UserRole\n")
    assert check(tmp_path).status("2.2(b)-2") == "failed"


def test_the_workbook_has_lists_limits_and_notes(tmp_path: Path) -> None:
    book = opened(tmp_path / "t.xlsx", "adt")
    assert book.sheetnames == ["ADT", "Notes", "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    table = book["ADT"]
    assert [cell.value for cell in table[1]] == list(HEADINGS)
    found = validations(table)
    assert found["B"].formula1 == "Lists!$B$2:$B$8"
    assert [c.value for c in book["Lists"]["B"][:8]] == [
        "UserRole", "IS", "ES", "GS", "ED", "GT", "RSA", "OU"
    ]  # fmt: skip
    assert found["C"].formula1 == "Lists!$C$2:$C$130"
    assert book["Lists"]["C2"].value == "1.1.1"
    assert (found["D"].type, found["D"].formula1, found["D"].formula2) == ("whole", "1", "744")
    assert (found["A"].type, found["A"].formula1, found["A"].formula2) == ("textLength", "23", "23")
    assert [found[c].allow_blank for c in "ABCDEF"] == [False, False, True, False, True, False]
    assert str(found["D"].sqref) == "D2:D1048576"
    assert "A whole number from 1 to 744" in table["D1"].comment.text
    assert "The User ID that the rule is for." in table["A1"].comment.text


def test_a_column_whose_values_a_program_would_change_is_text(tmp_path: Path) -> None:
    table = opened(tmp_path / "t.xlsx", "adt")["ADT"]
    formats = [table.column_dimensions[c].number_format for c in "ABCDEF"]
    assert formats == ["@", "@", "@", "0", "0", "0"]
    qcaf = opened(tmp_path / "q.xlsx", "qcaf")["QCAF"]
    assert [qcaf.column_dimensions[c].number_format for c in "ABCDEF"] == ["@"] * 6
    assert validations(qcaf)["F"].formula1 == "Lists!$F$2:$F$3"
    other = opened(tmp_path / "o.xlsx", "adt", "--profile", OTHER)["ADT"]
    formats = [other.column_dimensions[c].number_format for c in "ABCDEFG"]
    assert formats == ["0", "@", "@", "@", "0", "@", "@"]


def test_the_notes_say_that_no_one_has_confirmed_the_columns(tmp_path: Path) -> None:
    ran = run("template", "adt", "-o", tmp_path / "t.xlsx")
    assert ran.err.startswith("tadp: ADT File: the columns of profile")
    notes = [str(c.value or "") for c in load_workbook(tmp_path / "t.xlsx")["Notes"]["A"]]
    assert notes[3].startswith("NOT CONFIRMED: ")
    assert any("WarningThreshold must not be above AnomalyDetectionT" in note for note in notes)
    ours = extending(tmp_path, assumption("files.adt"))
    ran = run("template", "adt", "-o", tmp_path / "v.xlsx", "--profile", ours)
    assert (ran.code, ran.err) == (0, "")
    notes = [str(c.value or "") for c in load_workbook(tmp_path / "v.xlsx")["Notes"]["A"]]
    assert not any("NOT CONFIRMED" in note for note in notes)


def test_a_filled_in_workbook_becomes_a_file(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = opened(path, "adt")
    for row, rule in enumerate(RULES, 2):
        for column, value in enumerate(rule, 1):
            if value:
                book["ADT"].cell(row, column, int(value) if column > 3 else value)
    book.save(path)
    assert made(path) == FILE


def test_a_template_of_a_qcaf_has_the_records_of_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    report.write_bytes(REPORT)
    table = opened(tmp_path / "q.xlsx", "qcaf", "--report", report)["QCAF"]
    assert [cell.value for cell in table[2]] == [*REPORT.decode().split(",")[:5], None]
    assert {cell.data_type for cell in table[2][:5]} == {"s"}
    run("template", "qcaf", "--report", report, "-o", tmp_path / "q.csv")
    assert (tmp_path / "q.csv").read_bytes().endswith(b",Action\n" + REPORT)


def test_a_report_that_breaks_its_form_makes_no_template(tmp_path: Path) -> None:
    report, out = tmp_path / "report.csv", tmp_path / "q.xlsx"
    report.write_bytes(REPORT.replace(b"7.10", b"7.99"))
    ran = run("template", "qcaf", "--report", report, "-o", out)
    assert ran.code == 1
    assert "record 1: ServiceReferenceVariant: the value is not one of those listed" in ran.out
    assert not out.exists()


def test_no_value_becomes_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "evil.toml"
    path.write_text(
        'profile = "evil"\ntitle = "=1+1"\nversion = "1"\nextends = "reference"\n'
        "[files.adt]\nminimum_records = 1\nkey = []\nrules = []\n"
        'columns = [{ name = "A", type = "code", values = ["=1+1", "+A1", "@x", "-2"] }]\n'
    )
    book = opened(tmp_path / "t.xlsx", "adt", "--profile", path)
    assert [c.value for c in book["Lists"]["A"]] == ["A", "=1+1", "+A1", "@x", "-2"]
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["adt", "-o", "t.ods"],
            "t.ods: the ending of the name is not that of a format (end it in .csv or .xlsx)",
        ),
        (["adt", "--report", "r.csv"], "--report goes with a template of a QCAF"),
        (["qcaf", "--report", "r.csv"], "r.csv: no such file"),
        (["report"], "invalid choice: 'report'"),
    ],
)
def test_a_template_that_cannot_be_written_is_refused_in_one_line(
    words: list[str], says: str
) -> None:
    assert says in run("template", *words).trouble


def test_a_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("hours of work")
    assert "is there already" in run("template", "adt", "-o", path).trouble
    assert path.read_text() == "hours of work"
    assert run("template", "adt", "-o", path, "--overwrite").code == 0
    assert path.read_text() != "hours of work"


def test_the_template_prints_on_one_page_with_borders_and_whole_notes(tmp_path: Path) -> None:
    book = opened(tmp_path / "t.xlsx", "adt")
    table, notes = book["ADT"], book["Notes"]
    for sheet in (table, notes):
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.page_setup.paperSize == 9
    assert (table.page_setup.orientation, notes.page_setup.orientation) == ("landscape", "portrait")
    assert table.print_title_rows == "$1:$1"
    # As many rows as fit on a page, and none of them is to be sent.
    assert table.max_row == 26
    for cell in (table["A1"], table["F26"]):
        sides = (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)
        assert [side.style for side in sides] == ["thin"] * 4
        assert (cell.font.name, cell.font.size) == ("Calibri", 11)
    assert (table["A1"].fill.fill_type, table["A2"].fill.fill_type) == ("solid", None)
    assert (table["A26"].number_format, table["D26"].number_format) == ("@", "0")
    for cell in notes["A"]:
        assert (cell.font.name, cell.font.size) == ("Calibri", 11)
        assert cell.alignment.wrap_text
        room = notes.row_dimensions[cell.row].height / 15 * notes.column_dimensions["A"].width
        assert room > len(cell.value or "")


def test_a_long_note_at_a_heading_is_shown_as_a_whole() -> None:
    table = Workbook().active
    put_heading(table, 1, "Heading", "a word " * 100)
    note = table["A1"].comment
    assert note.height // 18 * (note.width // 7) > 700
