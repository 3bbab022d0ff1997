"""The template of clause 2.2(b): a sheet with the columns of a profile, to be filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from conformance.model.column import Column, Role
from conformance.model.profile import FileFormat, Profile
from conformance.preparation import description
from conformance.preparation.sheet_style import (
    LAST_ROW,
    plain,
    put,
    put_heading,
    put_list,
    put_notes,
    rule_rows,
    saved,
    set_page,
)
from conformance.records import Dialect

_LISTS = "Lists"
_NOTES = "Notes"


class Template(Struct, frozen=True):
    """The parts of a template. ``rows`` are values that are in it already."""

    profile: Profile
    layout: FileFormat
    dialect: Dialect
    rows: Iterable[Sequence[str]] = ()

    def text(self) -> bytes:
        """The template as CSV in the dialect of clause 6.1; the headings, and the rows."""
        separator, end = self.dialect.field_separator.decode(), self.dialect.record_separator
        names = [column.name for column in self.columns]
        return b"".join(separator.join(row).encode() + end for row in (names, *self._asked()))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that a sheet has."""
        return tuple(self.layout.columns[index] for index in self.layout.asked)

    def _asked(self) -> Iterator[Sequence[str]]:
        columns = [(index, self.layout.columns[index].type) for index in self.layout.asked]
        for row in self.rows:
            yield [kind.in_sheet(row[index]) if row[index] else "" for index, kind in columns]

    def workbook(self) -> bytes:
        """The template as a workbook (.xlsx), with lists to choose from and notes."""
        from openpyxl import Workbook

        book = Workbook()
        table = book.active
        table.title = self.layout.kind.value.upper()
        notes = book.create_sheet(_NOTES)
        lists = book.create_sheet(_LISTS)
        lists.sheet_state = "hidden"
        for number, column in enumerate(self.columns, 1):
            self._heading(table, number, column)
            choice = column.type.as_read({}, self.dialect.actions).choices
            if choice:
                put_list(lists, number, (column.name, *choice))
            self._validation(table, number, column, len(choice))
        last = 1
        for last, row in enumerate(self._asked(), 2):
            for position, value in enumerate(row, 1):
                if value:
                    cell = table.cell(last, position)
                    put(cell, value)
                    cell.number_format = number_format(self.columns[position - 1])
        rule_rows(table, [number_format(column) for column in self.columns], last)
        set_page(table, [_width(column) for column in self.columns])
        put_notes(notes, list(description.notes(self.profile, self.layout, self.dialect.actions)))
        return saved(book)

    def _heading(self, table: Any, number: int, column: Column) -> None:
        from openpyxl.utils import get_column_letter

        words = description.meaning(column), description.form(column, self.dialect.actions)
        put_heading(table, number, column.name, " ".join(filter(None, words)))
        dimension = table.column_dimensions[get_column_letter(number)]
        dimension.number_format = number_format(column)

    def _validation(self, table: Any, number: int, column: Column, choices: int) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        letter = get_column_letter(number)
        limits = _limits(column)
        if choices:
            limits = {
                "type": "list",
                "formula1": f"{_LISTS}!${letter}$2:${letter}${choices + 1}",
            }
        if not limits:
            return
        validation = DataValidation(
            **limits,
            allow_blank=column.nullable,
            showErrorMessage=True,
            errorTitle=column.name[:32],
            error=plain(description.form(column, self.dialect.actions))[:225],
        )
        validation.add(f"{letter}2:{letter}{LAST_ROW}")
        table.add_data_validation(validation)


def number_format(column: Column) -> str:
    """Text where a program would mangle a value, and whole numbers elsewhere."""
    return "0" if column.type.is_number else "@"


def _limits(column: Column) -> dict[str, Any]:
    """The validation of a column without a list, as a program's terms have it."""
    if column.type.cell_limits is None:
        return {}
    low, high = column.type.cell_limits
    kind = "whole" if column.type.is_number else "textLength"
    return {"type": kind, "operator": "between", "formula1": low, "formula2": high}


def _width(column: Column) -> int:
    if column.role is Role.VARIANT:
        return 24
    return column.type.cell_width or max(12, len(column.name) + 4)
