"""Facts about the parts of a workbook, and the limits of a package, tested on both sides."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from conformance.errors import TadpError
from conformance.preparation import package
from conformance.preparation.package import Outline, outlines

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = f"""<workbook xmlns="{MAIN}" xmlns:r="urn:r"><sheets>
<sheet name="One" sheetId="1" r:id="rId1"/><sheet name="Two" sheetId="2" r:id="rId2" state="{{}}"/>
<sheet name="Gone" sheetId="3" r:id="rId9"/></sheets></workbook>"""
RELATIONS = """<Relationships>
<Relationship Id="rId1" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/>
<Relationship Id="rId9" Target="worksheets/sheet9.xml"/></Relationships>"""


def written(path: Path, sheet: str, state: str = "visible", **others: str | bytes) -> Path:
    """Write a package of two sheets, the first one ``sheet``, and of other parts."""
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": BOOK.format(state),
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{MAIN}"/>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (parts | others).items():
            archive.writestr(name, data)
    return path


def rows(*inner: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(inner)}</sheetData></worksheet>'


def outline(tmp_path: Path, sheet: str, **others: str | bytes) -> Outline:
    return outlines(written(tmp_path / "book.xlsx", sheet, **others))["One"]


def refused(tmp_path: Path, sheet: str = rows(), **others: str | bytes) -> str:
    """The line that refuses the package, without its file; each advises the same."""
    path = written(tmp_path / "book.xlsx", sheet, **others)
    with pytest.raises(TadpError) as error:
        outlines(path)
    line = str(error.value)
    assert line.startswith(f"{path}: ")
    assert line.endswith(" (save the sheet as CSV)")
    return line.removeprefix(f"{path}: ").removesuffix(" (save the sheet as CSV)")


# --- What is noted ------------------------------------------------------------------------------


def test_sheets_are_found_by_their_relations_from_the_workbook(tmp_path: Path) -> None:
    found = outlines(written(tmp_path / "book.xlsx", rows()))
    # A sheet without its part does not count.
    assert list(found) == ["One", "Two"]
    assert [one.root for one in found.values()] == ["worksheet", "worksheet"]
    assert [one.hidden for one in found.values()] == [False, False]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_sheet_that_is_not_shown_is_hidden(tmp_path: Path, state: str) -> None:
    found = outlines(written(tmp_path / "book.xlsx", rows(), state))
    assert [one.hidden for one in found.values()] == [False, True]


def test_rows_that_are_not_shown(tmp_path: Path) -> None:
    found = outline(
        tmp_path,
        rows(
            '<row r="2" hidden="1"/>', '<row hidden="true"/>', '<row r="7" hidden="0"/>',
            '<row hidden="false"/>', "<row/>", '<row hidden="1"/>',
        ),
    )  # fmt: skip
    assert found.hidden_rows == [2, 3, 10]


def test_columns_that_are_not_shown(tmp_path: Path) -> None:
    columns = (
        '<cols><col min="2" max="3" hidden="1"/><col min="5" max="5"/><col min="6" max="6" '
        'hidden="0"/><col min="255" max="16384" hidden="true"/></cols>'
    )
    assert outline(tmp_path, columns.join(["<worksheet>", "</worksheet>"])).hidden_columns == [
        2, 3, 255, 256,
    ]  # fmt: skip
    assert outline(tmp_path, '<worksheet><col hidden="1"/></worksheet>').hidden_columns == [0]


def test_merged_cells(tmp_path: Path) -> None:
    merged = '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="C3:C4"/></mergeCells>'
    assert outline(tmp_path, f"<worksheet>{merged}</worksheet>").merged == ["A1:B2", "C3:C4"]


@pytest.mark.parametrize(
    ("cell", "without"),
    [
        ("<f>1</f><v>1</v>", False),
        ("<v>1</v><f>1</f>", False),
        ("<f>1</f>", True),
        ("<f/>", True),
        ("<f>1</f><v/>", True),
        ("<f>1</f><v></v>", True),
        ("<v/><f>1</f>", True),
    ],
)
def test_formulas_and_those_whose_value_was_not_saved(
    tmp_path: Path, cell: str, without: bool
) -> None:
    found = outline(
        tmp_path, rows('<row r="3"><c r="B3"><v>5</v></c>', f'<c r="AB3">{cell}</c><c/></row>')
    )
    assert (found.formulas, found.cells) == (1, 3)
    assert found.without_value == ({(3, 28)} if without else set())
    text = outline(tmp_path, rows(f'<row><c t="str">{cell}</c><c><f>2</f></c></row>'))
    # Of a text, nothing is a value as well; what it says of a text holds for that cell alone.
    assert text.without_value == ({(1, 1)} if "<v" not in cell and without else set()) | {(1, 2)}
    assert text.formulas == 2


def test_a_prefix_is_not_a_matter(tmp_path: Path) -> None:
    sheet = (
        '<x:worksheet xmlns:x="u"><x:row r="1" hidden="1"><x:c r="A1"><x:f>1</x:f></x:c></x:row>'
        "</x:worksheet>"
    )
    found = outline(tmp_path, sheet)
    assert (found.root, found.hidden_rows, found.formulas) == ("worksheet", [1], 1)
    assert found.without_value == {(1, 1)}


def test_strict_open_xml_is_recognised_by_its_namespace(tmp_path: Path) -> None:
    strict = '<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'
    assert outline(tmp_path, strict).strict is True
    assert outline(tmp_path, rows()).strict is False
    inner = '<worksheet><a xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/></worksheet>'
    assert outline(tmp_path, inner).strict is False


def test_a_part_that_is_not_xml_is_left_to_whoever_reads_it(tmp_path: Path) -> None:
    pictures = {"xl/media/image1.png": b"\x89PNG\r\n\x1a\n", "docProps/broken.xml": "<a><b></a>"}
    assert outline(tmp_path, rows(), **pictures).root == "worksheet"


# --- Limits -------------------------------------------------------------------------------------


def test_parts(tmp_path: Path) -> None:
    some = {f"part{number}": b"" for number in range(1_996)}
    assert outline(tmp_path, rows(), **some).root == "worksheet"
    assert refused(tmp_path, **some, more=b"") == "has 2,001 parts"


def test_bytes_that_it_unpacks_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert package.MAXIMUM_BYTES == 128 << 20
    path = written(tmp_path / "book.xlsx", rows(), more=b"x" * 1000)
    with zipfile.ZipFile(path) as archive:
        total = sum(info.file_size for info in archive.infolist())
    monkeypatch.setattr(package, "MAXIMUM_BYTES", total)
    assert outline(tmp_path, rows(), more=b"x" * 1000).root == "worksheet"
    assert refused(tmp_path, more=b"x" * 1001) == (
        f"unpacks to {total + 1:,} bytes, more than the {total:,} that are read"
    )


def test_packing(tmp_path: Path) -> None:
    path = written(tmp_path / "book.xlsx", rows())
    stored = tmp_path / "stored.xlsx"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(stored, "w") as other:
        for name in archive.namelist():
            other.writestr(name, archive.read(name))
    assert list(outlines(stored)) == ["One", "Two"]
    data = bytearray(stored.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1  # the last part is encrypted, it says
    stored.write_bytes(data)
    with pytest.raises(TadpError, match="is packed or encrypted otherwise"):
        outlines(stored)


def test_rows_that_come_in_order(tmp_path: Path) -> None:
    assert outline(tmp_path, rows('<row r="1048576"><c r="A1048576"/></row>')).cells == 1
    sheet = "xl/worksheets/sheet1.xml"
    for inner, says in {
        '<row r="1048577"/>': "has row 1048577 after row 0",
        '<row r="5"/><row r="5"/>': "has row 5 after row 5",
        '<row r="5"/><row r="4"/>': "has row 4 after row 5",
        '<row r="1048576"/><row/>': "has row 1048577 after row 1048576",
        '<row r="123456789"/>': "has row 0 after row 0",
        '<row r="1e3"/>': "has row 0 after row 0",
        '<row r="-1"/>': "has row 0 after row 0",
    }.items():
        assert refused(tmp_path, rows(inner)) == f"{says} ({sheet})"


def test_cells_that_come_in_order(tmp_path: Path) -> None:
    assert outline(tmp_path, rows('<row r="2"><c r="A2"/><c/><c r="IV2"/></row>')).cells == 3
    sheet = "xl/worksheets/sheet1.xml"
    long = "A" * 30
    for inner, says in {
        '<row><c r="IW1"/></row>': "has more than 256 columns",
        '<row><c r="IV1"/><c/></row>': "has more than 256 columns",
        '<row><c r="B1"/><c r="B1"/></row>': "has its cells in no order: B1",
        '<row><c r="B1"/><c r="A1"/></row>': "has its cells in no order: A1",
        '<row><c r="A2"/></row>': "has its cells in no order: A2",
        '<row><c r="a1"/></row>': "has a cell called 'a1'",
        '<row><c r="A0"/></row>': "has a cell called 'A0'",
        '<row><c r="A01"/></row>': "has a cell called 'A01'",
        '<row><c r="AAAA1"/></row>': "has a cell called 'AAAA1'",
        '<row><c r="A12345678"/></row>': "has a cell called 'A12345678'",
        '<row><c r="1"/></row>': "has a cell called '1'",
        f'<row><c r="{long}"/></row>': f"has a cell called '{long[:20]}'",
    }.items():
        assert refused(tmp_path, rows(inner)) == f"{says} ({sheet})"


def test_cells_and_the_area_that_they_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (package.MAXIMUM_CELLS, package.MAXIMUM_COLUMNS) == (1_000_000, 256)
    monkeypatch.setattr(package, "MAXIMUM_CELLS", 5)
    assert outline(tmp_path, rows(*["<row><c/></row>"] * 5)).cells == 5
    says = "has more than 5 cells (xl/worksheets/sheet1.xml)"
    assert refused(tmp_path, rows(*["<row><c/></row>"] * 6)) == says
    # The cells to the left of a cell are read as well: 8 times as much, before the last row.
    wide = [f'<row r="{number}"><c r="T{number}"/></row>' for number in (1, 2)]
    assert outline(tmp_path, rows(*wide, '<row r="3"><c r="A3"/></row>')).cells == 3
    more = '<row r="3"><c r="A3"/></row><row r="4"><c r="A4"/></row>'
    assert refused(tmp_path, rows(*wide, more)) == says


def test_elements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (package.MAXIMUM_ELEMENTS, package.MAXIMUM_OTHERS) == (5_000_000, 200_000)
    monkeypatch.setattr(package, "MAXIMUM_OTHERS", 10)
    monkeypatch.setattr(package, "MAXIMUM_ELEMENTS", 20)
    for root, limit in (("worksheet", 20), ("sst", 20), ("styleSheet", 10)):
        for count, good in ((limit, True), (limit + 1, False)):
            part = f"<{root}>{'<a/>' * (count - 1)}</{root}>"
            if good:
                assert outline(tmp_path, rows(), other=part).root == "worksheet"
            else:
                assert refused(tmp_path, other=part) == "has too many elements (other)"


def test_depth(tmp_path: Path) -> None:
    deep = {depth: "<a>" * depth + "</a>" * depth for depth in (64, 65)}
    assert outline(tmp_path, rows(), other=deep[64] * 1).root == "worksheet"
    # It is the depth that counts: what has ended is above no more.
    assert outline(tmp_path, rows(), other=f"<x>{deep[64][3:-4] * 2}</x>").root == "worksheet"
    assert refused(tmp_path, other=deep[65]) == "is nested too deeply (other)"


def test_texts(tmp_path: Path) -> None:
    limit = 131_072
    text = "<a>" + "x" * limit + "<b/>" + "x" * limit + "</a>"
    assert outline(tmp_path, rows(), other=text).root == "worksheet"
    says = "has a text of more than 131,072 characters (other)"
    assert refused(tmp_path, other=text.replace("<b/>", "x<b/>")) == says
    # The text before an end goes on behind it.
    assert refused(tmp_path, other="<a><b>" + "x" * limit + "</b>x</a>") == says


def test_tags(tmp_path: Path) -> None:
    piece = 1 << 16
    head = "<a>".ljust(piece)
    # At most four texts are kept back, in whole pieces.
    tag = f'<b c="{"x" * (4 * 131_072)}"/></a>'
    assert outline(tmp_path, rows(), other=head + tag).root == "worksheet"
    first = f'<a c="{"x" * 8 * piece}"/>'
    assert outline(tmp_path, rows(), other=first).root == "worksheet"
    longer = f'<b c="{"x" * (4 * 131_072 + 2 * piece)}"/></a>'
    assert refused(tmp_path, other=head + longer) == "has a tag that is too long (other)"


def test_a_document_type_is_refused_in_any_part(tmp_path: Path) -> None:
    says = "declares a document type, as no spreadsheet program does"
    assert refused(tmp_path, other="<!DOCTYPE a><a/>") == f"{says} (other)"
