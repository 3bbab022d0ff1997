"""The meaning of each kind of cell value in each kind of column."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from conformance.errors import TadpError
from conformance.model.column import Column
from conformance.model.types.cell import Text, Tidied, Unreadable
from conformance.model.types.code import Code
from conformance.model.types.decimal_number import DecimalNumber
from conformance.model.types.registry import TYPES
from conformance.preparation.cell import text_of
from conformance.preparation.headings import key_of, likeness, match
from conformance.preparation.refusal import RefusedError
from conformance.preparation.sheet import Row, Value, is_blank
from conformance.preparation.text_sheet import TextSheet

KINDS = {name: Column("C", known) for name, known in TYPES.items()}
CODES = Column("C", Code(values=("7.1", "7.10", "4.10", "2.1", "24", "1e2", "x")))
IMPLIED = (
    DecimalNumber(fraction_digits=2, point="implied"),
    DecimalNumber(fraction_digits=2, point="implied", width=9),
)
AS_TEXT = "Format the cell as text, and enter the value again."
SHORTENED = "the program shortened the number"
DIGITS = "the program keeps 15 digits of a number, so that the last ones may be wrong"
DATE = "the program made a date of the value"


def said(value: Value, column: Column | str) -> tuple[str, Tidied | None]:
    text = text_of(value, KINDS[column] if isinstance(column, str) else column)
    assert isinstance(text, Text), text
    return text.text, text.tidied


def unreadable(value: Value, column: Column | str) -> tuple[str, str]:
    text = text_of(value, KINDS[column] if isinstance(column, str) else column)
    assert isinstance(text, Unreadable), text
    assert text.fix == AS_TEXT
    return text.message, text.found


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("12", ("1200", "000001200")),
        (12, ("1200", "000001200")),
        ("12.5", ("1250", "000001250")),
        (" 12.50 ", ("1250", "000001250")),
        (0.05, ("005", "000000005")),
        # It fills the width, and twelve million would not fit.
        ("000001250", ("00000125000", "000001250")),
    ],
)
def test_a_number_has_its_point_in_a_sheet_where_the_file_implies_it(
    typed: Value, written: tuple[str, str]
) -> None:
    for kind, text in zip(IMPLIED, written, strict=True):
        tidied = None if text == typed else Tidied.POINT
        assert said(typed, Column("C", kind)) == (text, tidied)


@pytest.mark.parametrize("kind", TYPES)
def test_spaces_beside_a_value_are_left_out_but_of_free_text(kind: str) -> None:
    assert said("a b", kind) == ("a b", None)
    free = kind == "text"
    assert said(" a b\u00a0", kind) == ((" a b\u00a0", None) if free else ("a b", Tidied.SPACES))


@pytest.mark.parametrize("kind", [one for one in TYPES if one != "decimal"])
def test_a_point_of_a_whole_number_is_left_out_of_numbers(kind: str) -> None:
    number = kind in ("integer", "period")
    assert said("24.0", kind) == (("24", Tidied.WHOLE) if number else ("24.0", None))
    if number:
        assert said(" 024.000 ", kind) == ("024", Tidied.WHOLE)
    for other in ("24.", "24.01", ".0", "-24.0", "24,0"):
        assert said(other, kind) == (other, None)


@pytest.mark.parametrize("kind", TYPES)
def test_a_number_that_a_program_shortened_is_asked_for_where_it_could_be_one(
    kind: str,
) -> None:
    long = kind in ("integer", "decimal", "period", "request-id", "eui64")
    for text in ("1E+09", "1e9", "1.5E+09", "1,5e09", " 7E2 "):
        if long:
            assert unreadable(text, kind) == (SHORTENED, text.strip())
        else:
            assert said(text, kind)[0].strip() == text.strip()
    for text in ("1E-09", "12E9", "1.E9", "E9", "1E", "1E9x"):
        assert said(text, kind) == (text, None)


@pytest.mark.parametrize(("value", "text"), [(True, "TRUE"), (False, "FALSE")])
def test_a_truth_is_written_as_the_programs_show_it(value: bool, text: str) -> None:
    assert said(value, "integer") == (text, None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2025, 6, 1, 9, 30), "2025-06-01T08:30:00Z"),
        (datetime(2025, 1, 6, 9, 30), "2025-01-06T09:30:00Z"),
        (datetime(2025, 6, 1, 9, 29, 59, 999_000), "2025-06-01T08:30:00Z"),
        (datetime(2025, 6, 1, 9, 30, 0, 1_000), "2025-06-01T08:30:00Z"),
        (datetime(2024, 12, 31, 23, 59, 59, 999_500), "2025-01-01T00:00:00Z"),
    ],
)
def test_a_moment_is_uk_time_and_taken_to_the_second(value: datetime, text: str) -> None:
    assert said(value, "instant") == (text, Tidied.MOMENT)


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [(998_999, "998"), (1_001, "001"), (500_000, "500"), (499_999, "499"), (2_000, "002")],
)
def test_a_part_of_a_second_is_not_passed_over(microseconds: int, text: str) -> None:
    moment = datetime(2025, 6, 1, 9, 30, 7, microseconds)
    assert said(moment, "instant") == (f"2025-06-01T08:30:07.{text}Z", None)


@pytest.mark.parametrize(
    ("moment", "happened"),
    [(datetime(2025, 3, 30, 1, 30), "skipped"), (datetime(2025, 10, 26, 1, 30), "showed")],
)
def test_a_moment_at_which_uk_clocks_were_changed_is_not_guessed(
    moment: datetime, happened: str
) -> None:
    text = text_of(moment, KINDS["instant"])
    assert isinstance(text, Unreadable)
    assert text.message.startswith(f"UK clocks {happened} the time")
    assert "2025-06-01T09:30:00+01:00" in text.fix


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2025-06-01T09:30:00+01:00", "2025-06-01T08:30:00Z"),
        ("2025-06-01 09:30 +01:00", "2025-06-01T08:30:00Z"),
        ("2025-06-01T08:30Z", "2025-06-01T08:30:00Z"),
        ("2025-06-01T08:30:00.000Z", "2025-06-01T08:30:00Z"),
    ],
)
def test_a_text_with_an_offset_is_written_in_the_form_of_the_column(text: str, meant: str) -> None:
    assert said(text, "instant") == (meant, Tidied.FORMAT)


def test_a_text_without_a_zone_says_what_to_add() -> None:
    text = text_of("2025-06-01 09:30", KINDS["instant"])
    assert isinstance(text, Unreadable)
    assert (text.message, text.found) == ("the time has no time zone", "2025-06-01 09:30")
    # Nothing is left out, and a day alone is not a time.
    for text in ("2025-06-01T08:30:00.5Z", "2025-06-01", "soon"):
        assert said(text, "instant") == (text, None)


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in ("instant", "date")])
def test_a_date_in_another_column_was_made_by_the_program(kind: str) -> None:
    assert unreadable(datetime(2025, 1, 12), kind) == (DATE, "2025-01-12 00:00:00")


def test_a_date_is_taken_where_it_has_no_time_of_day() -> None:
    assert said(datetime(2025, 1, 12), "date") == ("2025-01-12", Tidied.FORMAT)
    assert unreadable(datetime(2025, 1, 12, 8), "date") == (DATE, "2025-01-12 08:00:00")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (24, "24"), (24.0, "24"), (-3.0, "-3"), (0.1, "0.1"), (7.10, "7.1"), (1e14, "1" + "0" * 14),
        (999_999_999_999_999, "9" * 15), (-999_999_999_999_999, "-" + "9" * 15), (1e-7, "1e-07"),
    ],
)  # fmt: skip
def test_a_number_is_written_in_digits(value: float, text: str) -> None:
    assert said(value, "integer") == (text, None)


@pytest.mark.parametrize("value", [10**15, -(10**15), 1e15, 1e300, float("inf"), float("nan")])
def test_a_number_of_more_than_fifteen_digits_is_asked_for(value: float) -> None:
    assert unreadable(value, "integer") == (DIGITS, str(value))


def test_a_number_that_was_a_code_is_taken_where_there_is_one_answer() -> None:
    assert said(2.1, CODES) == ("2.1", None)
    assert said(24, CODES) == ("24", None)
    assert said(24.0, CODES) == ("24", None)
    assert said(8.5, CODES) == ("8.5", None)
    made = "the program made a number of the value, which was"
    assert unreadable(7.1, CODES) == (f"{made} 7.1 or 7.10", "7.1")
    assert unreadable(4.1, CODES) == (f"{made} 4.10", "4.1")
    assert unreadable(100, CODES) == (f"{made} 1e2", "100")


def test_a_cell_that_cannot_be_read_stays_unreadable() -> None:
    wrong = Unreadable("an error", "#REF!", "Correct it.")
    assert text_of(wrong, KINDS["text"]) is wrong


def test_blank_cells() -> None:
    assert [is_blank(value) for value in ("", " \t\u00a0", "x", 0, False)] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert is_blank(Unreadable("m", "", "x")) is False
    row = Row(3, ("a", "b"))
    assert [row.at(column) for column in (0, 1, 2)] == ["a", "b", ""]


# --- Headings -----------------------------------------------------------------------------------

NAMES = ("UserID", "UserRole")


def sheet() -> TextSheet:
    return TextSheet(Path("sheet.csv"), "utf-8", ",")


def test_headings_are_recognised_by_their_letters() -> None:
    assert key_of(" User_ID ") == key_of("user-id") == key_of("UserID")
    assert key_of(7) == ""
    assert likeness(("user id", "x", 7, "UserRole", "UserRole"), NAMES) == 2
    assert likeness(("x",), NAMES) == 0


def test_headings_are_found_with_the_values_beside_them() -> None:
    found = match(sheet(), Row(2, ("Why", "user role", "", "User-ID", 7, "w" * 70)), NAMES)
    assert (found.row, found.positions) == (2, (3, 1))
    assert found.others == ((0, "Why"), (4, "7"), (5, "w" * 60))


def test_a_heading_that_is_the_same_to_the_letter_comes_first() -> None:
    found = match(sheet(), Row(1, ("user id", "UserID", "UserRole")), NAMES)
    assert (found.positions, found.others) == ((1, 2), ((0, "user id"),))


def test_headings_that_are_missing_or_there_twice() -> None:
    with pytest.raises(RefusedError) as refused:
        match(sheet(), Row(4, ("UserRole", " x ", "", "UserRole")), ("UserID", "UserRole", "Third"))
    assert (refused.value.count, refused.value.name) == (3, "sheet.csv")
    first, second, third = refused.value.troubles
    assert (first.place, first.message) == ("line 4", "there is no heading UserID")
    assert (first.found, first.expected) == ("UserRole, x, UserRole", "UserID")
    assert third.message == "there is no heading Third"
    assert (second.place, second.found) == ("line 4, column 4", "UserRole")
    assert second.expected == "UserRole once; it is in line 4, column 1 too"


def test_of_a_row_without_headings_so_much_is_shown() -> None:
    values = tuple(f"{number} {'v' * 70}" for number in range(14))
    with pytest.raises(RefusedError) as refused:
        match(sheet(), Row(1, values), NAMES)
    (trouble,) = refused.value.troubles
    assert (refused.value.count, trouble.message) == (1, "the first row has no headings")
    assert trouble.found.split(", ") == [value[:60] for value in values[:12]]
    assert trouble.expected == "UserID, UserRole"


# --- Text ---------------------------------------------------------------------------------------


def test_a_line_may_have_131072_characters(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    for length in (131_072, 131_073):
        path.write_text("UserID,Why\na,".ljust(10 + length, "x") + "\n")
        rows = TextSheet(path, "utf-8", ",").rows()
        next(rows)
        if length == 131_072:  # with its line feed
            assert len(str(next(rows).values[1])) == length - 3
            continue
        with pytest.raises(TadpError) as error:
            next(rows)
        assert str(error.value) == f"{path}: line 2 is too long for a sheet"


def test_a_file_may_have_512_mebibytes(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.touch()
    for size in (512 << 20, (512 << 20) + 1):
        os.truncate(path, size)
        with pytest.raises(TadpError) as error:
            TextSheet.open(path, NAMES)
        reported = (
            "is not text" if size == 512 << 20 else "has 536,870,913 bytes, more than the 536,8"
        )
        assert reported in str(error.value)


@pytest.mark.parametrize(
    ("first", "separator"),
    [
        ("UserID,UserRole;x;y;z", ","),
        ("UserID;UserRole,x,y,z", ";"),
        ("a,b;c;d", ";"),
        ("a;b,c;d,e,f", ","),
        ("a|b", "|"),
        ("a\tb", "\t"),
        ("a b", ","),
    ],
)
def test_the_separator_is_the_one_that_finds_most(
    first: str, separator: str, tmp_path: Path
) -> None:
    path = tmp_path / "text.csv"
    path.write_text(f"\n{first}\n1{separator}2\n")
    rows = list(TextSheet.open(path, NAMES).rows())
    assert [row.number for row in rows] == [2, 3]
    assert rows[1].values == ("1", "2")


def test_the_separator_line_of_excel_counts_only_as_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "text.csv"
    for text, numbers in {
        "sep=;\na;b\n": [2],
        "sep=,\na,b\n": [2],
        "a;b\nsep=;\n": [1, 2],
        "sep=;x;y\na;b\n": [1, 2],
        "step=;\na;b\n": [1, 2],
    }.items():
        path.write_text(text)
        assert [row.number for row in TextSheet.open(path, NAMES).rows()] == numbers, text


def test_a_row_begins_on_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "text.csv"
    path.write_text('a,"b\nc\nd"\n\ne,f\n,\ng,h\n')
    rows = list(TextSheet(path, "utf-8", ",").rows())
    assert [(row.number, row.values[0]) for row in rows] == [(1, "a"), (5, "e"), (7, "g")]
    assert TextSheet(path, "utf-8", ",").remarks == ()
    assert sheet().place(7, 2) == "line 7, column 3"
    assert sheet().place(7, None) == "line 7"
