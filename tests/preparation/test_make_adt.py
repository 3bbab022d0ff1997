"""A filled-in sheet becomes an ADT File, or the list of its cells that have to be fixed."""

from __future__ import annotations

import codecs
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.model.profiles import extending
from tests.preparation.sheets import (
    FILE,
    HEADINGS,
    RULES,
    SENDER,
    book,
    changed,
    edited,
    sheet,
    text,
)
from tests.running import Ran, check, run

ROOT = Path(__file__).parents[2]
OTHER = ROOT / "tests/generators/other-profile.toml"
#: Requirements that an unsigned file fails.
UNSIGNED = {"6.1-1"}


def make(path: Path, *words: object) -> Ran:
    """Make ``adt.csv`` beside the sheet at ``path``."""
    return run("make", "adt", path, "-o", path.with_name("adt.csv"), *words)


def made(path: Path, *words: object) -> bytes:
    """The file that is made of the sheet, which passes but for its signature."""
    ran = make(path, *words)
    assert ran.code == 0, ran.out + ran.err
    file = path.with_name("adt.csv")
    profile = [w for i, w in enumerate(words) if "--profile" in (w, words[i - 1])]
    assert check(file, "--kind", "adt", *profile).roots == UNSIGNED
    return file.read_bytes()


def refused(path: Path, *words: object) -> Ran:
    """Return the list of what to fix; check that nothing was written."""
    ran = make(path, *words)
    assert ran.code == 1, ran.out + ran.err
    assert ran.out.startswith("NOT MADE  ")
    assert all(line.isprintable() for line in ran.out.splitlines())
    assert not path.with_name("adt.csv").exists()
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    return ran


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "thresholds.csv"


@pytest.fixture
def xlsx(tmp_path: Path) -> Path:
    return tmp_path / "thresholds.xlsx"


# --- CSV ----------------------------------------------------------------------------------------


def test_a_filled_in_template_becomes_a_file(csv: Path) -> None:
    csv.write_text(text(sheet()))
    assert made(csv) == FILE


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_exports_are_understood_whatever_separates(csv: Path, separator: str, end: str) -> None:
    csv.write_bytes(text(sheet(), separator, end).encode())
    assert made(csv) == FILE


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE),
     ("utf-16-be", codecs.BOM_UTF16_BE), ("utf-32-le", codecs.BOM_UTF32_LE)],
)  # fmt: skip
def test_a_byte_order_mark_is_read_over(csv: Path, encoding: str, mark: bytes) -> None:
    csv.write_bytes(mark + text(sheet()).encode(encoding))
    assert made(csv) == FILE


def test_windows_characters_are_read_where_they_do_not_matter(csv: Path) -> None:
    rows = [[*row, "£ née"] for row in RULES]
    csv.write_bytes(text([[*HEADINGS, "Größe"], *rows]).encode("cp1252"))
    assert made(csv) == FILE


def test_quotes_around_every_value(csv: Path) -> None:
    rows = [",".join(f'"{value}"' for value in row) for row in sheet()]
    csv.write_text("\n".join(rows))
    assert made(csv) == FILE


def test_excels_line_that_names_the_separator(csv: Path) -> None:
    csv.write_text("sep=;\r\n" + text(sheet(), ";", "\r\n"))
    assert made(csv) == FILE


@pytest.mark.parametrize("before", ["\n", "\r\n\r\n", ",,\n"])
def test_blank_lines_before_the_headings_are_left_out(csv: Path, before: str) -> None:
    csv.write_text(before + text(sheet()))
    assert made(csv) == FILE


def test_blank_rows_and_trailing_columns_are_left_out(csv: Path) -> None:
    rows = [[*row, "", " "] for row in sheet()]
    csv.write_text(text([rows[0], [""] * 8, *rows[1:3], [" "] * 8, [], rows[3], [""] * 8]))
    assert made(csv) == FILE


