"""Workbooks as programs write them, and as somebody might write them to do harm."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.preparation import package
from tests.preparation.sheets import (
    FILE,
    HEADINGS,
    RULES,
    SHEET,
    book,
    changed,
    edited,
    part,
    substituted,
    with_parts,
)  # fmt: skip
from tests.preparation.test_make_adt import made, make, refused
from tests.running import run
from tests.sampling import examples


@pytest.fixture
def xlsx(tmp_path: Path) -> Path:
    return book(tmp_path / "thresholds.xlsx", RULES)


# --- Sheets -------------------------------------------------------------------------------------


def with_sheets(path: Path, *titles: str) -> Path:
    def change(opened: Any) -> None:
        for title in titles:
            table = opened.create_sheet(title)
            for row in (HEADINGS, *changed((0, 3), 48)):
                table.append(row)

    return edited(path, change)


def test_the_sheet_with_the_headings_is_found_among_others(xlsx: Path) -> None:
    edited(xlsx, lambda opened: opened.create_sheet("Remarks", 0).append(["Ask Bob", "UserRole"]))
    assert made(xlsx) == FILE


def test_of_two_sheets_with_headings_one_is_chosen_by_name(xlsx: Path) -> None:
    with_sheets(xlsx, "Next year's")
    assert "more than one sheet has the headings" in make(xlsx).trouble
    assert "say --sheet: ADT, Next year's" in make(xlsx).trouble
    assert b",48," in made(xlsx, "--sheet", "Next year's")
    xlsx.with_name("adt.csv").unlink()
    assert made(xlsx, "--sheet", "ADT") == FILE
    assert "has no sheet 'Last' (there are: ADT, Next year's)" in make(
        xlsx, "--sheet", "Last", "--overwrite"
    ).trouble  # fmt: skip


def test_the_place_names_the_sheet_as_a_formula_would(xlsx: Path) -> None:
    with_sheets(xlsx, "Next year's")
    edited(xlsx, lambda opened: opened["Next year's"].cell(2, 2, "XX"))
    assert "  'Next year''s'!B2: UserRole" in refused(xlsx, "--sheet", "Next year's").out


def test_a_sheet_is_chosen_only_in_a_workbook(tmp_path: Path) -> None:
    csv = tmp_path / "thresholds.csv"
    csv.write_text(",".join(HEADINGS))
    assert "has no sheets to choose from (omit --sheet)" in make(csv, "--sheet", "ADT").trouble


# --- What is not seen ---------------------------------------------------------------------------


def test_a_hidden_row_is_refused(xlsx: Path) -> None:
    def hide(opened: Any) -> None:
        opened["ADT"].row_dimensions[3].hidden = True
        opened["ADT"].row_dimensions[9].hidden = True  # there is nothing in that one

    edited(xlsx, hide)
    out = refused(xlsx).out
    assert ": 1 thing to fix" in out
    assert "  ADT!3: the row has values and is hidden, perhaps by a filter\n" in out


def test_hidden_columns_and_merged_cells_are_refused(xlsx: Path) -> None:
    def hide(opened: Any) -> None:
        opened["ADT"].column_dimensions["D"].hidden = True

    assert "has hidden columns: D (show them" in make(edited(xlsx, hide)).trouble
    book(xlsx, RULES)
    edited(xlsx, lambda opened: opened["ADT"].merge_cells("A2:A4"))
    assert "has merged cells: A2:A4 (unmerge them" in make(xlsx).trouble


def test_a_package_of_another_office_program_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "thresholds.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<content/>")
    said = make(path).trouble
    assert "is an OpenDocument spreadsheet (.ods), which is not read here" in said
    assert "save it as .xlsx or as CSV" in said


@pytest.mark.parametrize("words", [(), ("--sheet", "ADT")])
def test_a_hidden_sheet_is_refused(xlsx: Path, words: tuple[str, ...]) -> None:
    def hide(opened: Any) -> None:
        opened.create_sheet("Cover")["A1"] = "Thresholds for the board"
        opened["ADT"].sheet_state = "hidden"

    assert "the sheet 'ADT' is hidden (show it" in make(edited(xlsx, hide), *words).trouble


def test_a_formula_counts_as_the_value_that_was_saved(xlsx: Path) -> None:
    substituted(book(xlsx, changed((0, 5), 100)), "<v>100</v>", "<f>99+1</f><v>100</v>")
    ran = make(xlsx)
    assert ran.err == (
        "tadp: 1 cell is a formula: the values that the program last saved were taken\n"
    )
    assert xlsx.with_name("adt.csv").read_bytes() == FILE


@pytest.mark.parametrize("cell", ["<f>1</f>", "<f>1</f><v/>", "<f>1</f><v></v>", "<v/><f>1</f>"])
def test_a_formula_without_a_value_is_refused_at_its_cell(xlsx: Path, cell: str) -> None:
    substituted(book(xlsx, changed((0, 5), 100)), "<v>100</v>", cell)
    assert "  ADT!F2: AnomalyDetectionThreshold: a formula whose value" in refused(xlsx).out


def test_a_formula_may_give_the_empty_text(xlsx: Path) -> None:
    cell = '<c r="E3" t="str"><f>""</f><v></v></c><c r="F3"'
    assert made(substituted(xlsx, '<c r="F3"', cell)) == FILE


def test_values_of_other_workbooks_are_not_asked_for(xlsx: Path) -> None:
    substituted(book(xlsx, changed((0, 5), 100)), "<v>100</v>", "<f>[1]Elsewhere!A1</f><v>100</v>")
    name = "xl/externalLinks/externalLink1.xml"
    with_parts(xlsx, {name: b'<externalLink xmlns:r="x" r:id="file:///etc/passwd"/>'})
    assert made(xlsx) == FILE


# --- Harm ---------------------------------------------------------------------------------------


def cell_at(place: str) -> Callable[[Path], Path]:
    row = re.sub("[A-Z]", "", place)
    return lambda path: substituted(
        path, "</sheetData>", f'<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>'
    )


def bomb(path: Path) -> Path:
    with_parts(path, {"xl/bomb.xml": b" " * (package.MAXIMUM_BYTES + 1)})
    assert path.stat().st_size < 1 << 20
    return path


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    b"]><sst>&b;</sst>"
)
HARM: dict[str, tuple[Callable[[Path], Path], str]] = {
    "unpacks-to-much": (bomb, "unpacks to"),
    "entities": (lambda p: with_parts(p, {"xl/sharedStrings.xml": LAUGHS}), "declares a document"),
    "entities-in-utf-16": (
        lambda p: with_parts(p, {"xl/styles.xml": LAUGHS.decode().encode("utf-16")}),
        "declares a document",
    ),
    "entities-in-ebcdic": (
        lambda p: with_parts(p, {"a.bin": LAUGHS.replace(b'"1.0"', b'"1.0" encoding="latin-1"')}),
        "declares a document",
    ),
    "a-row-far-away": (cell_at("A1048577"), "has row 1048577 after row 4"),
    "a-row-beyond-numbers": (cell_at("A999999999999"), "has row 0 after row 4"),
    "a-column-far-away": (cell_at("XFD5"), "has more than 256 columns"),
    "rows-in-no-order": (cell_at("A2"), "has row 2 after row 4"),
    "a-cell-of-another-row": (
        lambda p: substituted(p, 'r="B2"', 'r="B3"'), "has its cells in no order: B3"
    ),
    "a-cell-with-no-name": (lambda p: substituted(p, 'r="B2"', 'r="2B"'), "a cell called '2B'"),
    "deep": (
        lambda p: with_parts(p, {"xl/styles.xml": b"<a>" * 100_000}), "is nested too deeply"
    ),
    "many-elements": (
        lambda p: with_parts(p, {"xl/styles.xml": b"<a>" + b"<b/>" * 200_001 + b"</a>"}),
        "has too many elements",
    ),
    "a-long-text": (
        lambda p: substituted(p, '<c r="A1".*?</c>', f'<c r="A1"><v>{"7" * 200_000}</v></c>'),
        "has a text of more than 131,072 characters",
    ),
    "a-long-tag": (
        lambda p: substituted(p, '<c r="A1"', f'<c x="{"7" * 2_000_000}" r="A1"'),
        "has a tag that is too long",
    ),
    "many-parts": (
        lambda p: with_parts(p, {f"p{i}": b"" for i in range(2_001)}), "parts (save the sheet"
    ),
    "no-sheet": (lambda p: with_parts(p, {SHEET: None}), "is not an Excel workbook"),
    "no-workbook": (lambda p: with_parts(p, {"xl/workbook.xml": None}), "is not an Excel workbook"),
    "broken-sheet": (
        lambda p: with_parts(p, {SHEET: part(p)[:-40].encode()}), "is not a workbook that can be"
    ),
    "no-types": (
        lambda p: with_parts(p, {"[Content_Types].xml": None}), "is not a workbook that can be read"
    ),
    "strict": (
        lambda p: substituted(
            p, "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        "is saved as Strict Open XML",
    ),
    "a-string-that-is-not-there": (
        lambda p: substituted(p, '<c r="A1".*?</c>', '<c r="A1" t="s"><v>99</v></c>'),
        "is not a workbook that can be read",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HARM)
def test_a_workbook_that_would_do_harm_is_refused_in_one_line(xlsx: Path, name: str) -> None:
    change, says = HARM[name]
    assert says in make(change(xlsx)).trouble
    assert not xlsx.with_name("adt.csv").exists()


def test_other_packing_is_refused(xlsx: Path) -> None:
    with zipfile.ZipFile(xlsx, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x", b"x")
    assert "is packed or encrypted otherwise" in make(xlsx).trouble


def test_cells_are_counted(xlsx: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAXIMUM_CELLS", 21)
    assert "has more than 21 cells" in make(xlsx).trouble


def test_a_value_near_the_end_of_the_sheet_takes_no_time(xlsx: Path) -> None:
    out = refused(cell_at("IV1048576")(xlsx)).out
    assert "  ADT!IV1048576: a value under no heading\n" in out


@cache
def parts() -> dict[str, str]:
    """The parts of one workbook, the same in each example."""
    with tempfile.TemporaryDirectory() as folder:
        path = book(Path(folder) / "x.xlsx", RULES)
        return {name: part(path, name) for name in zipfile.ZipFile(path).namelist()}


def packed(found: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in found.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return file.getvalue()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A workbook with a few bytes of the package, or of one part, replaced."""
    if draw(st.booleans()):
        whole = packed(parts())
        start = draw(st.integers(0, len(whole)))
        rest = whole[start + draw(st.integers(0, 8)) :]
        return whole[:start] + draw(st.binary(max_size=8)) + rest
    name = draw(st.sampled_from(sorted(parts())))
    text = parts()[name]
    start = draw(st.integers(0, len(text)))
    stop = start + draw(st.integers(0, 12))
    words = ['"', "<", ">", "0", "-1", "1e9", "\0", "t", "", "NaN", "<v>", "r", "s", "&#0;"]
    piece = draw(st.sampled_from(words))
    return packed({**parts(), name: text[:start] + piece + text[stop:]})


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(data=damaged())
def test_any_damage_ends_in_a_file_a_list_or_a_line(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        path, file = Path(name) / "thresholds.xlsx", Path(name) / "adt.csv"
        path.write_bytes(data)
        ran = run("make", "adt", path, "-o", file)
        assert ran.code in (0, 1, 2), ran.err
        if ran.code == 0:
            assert run("check", file, "--kind", "adt", "--only", "6.3").code == 0
        else:
            assert not file.exists()
        for line in (ran.out + ran.err).splitlines():
            assert line.isprintable()
