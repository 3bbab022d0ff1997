"""A workbook (.xlsx) as a package of XML parts, looked at before any library opens it.

A few bytes can unpack to more than a machine holds, name a cell a million columns away, or
declare entities that multiply. All parts are gone through once, by a parser that keeps nothing
but numbers, and what no spreadsheet program would write is refused. On the way it is noted
what a reader of values alone would not tell: rows out of sight, merged cells, formulas.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from msgspec import Struct, field

from conformance.errors import TadpError

#: Limits of a package: parts, bytes of one and of all of them when unpacked.
MAXIMUM_PARTS = 2_000
MAXIMUM_BYTES = 128 << 20
#: Limits of a sheet: cells that are there, columns, and rows as the programs have them.
MAXIMUM_CELLS = 1_000_000
MAXIMUM_COLUMNS = 256
MAXIMUM_ROW = 1 << 20
#: Elements of a part, and of one that is neither a sheet nor the table of strings; their depth.
MAXIMUM_ELEMENTS = 5_000_000
MAXIMUM_OTHERS = 200_000
MAXIMUM_DEPTH = 64
#: Characters of one text; the programs stop at 32,767. An attribute is not much longer.
MAXIMUM_TEXT = 1 << 17

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_LARGE = ("worksheet", "sst")
_ADVICE = "save the sheet as CSV"


class Outline(Struct):
    """The parts of a sheet beside its values; rows and columns count from 1."""

    root: str = ""
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    formulas: int = 0
    #: Formulas whose value was not saved, as ``(row, column)``.
    without_value: set[tuple[int, int]] = field(default_factory=set)
    cells: int = 0
    strict: bool = False
    hidden: bool = False  #: a sheet that the programs do not show
    hidden_sheets: set[str] = field(default_factory=set)  #: their names
    sheets: dict[str, str] = field(default_factory=dict)  #: relation by name of the sheet
    relations: dict[str, str] = field(default_factory=dict)  #: target by relation


def outlines(path: Path) -> dict[str, Outline]:
    """The outline of every sheet of the workbook at ``path``, by its name.

    Raises:
        TadpError: it is not a workbook, or one that is not read.
    """
    parts: dict[str, Outline] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            _require_moderate(archive, path)
            for info in archive.infolist():
                parts[info.filename.lstrip("/")] = _Part(path, info.filename).read(archive, info)
    except TadpError:
        raise
    except Exception as error:
        # Damaged bytes surface as whatever error the library or its decompressor comes to.
        raise unreadable(path, error) from None
    return _sheets(parts)


def unreadable(path: Path, error: Exception) -> TadpError:
    """The error that the package at ``path`` is broken, as ``error`` has it."""
    return TadpError(
        f"is not a workbook that can be read: {error}", where=str(path), remedy=_ADVICE
    )


def _require_moderate(archive: zipfile.ZipFile, path: Path) -> None:
    infos = archive.infolist()
    if len(infos) > MAXIMUM_PARTS:
        raise TadpError(f"has {len(infos):,} parts", where=str(path), remedy=_ADVICE)
    total = sum(info.file_size for info in infos)
    if total > MAXIMUM_BYTES:
        raise TadpError(
            f"unpacks to {total:,} bytes, more than the {MAXIMUM_BYTES:,} that are read",
            where=str(path),
            remedy=_ADVICE,
        )
    for info in infos:
        known = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if info.compress_type not in known or info.flag_bits & 1:
            raise TadpError("is packed or encrypted otherwise", where=str(path), remedy=_ADVICE)


def _sheets(parts: dict[str, Outline]) -> dict[str, Outline]:
    """The outlines of sheets, by the names that the workbook gives them."""
    found: dict[str, Outline] = {}
    for name, part in parts.items():
        if part.root != "workbook":
            continue
        home = PurePosixPath(name)
        beside = parts.get(str(home.parent / "_rels" / f"{home.name}.rels"), Outline())
        for sheet, relation in part.sheets.items():
            target = beside.relations.get(relation, "")
            whole = target.lstrip("/") if target.startswith("/") else str(home.parent / target)
            if whole in parts:
                found[sheet] = parts[whole]
                found[sheet].hidden = sheet in part.hidden_sheets
    return found


class _Part:
    """Goes through one part."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self.outline = Outline()
        self._depth = self._elements = self._row = self._column = 0
        self._cell = (0, 0)
        self._text = self._unread = 0  # lengths of the text, and of what the parser holds back
        self._formula = self._value = self._inside = self._string = False
        self._area = 0

    def read(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Outline:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        with archive.open(info) as part:
            try:
                while block := part.read(1 << 16):
                    self._unread += len(block)
                    parser.Parse(block, False)
                    if self._unread > 4 * MAXIMUM_TEXT:
                        raise self._refuse("has a tag that is too long")
                parser.Parse(b"", True)
            except expat.ExpatError:
                # A picture, or broken XML; that is seen by whoever reads it, if anyone does.
                pass
        return self.outline

    def _refuse(self, what: str) -> TadpError:
        return TadpError(f"{what} ({self._name})", where=str(self._path), remedy=_ADVICE)

    def _doctype(self, *_: object) -> None:
        raise self._refuse("declares a document type, as no spreadsheet program does")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        self._depth += 1
        self._elements += 1
        self._text = self._unread = 0
        if self._depth == 1:
            self.outline.root = local
            self.outline.strict = any("purl.oclc.org/ooxml" in v for v in attributes.values())
        if self._depth > MAXIMUM_DEPTH:
            raise self._refuse("is nested too deeply")
        if self._elements > (MAXIMUM_ELEMENTS if self.outline.root in _LARGE else MAXIMUM_OTHERS):
            raise self._refuse("has too many elements")
        if self.outline.root == "worksheet":
            self._in_sheet(local, attributes)
        elif local == "sheet" and self.outline.root == "workbook":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            name = attributes.get("name", "")
            self.outline.sheets[name] = relation
            if attributes.get("state", "visible") != "visible":
                self.outline.hidden_sheets.add(name)
        elif local == "Relationship":
            self.outline.relations[attributes.get("Id", "")] = attributes.get("Target", "")

    def _in_sheet(self, local: str, attributes: dict[str, str]) -> None:
        outline = self.outline
        match local:
            case "row":
                self._begin_row(attributes.get("r", ""))
                if attributes.get("hidden") in ("1", "true"):
                    outline.hidden_rows.append(self._row)
            case "c":
                self._begin_cell(attributes.get("r", ""))
                self._string = attributes.get("t") == "str"
            case "f":
                self._formula = True
            case "v":
                # Nothing at all is the empty string if it is a string, and else no value.
                self._inside, self._value = True, self._string
            case "mergeCell":
                outline.merged.append(attributes.get("ref", ""))
            case "col" if attributes.get("hidden") in ("1", "true"):
                first, last = (_number(attributes.get(k, "")) for k in ("min", "max"))
                outline.hidden_columns += range(first, min(last, MAXIMUM_COLUMNS) + 1)

    def _begin_row(self, number: str) -> None:
        row = _number(number) if number else self._row + 1
        if not self._row < row <= MAXIMUM_ROW:
            raise self._refuse(f"has row {row} after row {self._row}")
        self._area += self._column
        self._row, self._column = row, 0

    def _begin_cell(self, name: str) -> None:
        self.outline.cells += 1
        self._cell = self._place(name)
        row, column = self._cell
        if row != self._row or not self._column < column:
            raise self._refuse(f"has its cells in no order: {name[:20]}")
        if column > MAXIMUM_COLUMNS:
            raise self._refuse(f"has more than {MAXIMUM_COLUMNS} columns")
        self._column = column
        if self.outline.cells > MAXIMUM_CELLS or self._area > 8 * MAXIMUM_CELLS:
            raise self._refuse(f"has more than {MAXIMUM_CELLS:,} cells")
        self._formula = self._value = False

    def _place(self, name: str) -> tuple[int, int]:
        if not name:
            return self._row, self._column + 1
        found = _CELL.fullmatch(name)
        if found is None:
            raise self._refuse(f"has a cell called {name[:20]!r}")
        column = 0
        for letter in found[1]:
            column = 26 * column + ord(letter) - ord("A") + 1
        return int(found[2]), column

    def _characters(self, text: str) -> None:
        self._unread = 0
        self._text += len(text)
        if self._text > MAXIMUM_TEXT:
            raise self._refuse(f"has a text of more than {MAXIMUM_TEXT:,} characters")
        self._value = self._value or self._inside

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._inside = False
        if self.outline.root == "worksheet" and tag.rpartition(":")[2] == "c" and self._formula:
            self.outline.formulas += 1
            if not self._value:
                self.outline.without_value.add(self._cell)
            self._formula = False


def _number(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,8}", text) else 0