def test_headings_are_matched_by_name_in_any_order(csv: Path) -> None:
    order = [5, 0, 3, 2, 1, 4]
    rows = [[row[i] for i in order] for row in sheet()]
    rows[0] = ["anomaly detection threshold", " User ID ", "TIMEPERIODHOURS",
               "Service_Reference_Variant", "user-role", "WarningThreshold"]  # fmt: skip
    csv.write_text(text(rows))
    assert made(csv) == FILE


def test_a_column_with_another_heading_is_left_out_and_reported(csv: Path) -> None:
    rows = [["Reviewed by", *row] for row in sheet()]
    for row in rows[1:]:
        row[0] = "Alice"
    csv.write_text(text(rows))
    assert "line 1, column 1: 'Reviewed by' is not a column of the file; left out" in make(csv).err
    csv.with_name("adt.csv").unlink()
    assert made(csv) == FILE


def test_spaces_beside_values_are_left_out_and_reported(csv: Path) -> None:
    csv.write_text(text(sheet(changed((1, 1), " IS\u00a0"))))
    ran = make(csv)
    assert ran.err == "tadp: spaces beside the value were left out (line 3, column 2)\n"
    assert csv.with_name("adt.csv").read_bytes() == FILE


def test_a_quoted_line_break_does_not_shift_the_lines(csv: Path) -> None:
    rows = [[*HEADINGS, "Why"], [*RULES[0], "two\nlines"], [*changed((1, 1), "XX")[1], ""]]
    csv.write_text(text(rows))
    assert "  line 4, column 2: UserRole: the value is not one of those listed" in refused(csv).out


@pytest.mark.parametrize(
    ("place", "value", "where", "says"),
    [
        ((0, 0), "70-00-00-00-00-00-00-0g", "line 2, column 1", "does not have the form"),
        ((0, 1), "", "line 2, column 2", "UserRole: the field is null"),
        ((1, 0), "70-00-00-00-00-00-00-02", "line 3, column 1", "is another User ID"),
        ((1, 2), "n/a", "line 3, column 3", "a word in place of a null"),
        ((1, 3), "745", "line 3, column 4", "the number is too large"),
        ((1, 3), "007", "line 3, column 4", "does not have the form"),
        ((1, 5), "1.5", "line 3, column 6", "does not have the form"),
        ((1, 5), "5,000", "line 3, column 6", "a value cannot contain ',' (0x2C)"),
        ((1, 5), "5\n000", "line 3, column 6", "LF (0x0A)"),
        ((1, 5), "1.5E+09", "line 3, column 6", "the program shortened the number"),
        ((2, 2), "6.5", "line 4, column 3", "may not be sent in the User Role GS"),
        ((2, 4), "2", "line 4, column 5", "is above AnomalyDetectionThreshold"),
        ((2, 4), "▲", "line 4, column 5", "U+25B2"),
        ((2, 4), "é", "line 4, column 5", "a character that the file may not have"),
    ],
)
def test_a_value_that_the_checker_would_fail_is_refused_at_its_cell(
    csv: Path, place: tuple[int, int], value: str, where: str, says: str
) -> None:
    csv.write_text(text(sheet(changed(place, value))), "utf-8")
    out = refused(csv).out
    assert ": 1 thing to fix; nothing was written\n" in out
    (line,) = [line for line in out.splitlines() if line.startswith("  line ")]
    assert line.startswith(f"  {where}: ")
    assert says in line
    assert "    fix       " in out


def test_all_that_is_wrong_is_reported_at_once(csv: Path) -> None:
    rows = [list(row) for row in RULES]
    rows[0][1], rows[0][3], rows[1][0], rows[1][5], rows[2][4] = "XX", "0", "x,y", "-1", "9"
    csv.write_text(text(sheet(rows)))
    out = refused(csv).out
    assert ": 5 things to fix" in out
    places = [line.split(":")[0] for line in out.splitlines() if line.startswith("  line ")]
    assert places == ["  line 2, column 2", "  line 2, column 4", "  line 3, column 1",
                      "  line 3, column 6", "  line 4, column 5"]  # fmt: skip


