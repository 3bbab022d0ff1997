"""A workbook with many mistakes: each is listed by its cell."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from conformance.commands.common import catalogue
from conformance.model.profile_loading import load_profile
from conformance.preparation.proof import setting_of
from tests.preparation.sheets import HEADINGS, RULES, SENDER, book, edited, substituted
from tests.running import run

REPORT = "".join(
    f"{SENDER}:00-DB-00-00-12-34-00-0{number}:{number},7.2,4700{number},"
    "2045-06-01T08:00:00Z,ADUserThresholdBreach,\n"
    for number in range(1, 4)
)
KEYS = [line.split(",")[0] for line in REPORT.splitlines()]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_cell_that_has_to_be_fixed_is_listed(here: Path) -> None:
    rows: list[list[Any]] = [list(RULES[0]) for _ in range(6)]
    rows[0][2], rows[0][3], rows[0][4], rows[0][5] = 7.1, time(8, 30), datetime(2025, 1, 12), "#N/A"
    rows[1][2], rows[1][4], rows[1][5] = 4.1, "", 10**15
    rows[2][2], rows[2][4], rows[2][5] = "1,5E7", True, 'x"'
    rows[3][2], rows[3][3] = "7.4", "\u2028"
    path = book(Path("sheet.xlsx"), rows)

    def change(opened: Any) -> None:
        table = opened["ADT"]
        table.row_dimensions[6].hidden = True
        table["H5"], table["H1"] = 5, "Why"
        table["J5"], table["K5"] = datetime(2025, 1, 2, 3, 4, 5), "#REF!"

    edited(path, change)
    ran = run("make", "adt", path, "-o", "adt.csv")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out == LISTED


LISTED = """\
NOT MADE  sheet.xlsx: 13 things to fix; nothing was written

  ADT!C2: ServiceReferenceVariant: the program made a number of the value, which was 7.1 or 7.10
    found     '7.1'

  ADT!D2: TimePeriodHours: the program made a date or a time of it
    found     '08:30:00'

  ADT!E2: WarningThreshold: the program made a date of the value
    found     '2025-01-12 00:00:00'
    fix       Format the cell as text, and enter the value again.

  ADT!F2: AnomalyDetectionThreshold: an error
    found     '#N/A'
    fix       Correct the formula, or put a value there.

  ADT!C3: ServiceReferenceVariant: the program made a number of the value, which was 4.10
    found     '4.1'

  ADT!F3: AnomalyDetectionThreshold: the program keeps 15 digits of a number, so that the last ones may be wrong
    found     '1000000000000000'
    fix       Format the cell as text, and enter the value again.

  ADT!C4: ServiceReferenceVariant: a value cannot contain ',' (0x2C)
    found     '1,5E7'
    fix       Take it out; a file of clause 6.1 has no quoting.

  ADT!E4: WarningThreshold: the value does not have the form of the column (6.3-8)
    found     'TRUE'
    expected  an integer: digits only, no sign, no leading zero
    fix       Write the value in the form that is expected; spreadsheets drop zeros, add thousands
              separators and rewrite dates.

  ADT!F4: AnomalyDetectionThreshold: a value cannot contain '"' (0x22)
    found     'x"'
    fix       Take it out; a file of clause 6.1 has no quoting.

  ADT!D5: TimePeriodHours: the field is null (6.3-9)
    found     null
    expected  a value
    fix       Enter the missing value, or take the record out if it says nothing.

  ADT!J5: a value under no heading
    found     '2025-01-02 03:04:05'

  ADT!K5: a value under no heading
    found     '#REF!'
    fix       Move it to its column, or delete it; a column with a heading of its own is left out.

  ADT!6: the row has values and is hidden, perhaps by a filter
    found     'a hidden row'
    fix       Show the row, and delete it if it is not meant.
