"""All that a workbook (.xlsx) holds, line by line, as far as somebody who fills it in can see."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import load_workbook


def workbook_lines(path: Path) -> Iterator[str]:
    """Each sheet with its columns, cells and what it admits."""
    for table in load_workbook(path).worksheets:
        panes = f", frozen at {table.freeze_panes}" if table.freeze_panes else ""
        yield f"{table.title}: {table.sheet_state}{panes}"
        for letter, column in sorted(table.column_dimensions.items()):
            yield f"  column {letter}: {column.width} wide, {column.number_format}"
        for row in table.iter_rows():
            for cell in row:
                if cell.value is not None or cell.comment:
                    yield from _cell(cell)
        for one in table.data_validations.dataValidation:
            yield f"  {one.sqref} {_admitted(one)}"
    with zipfile.ZipFile(path) as archive:
        drawn = [archive.read(name).decode() for name in archive.namelist() if "Drawing" in name]
    sizes = {size for text in drawn for size in re.findall(r"width:\w+;height:\w+", text)}
    yield f"notes are shown as {' or '.join(sorted(sizes))}"


def _cell(cell: Any) -> Iterator[str]:
    looks = ", bold" * bool(cell.font.bold)
    if cell.fill.fill_type:
        looks += f", {cell.fill.fill_type} {cell.fill.fgColor.rgb}"
    yield f"  {cell.coordinate} {cell.data_type} {cell.number_format}{looks}: {cell.value}"
    if cell.comment:
        yield f"    {cell.comment.author}: {cell.comment.text}"


def _admitted(one: Any) -> str:
    kind = " ".join(str(part) for part in (one.type, one.operator) if part)
    bounds = ", ".join(str(part) for part in (one.formula1, one.formula2) if part is not None)
    blank = "or nothing" if one.allow_blank else "and not nothing"
    shown = "shown" if one.showErrorMessage else "not shown"
    return f"{kind} {bounds} {blank}; {shown}: {one.errorTitle}: {one.error}"