def test_the_list_is_capped_and_the_rest_counted(csv: Path) -> None:
    csv.write_text(text(sheet([[SENDER, "XX", "", str(i), "9,9", "1"] for i in range(1, 301)])))
    out = refused(csv).out
    assert ": 600 things to fix" in out
    assert len([line for line in out.splitlines() if line.startswith("  line ")]) == 50
    assert "  and 550 more like these\n" in out


def test_two_rows_with_one_key_are_named_by_their_lines(csv: Path) -> None:
    csv.write_text(text([HEADINGS, [], RULES[0], RULES[1], RULES[0]]))
    out = refused(csv).out
    assert "line 5, column 1" in out
    assert "the same as in line 3" in out
    assert "record" not in out.replace("no record before", "")


def test_a_row_whose_key_cannot_be_read_is_not_reported_to_be_another_one(xlsx: Path) -> None:
    day = datetime(2026, 1, 12)
    rows = [changed((0, 2), day)[0], changed((0, 2), 4.1)[0], changed((0, 2), "")[0],
        changed((0, 4), "80,5")[0], changed((0, 4), "90,5")[0]]  # fmt: skip
    out = refused(book(xlsx, rows)).out
    assert "ADT!C2: " in out
    assert "ADT!C3: " in out
    # The last two are the same for all that can be read of their keys; the blank one is not.
    assert out.count("the same as in") == 1
    assert "  ADT!A6: UserID and UserRole and ServiceReferenceVariant" in out


def test_headings_that_are_missing_or_there_twice(csv: Path) -> None:
    rows = [list(row) for row in sheet()]
    rows[0][4] = "WarningTreshold"
    rows = [[*row, row[1]] for row in rows]
    csv.write_text(text(rows))
    out = refused(csv).out
    assert "line 1: there is no heading WarningThreshold" in out
    assert "line 1, column 7: the heading UserRole is there twice" in out


def test_a_sheet_without_headings(csv: Path) -> None:
    csv.write_text(text(RULES))
    assert "line 1: the first row has no headings" in refused(csv).out


def test_a_value_under_no_heading(csv: Path) -> None:
    csv.write_text(text([*sheet(RULES[:2]), [*RULES[2], "", "stray"]]))
    out = refused(csv).out
    assert "line 4, column 8: a value under no heading" in out
    assert "found     'stray'" in out


def test_a_sheet_with_nothing_below_the_headings(csv: Path) -> None:
    csv.write_text(text([HEADINGS]))
    assert "the file is empty (6.3-5)" in refused(csv).out


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty (`tadp template adt` writes a sheet)"),
        (b"\0\1\2\3", "is not text (save the sheet as CSV (UTF-8) or as .xlsx)"),
        (b"\x81\xff", "is not text"),
        (b"%PDF-1.7", "is a PDF, which is not read here (save it as .xlsx or as CSV)"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le").rjust(900, b"\0"),
            "is an old Excel workbook (.xls), which is not read here",
        ),
        (
            b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "is an OpenDocument spreadsheet (.ods), which is not read here",
        ),
        (",".join(HEADINGS).encode() + b'\n"70', "line 2 cannot be read"),
        (b"UserID," + b"x" * 200_000, "line 1 is too long for a sheet"),
    ],
)
def test_a_file_that_is_not_a_sheet_is_reported_in_one_line(
    csv: Path, data: bytes, says: str
) -> None:
    csv.write_bytes(data)
    assert says in make(csv).trouble


@pytest.mark.parametrize("name", ["adt.xlsx", "adt.XLS", "adt.ods"])
def test_csv_is_not_written_under_the_name_of_a_workbook(csv: Path, name: str) -> None:
    output = csv.with_name(name)
    ran = run("make", "adt", csv, "-o", output)
    assert (ran.code, output.exists()) == (2, False)
    assert "is not a name for a CSV file" in ran.trouble
    assert "write to adt.csv" in ran.trouble


# --- Workbooks ----------------------------------------------------------------------------------


def test_a_workbook_becomes_a_file(xlsx: Path) -> None:
    assert made(book(xlsx, RULES)) == FILE