"""  # noqa: E501 - a line as it is shown


def test_an_action_in_a_hidden_row_is_reported_by_its_row(here: Path) -> None:
    Path("report.csv").write_text(REPORT)
    path = here / "actions.xlsx"
    from openpyxl import Workbook

    made = Workbook()
    table: Any = made.active
    table.title = "Actions"
    for row in (("RequestID", "Action"), *((key, "Release") for key in KEYS), ("", "")):
        table.append(row)
    table.row_dimensions[3].hidden = True
    table["C9"] = "seen"
    table.row_dimensions[9].hidden = True
    made.save(path)
    ran = run("make", "qcaf", "report.csv", "--actions", "actions.xlsx", "-o", "qcaf.csv")
    assert ran.out == (
        "NOT MADE  actions.xlsx: 1 thing to fix; nothing was written\n\n"
        "  Actions!3: the row has values and is hidden, perhaps by a filter\n"
        "    found     'a hidden row'\n"
        "    fix       Show the row, and delete it if it is not meant.\n"
    )
    table.row_dimensions[3].hidden = False
    made.save(path)
    ran = run("make", "qcaf", "report.csv", "--actions", "actions.xlsx", "-o", "qcaf.csv")
    assert ran.out == "wrote qcaf.csv, 3 records: 3 Release; not signed yet\n"


def reported(change: Any, *words: str) -> str:
    """Why a workbook is not read, once ``change`` was made to it."""
    path = edited(book(Path("sheet.xlsx"), RULES), change)
    return run("make", "adt", path, "-o", "adt.csv", *words).trouble.removeprefix(f"{path}: ")


def hide(columns: str) -> Any:
    def change(opened: Any) -> None:
        for letter in columns:
            opened["ADT"].column_dimensions[letter].hidden = True

    return change


def merge(opened: Any) -> None:
    for number in range(2, 9):
        opened["ADT"].merge_cells(f"H{number}:I{number}")


@pytest.mark.usefixtures("here")
def test_columns_and_cells_that_are_not_what_is_seen() -> None:
    remedy = "(show them, and delete those that are not meant)"
    assert reported(hide("BD")) == f"has hidden columns: B, D {remedy}"
    assert reported(hide("ABCDEFG")) == f"has hidden columns: A, B, C, D, E and 2 more {remedy}"
    assert reported(merge).startswith("has merged cells: ")
    assert reported(merge).endswith(" and 2 more (unmerge them, and give each cell its value)")


def add(opened: Any) -> None:
    for number in range(7):
        opened.create_sheet(f"{number}" + "n" * 20)


def empty(opened: Any) -> None:
    add(opened)
    opened["ADT"].delete_rows(1, 9)


def copy(opened: Any) -> None:
    opened.create_sheet("Copy").append(list(HEADINGS))
    opened.create_sheet("Half").append(list(HEADINGS[:3]))


def conceal(opened: Any) -> None:
    copy(opened)
    opened["Copy"].sheet_state = "hidden"


@pytest.mark.usefixtures("here")
def test_sheets_among_which_one_is_to_be_chosen() -> None:
    names = ", ".join(["ADT", *(f"{number}" + "n" * 20 for number in range(4))]) + " and 3 more"
    assert reported(add, "--sheet", "Other") == f"has no sheet 'Other' (there are: {names})"
    assert reported(empty) == f"no sheet has the headings (say --sheet: {names})"
    assert reported(copy) == "more than one sheet has the headings (say --sheet: ADT, Copy)"
    assert reported(conceal, "--sheet", "Copy") == (
        "the sheet 'Copy' is hidden (show it, or name another one with --sheet)"
    )


@pytest.mark.parametrize(
    ("count", "says"), [(1, "1 cell is a formula"), (2, "2 cells are formulas")]
)
def test_formulas_are_counted(count: int, says: str, here: Path) -> None:
    path = book(Path("sheet.xlsx"), [[*RULES[0][:4], 80, 100]])
    for value in ("80", "100")[:count]:
        substituted(path, f"<v>{value}</v>", f"<f>{value}+0</f><v>{value}</v>")
    ran = run("make", "adt", path, "-o", "adt.csv")
    assert ran.err == f"tadp: {says}: the values that the program last saved were taken\n"


@pytest.mark.parametrize(
    "error",
    [
        "#REF!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#DIV/0!", "#SPILL!", "#CALC!",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["e", "str"])
def test_each_error_is_reported_as_what_it_is(kind: str, error: str, here: Path) -> None:
    path = book(Path("sheet.xlsx"), RULES)
    substituted(path, '<c r="F2".*?</c>', f'<c r="F2" t="{kind}"><v>{error}</v></c>')
    out = run("make", "adt", path, "-o", "adt.csv").out
    assert out.endswith(
        "  ADT!F2: AnomalyDetectionThreshold: an error\n"
        f"    found     '{error}'\n    fix       Correct the formula, or put a value there.\n"
    )


def test_a_file_is_checked_against_when_it_will_be_sent() -> None:
    model = catalogue()
    profile = load_profile("reference", model)
    moment = datetime(2025, 6, 1, 12, 30, 15, 999, tzinfo=UTC)
    reported = setting_of(model, profile, moment)
    assert (reported.now, reported.sent_at) == (moment, moment)
    before = datetime.now(UTC).replace(microsecond=0)
    untold = setting_of(model, profile)
    assert untold.sent_at is None
    assert before <= untold.now <= datetime.now(UTC)
    assert untold.now.microsecond == 0
    assert untold.profile.readings == {**profile.readings, "order-of-checks": "all"}
