"""Sheets as people fill them in, and workbooks as no one should send them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

SENDER = "70-00-00-00-00-00-00-01"
HEADINGS = ("UserID", "UserRole", "ServiceReferenceVariant", "TimePeriodHours",
            "WarningThreshold", "AnomalyDetectionThreshold")  # fmt: skip
#: Three rules that conform, as text.
RULES = (
    (SENDER, "IS", "7.10", "24", "80", "100"),
    (SENDER, "IS", "", "24", "", "5000"),
    (SENDER, "GS", "1.1.1", "744", "0", "1"),
)
FILE = b"".join(",".join(rule).encode() + b"\n" for rule in RULES)
#: The same, but for one cell (row and column of the rules, from 0).
Cell = tuple[int, int]


def changed(place: Cell, value: Any) -> list[list[Any]]:
    """The rules with another value in one cell."""
    rows: list[list[Any]] = [list(rule) for rule in RULES]
    rows[place[0]][place[1]] = value
    return rows


def text(rows: Sequence[Sequence[str]], separator: str = ",", end: str = "\n") -> str:
    """Rows as a spreadsheet program exports them, quotes where they are needed."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue()


def sheet(rows: Sequence[Sequence[str]] = RULES) -> list[Sequence[str]]:
    """The headings, and rows below them."""
    return [HEADINGS, *rows]


def book(path: Path, rows: Sequence[Sequence[Any]], title: str = "ADT") -> Path:
    """A workbook with ``rows`` below the headings; numbers stay numbers."""
    made = Workbook()
    table: Any = made.active
    table.title = title
    for row in (HEADINGS, *rows):
        table.append([None if value == "" else value for value in row])
    made.save(path)
    return path


def edited(path: Path, change: Any) -> Path:
    """The workbook at ``path`` after ``change`` was called with it."""
    opened = load_workbook(path)
    change(opened)
    opened.save(path)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def with_parts(path: Path, parts: Mapping[str, bytes | None]) -> Path:
    """The package at ``path`` with some parts replaced, added or (None) left out."""
    with zipfile.ZipFile(path) as archive:
        found: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    found.update(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in found.items():
            if data is not None:
                archive.writestr(name, data)
    return path


def part(path: Path, name: str = SHEET) -> str:
    """The text of a part of the package at ``path``."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def substituted(path: Path, pattern: str, replacement: str) -> Path:
    """The package with the first match of ``pattern`` in its sheet replaced."""
    data, count = re.subn(pattern, replacement, part(path), count=1)
    assert count == 1, f"nothing like {pattern} in {part(path)[:500]}"
    return with_parts(path, {SHEET: data.encode()})