def test_numbers_are_written_as_the_file_has_them(xlsx: Path) -> None:
    rows = [list(row) for row in RULES]
    for row in rows:
        row[3:] = [float(v) if v else None for v in row[3:]]  # type: ignore[misc]
    rows[2][2] = "1.1.1"
    assert made(book(xlsx, rows)) == FILE


@pytest.mark.parametrize(
    ("place", "value", "cell", "says"),
    [
        ((0, 2), 7.1, "ADT!C2", "which was 7.1 or 7.10"),
        ((0, 2), 4.1, "ADT!C2", "which was 4.10"),
        ((1, 3), 24.5, "ADT!D3", "does not have the form of the column"),
        ((1, 3), -1, "ADT!D3", "does not have the form of the column"),
        ((1, 5), 12345678901234567890, "ADT!F3", "the program keeps 15 digits"),
        ((1, 5), 1e22, "ADT!F3", "the program keeps 15 digits"),
        ((1, 2), datetime(2025, 1, 12), "ADT!C3", "the program made a date of the value"),
        ((2, 1), True, "ADT!B4", "UserRole: the value is not one of those listed"),
        ((2, 5), "#REF!", "ADT!F4", "an error"),
        ((2, 5), "=1+1", "ADT!F4", "a formula whose value was not saved"),
    ],
)
def test_a_value_that_a_program_has_changed_is_refused_at_its_cell(
    xlsx: Path, place: tuple[int, int], value: Any, cell: str, says: str
) -> None:
    out = refused(book(xlsx, changed(place, value))).out
    assert ": 1 thing to fix; nothing was written\n" in out
    (line,) = [line for line in out.splitlines() if line.startswith("  ADT!")]
    assert line.startswith(f"  {cell}: ")
    assert says in out


def test_a_number_that_can_only_be_one_variant_is_that_one(xlsx: Path) -> None:
    assert b",IS,2.1," in made(book(xlsx, changed((0, 2), 2.1)))


# --- Other profiles -----------------------------------------------------------------------------

_NAMES = ("Sequence", "Sender", "Service", "From", "Ceiling", "Floor", "Comment")
_ROWS: list[list[Any]] = [
    [1, SENDER.lower().replace("01", "0a"), "alpha", datetime(2025, 6, 1, 8, 30), 9, 1, "Abc"],
    [2, SENDER.replace("01", "0A"), "", datetime(2025, 6, 1), 0, "", ""],
]


def other_book(path: Path, rows: list[list[Any]]) -> Path:
    from openpyxl import Workbook

    made = Workbook()
    table: Any = made.active
    for row in (_NAMES, *rows):
        table.append([None if value == "" else value for value in row])
    made.save(path)
    return path


def test_another_profile_has_its_own_columns_and_dates(xlsx: Path) -> None:
    ran = make(other_book(xlsx, _ROWS), "--profile", OTHER)
    assert ran.code == 0, ran.out
    assert "was taken as UK time, and is written in UTC (Sheet!D2, Sheet!D3)" in ran.err
    xlsx.with_name("adt.csv").unlink()
    assert made(xlsx, "--profile", OTHER) == (
        b"1,70-00-00-00-00-00-00-0a,alpha,2025-06-01T07:30:00Z,9,1,Abc\n"
        b"2,70-00-00-00-00-00-00-0A,,2025-05-31T23:00:00Z,0,,\n"
    )


def test_another_profile_refuses_by_its_own_rules(xlsx: Path) -> None:
    rows = [list(row) for row in _ROWS]
    rows[0][5], rows[1][6] = 10, "abc"
    out = refused(other_book(xlsx, rows), "--profile", OTHER).out
    assert "Sheet!F2: Floor is above Ceiling" in out
    assert "Sheet!G3: Comment: the value does not have the form of the column" in out


