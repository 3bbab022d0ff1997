"""A sheet of a workbook (.xlsx): the values that its cells show.

Formulas are not computed and links not followed: what the program last saved is what counts.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from conformance.errors import TadpError
from conformance.model.types.cell import Unreadable
from conformance.phrases import listed
from conformance.preparation.headings import likeness, likest
from conformance.preparation.package import Outline, outlines, unreadable
from conformance.preparation.sheet import Row, Value, is_blank

_ERRORS = {"#REF!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#DIV/0!", "#SPILL!", "#CALC!"}
_LISTED = 5
#: Rows that are read in one go, as it takes longer than a row to silence the library.
_AT_ONCE = 100


def open_workbook(path: Path, headings: Sequence[str], name: str | None) -> WorkbookSheet:
    """The sheet called ``name``, or the only one of which a row has most of ``headings``.

    Raises:
        TadpError: the workbook cannot be read, or has no such sheet, or no only one, or does not
            show it.
    """
    known = outlines(path)
    if not known:
        raise TadpError(
            "is not an Excel workbook", where=str(path), remedy="save it as .xlsx or as CSV"
        )
    if any(outline.strict for outline in known.values()):
        raise TadpError(
            "is saved as Strict Open XML",
            where=str(path),
            remedy="save it as an ordinary Excel workbook (.xlsx)",
        )
    if name is None:
        name = _chosen(path, known, headings)
    elif name not in known:
        raise TadpError(
            f"has no sheet {name!r}", where=str(path), remedy=f"there are: {_names(list(known))}"
        )
    if known[name].hidden:
        raise TadpError(
            f"the sheet {name!r} is hidden",
            where=str(path),
            remedy="show it, or name another one with --sheet",
        )
    return WorkbookSheet(path, name, known[name])


def _chosen(path: Path, known: dict[str, Outline], headings: Sequence[str]) -> str:
    if len(known) == 1:
        return next(iter(known))
    rows = {n: likest(WorkbookSheet(path, n, known[n]).rows(), headings) for n in known}
    fits = {n: likeness(row.values, headings) if row else 0 for n, row in rows.items()}
    best = [n for n, fit in fits.items() if fit and fit == max(fits.values())]
    if len(best) == 1:
        return best[0]
    trouble = "more than one sheet has the headings" if best else "no sheet has the headings"
    raise TadpError(trouble, where=str(path), remedy=f"say --sheet: {_names(best or list(known))}")


class WorkbookSheet:
    """One sheet of a workbook."""

    def __init__(self, path: Path, table: str, outline: Outline) -> None:
        self._path = path
        self._table = table
        self._outline = outline

    @property
    def name(self) -> str:
        return str(self._path)

    @property
    def doubted(self) -> bool:
        return False

    @property
    def remarks(self) -> tuple[str, ...]:
        count = self._outline.formulas
        if not count:
            return ()
        what = "cell is a formula" if count == 1 else "cells are formulas"
        return (f"{count} {what}: the values that the program last saved were taken",)

    def place(self, row: int, column: int | None) -> str:
        """``ADT!D7``, as a formula would name the cell, or ``ADT!7`` for the row."""
        from openpyxl.utils import get_column_letter, quote_sheetname

        plain = self._table.isidentifier() and self._table.isascii()
        table = self._table if plain else quote_sheetname(self._table)
        return f"{table}!{'' if column is None else get_column_letter(column + 1)}{row}"

    def rows(self) -> Iterator[Row]:
        """The rows, numbered as the program shows them.

        Raises:
            TadpError: the sheet cannot be read, or has merged cells or hidden columns, so that
                what is seen is not what would be sent.
        """
        self._require_plain()
        hidden = set(self._outline.hidden_rows)
        for number, cells in enumerate(_cells(self._path, self._table), 1):
            values = tuple(self._value(cell, (number, i)) for i, cell in enumerate(cells, 1))
            if not all(map(is_blank, values)):
                yield Row(number, values, number in hidden)

    def _require_plain(self) -> None:
        outline = self._outline
        if outline.merged:
            raise TadpError(
                f"has merged cells: {_names(outline.merged)}",
                where=self.name,
                remedy="unmerge them, and give each cell its value",
            )
        if outline.hidden_columns:
            from openpyxl.utils import get_column_letter

            letters = [get_column_letter(number) for number in outline.hidden_columns]
            raise TadpError(
                f"has hidden columns: {_names(letters)}",
                where=self.name,
                remedy="show them, and delete those that are not meant",
            )

    def _value(self, cell: Any, place: tuple[int, int]) -> Value:
        if place in self._outline.without_value:
            return Unreadable(
                "a formula whose value was not saved",
                "a formula",
                "Open the sheet in a spreadsheet program and save it, or put the value in place "
                "of the formula.",
            )
        value = cell.value
        if value is None:
            return ""
        if cell.data_type == "e" or (isinstance(value, str) and value in _ERRORS):
            return Unreadable("an error", str(value), "Correct the formula, or put a value there.")
        if isinstance(value, (str, int, float, bool, datetime)):
            return value
        return Unreadable(
            "the program made a date or a time of it",
            str(value),
            "Format the cell as text, and enter the value again.",
        )


def _names(names: list[str]) -> str:
    return listed([name[:60] for name in names], _LISTED)


def _cells(path: Path, table: str) -> Iterator[Sequence[Any]]:
    """The cells of each row from the first on, as the library reads them.

    Raises:
        TadpError: the library cannot make sense of the workbook.
    """
    import openpyxl

    # The library forgets to close a file that it cannot make sense of.
    with path.open("rb") as file:
        try:
            with _no_warnings():
                book = openpyxl.load_workbook(
                    file, read_only=True, data_only=True, keep_links=False
                )
                sheet = book[table]
                sheet.reset_dimensions()
                rows = sheet.iter_rows()
            while True:
                with _no_warnings():
                    some = list(islice(rows, _AT_ONCE))
                if not some:
                    return
                yield from some
        except Exception as error:
            # Whatever is wrong in such a file surfaces as some error deep in the library.
            raise unreadable(path, _first_line(error)) from None


@contextmanager
def _no_warnings() -> Iterator[None]:
    """The library warns of what it leaves out; nothing of that bears on values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _first_line(error: Exception) -> Exception:
    text = (str(error) or type(error).__name__).splitlines()[0]
    return ValueError(text[:120])