def test_the_end_of_the_file_is_as_the_profile_reads_it(csv: Path, tmp_path: Path) -> None:
    readings = '[readings]\nfinal-line-feed = "separator"\norder-of-checks = "in-order"\n'
    profile = extending(tmp_path.parent, readings, name=tmp_path.name)
    csv.write_text(text(sheet()))
    assert made(csv, "--profile", profile) == FILE.removesuffix(b"\n")
    csv.with_name("adt.csv").unlink()
    csv.write_text(text(sheet(changed((0, 1), "XX"))))
    refused(csv, "--profile", profile)


# --- Files --------------------------------------------------------------------------------------


def test_where_fields_may_be_quoted_separators_and_quotes_are_written_so(
    csv: Path, tmp_path: Path
) -> None:
    profile = extending(
        tmp_path,
        '[readings]\nquotes = "rfc4180"\n[files.adt]\nkey = ["Number"]\nrules = []\n'
        'columns = [{ name = "Number", type = "integer" }, '
        '{ name = "Comment", type = "text", pattern = "[ -~]*", nullable = true }]\n',
    )
    csv.write_text('Number,Comment\n1,"a, ""b"""\n2,"say ""x"""\n3,plain\n4,\n')
    written = b'1,"a, ""b"""\n2,"say ""x"""\n3,plain\n4,\n'
    assert made(csv, "--profile", profile) == written


def test_a_file_is_not_replaced_unasked(csv: Path) -> None:
    csv.write_text(text(sheet()))
    there = csv.with_name("adt.csv")
    there.write_bytes(b"precious")
    assert make(csv).trouble == (
        f"{there}: is there already (name a new file with --output, or say --overwrite)"
    )
    assert there.read_bytes() == b"precious"
    assert make(csv, "--overwrite").code == 0
    assert there.read_bytes() == FILE


def test_the_sheet_is_never_replaced(csv: Path) -> None:
    csv.write_text(text(sheet()))
    ran = run("make", "adt", csv, "-o", csv, "--overwrite")
    assert "is an input, and no place for what is written" in ran.trouble
    assert csv.read_text() == text(sheet())


def test_control_characters_in_a_sheet_do_not_reach_the_terminal(csv: Path) -> None:
    csv.write_text(text(sheet(changed((0, 1), "\x1b[31mred\u202e"))), "utf-8")
    refused(csv)
    csv.write_text(text([["\x1b[31m", "UserID"], *RULES]))
    refused(csv)


@pytest.mark.parametrize("titles", [1, 3])
def test_titles_above_the_headings_are_to_be_removed(csv: Path, xlsx: Path, titles: int) -> None:
    above = [["Thresholds for June", *[""] * 5]] * titles
    csv.write_text(text([*above, *sheet()], ";"))
    said = f"the headings are in row {titles + 1}, not in the first row"
    assert (ran := refused(csv)).out.count(said) == 1
    assert "Remove the rows above the headings." in ran.out
    csv.unlink()
    edited(book(xlsx, RULES), lambda one: one.active.insert_rows(1, titles))
    edited(xlsx, lambda one: one.active.cell(1, 1, "Thresholds for June"))
    assert f"ADT!1: {said}" in refused(xlsx).out


def test_a_code_that_may_have_lost_a_zero_is_warned_of(csv: Path) -> None:
    csv.write_text(text(sheet(changed((0, 2), "7.1"))))
    assert b",7.1," in made(csv)
    warned = make(csv, "--overwrite")
    assert "may have dropped a zero" in warned.err
    assert "(line 2, column 3)" in warned.err
    assert make(csv, "--overwrite", "--as-written").err == ""


def test_nothing_is_to_be_signed_again_that_was_never_signed(csv: Path) -> None:
    csv.write_text(text(sheet(changed((0, 2), "99.99"))))
    ran = refused(csv)
    assert "(6.3-11)" in ran.out
    assert "again" not in ran.out


@pytest.mark.parametrize("value", ["40,5", "40.5", "4,05"])
def test_a_fraction_is_not_made_a_larger_number(csv: Path, xlsx: Path, value: str) -> None:
    csv.write_text(text(sheet(changed((0, 4), value)), ";"))
    assert value in refused(csv).out
    csv.unlink()
    assert value in refused(book(xlsx, changed((0, 4), value))).out
