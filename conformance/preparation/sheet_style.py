"""How sheets look that are to be filled in: headings, borders, and what a printer makes of them."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

#: The row that a program ends at; validations go down to it.
LAST_ROW = 1 << 20
#: Rows below the heading that have borders, at least: as many as a page has room for.
RULED = 25
#: Rows that have borders, at most: who prints more has them as a file.
_MOST_RULED = 10_000
#: Characters across a page at full size, upright; a wider sheet is printed across.
_UPRIGHT = 85
_WIDEST = 4000
_FONT = "Calibri"
#: The formats of cells: text, as it is typed; and a date and time, in whatever order it is typed.
TEXT, MOMENT = "@", "yyyy-mm-dd hh:mm"
_A4 = 9
#: Points of a line, and pixels of a line and of a character of a note.
_LINE, _NOTE_LINE, _NOTE_CHARACTER = 15, 18, 7
_NOTE_WIDTH = 320


class Column(Struct, frozen=True):
    """A column of text: its heading, what is said there, and the answers to choose from."""

    name: str
    note: str
    choices: tuple[str, ...] = ()
    #: How a program is to show and keep what is typed into it.
    form: str = TEXT

    @property
    def width(self) -> int:
        """The width, in characters."""
        return max(14, len(self.name) + 3, *(len(c) + 3 for c in self.choices))


def save_table(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[str | datetime]]
) -> bytes:
    """Return a workbook of one table, with each text exactly as it is."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    table = book.active
    table.title = title
    lists = book.create_sheet("Lists")
    lists.sheet_state = "hidden"
    widths = [column.width for column in columns]
    for number, column in enumerate(columns, 1):
        put_heading(table, number, column.name, column.note)
        table.column_dimensions[get_column_letter(number)].number_format = column.form
        if column.choices:
            put_list(lists, number, (column.name, *column.choices))
            add_list(table, number, len(column.choices), strict=False)
    last = 1
    for last, row in enumerate(rows, 2):
        for number, value in enumerate(row, 1):
            widths[number - 1] = min(60, max(widths[number - 1], len(str(value)) + 2))
            if isinstance(value, datetime):
                table.cell(last, number).value = value
            elif value:
                put(table.cell(last, number), value)
    rule_rows(table, [column.form for column in columns], last)
    set_page(table, widths)
    return saved(book)


def put(cell: Any, value: str) -> None:
    """Write text that no program takes for a formula, whatever it begins with."""
    cell.value = plain(value)
    cell.data_type = "s"
    cell.number_format = "@"


def plain(text: str) -> str:
    """``text`` without characters that a workbook cannot hold, or that are invisible."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:_WIDEST])


def put_heading(table: Any, number: int, name: str, note: str) -> None:
    """Write the heading of a column, with a note that is shown as a whole."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = table.cell(1, number)
    put(cell, name)
    cell.font = Font(name=_FONT, size=11, bold=True)
    cell.fill = PatternFill("solid", fgColor="DDE6F0")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    comment = Comment(plain(note), "tadp")
    lines = _lines(note, _NOTE_WIDTH // _NOTE_CHARACTER) + 2
    comment.width, comment.height = _NOTE_WIDTH, _NOTE_LINE * lines
    cell.comment = comment


def put_list(lists: Any, column: int, values: Sequence[str]) -> None:
    """Write ``values`` into a column, one below the other."""
    for number, value in enumerate(values, 1):
        put(lists.cell(number, column), value)


def add_list(table: Any, number: int, count: int, *, strict: bool) -> None:
    """Let a column be chosen from the ``count`` values of that column on the sheet of lists."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(number)
    source = f"Lists!${letter}$2:${letter}${count + 1}"
    choice = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=strict)
    choice.add(f"{letter}2:{letter}{LAST_ROW}")
    table.add_data_validation(choice)


def rule_rows(table: Any, formats: Sequence[str], last: int) -> None:
    """Draw the borders of the rows to ``last``, and of as many as a page has room for.

    ``formats`` are those of the columns, which a cell with a border does not take from them.
    """
    from openpyxl.styles import Border, Font, Side

    line = Side(style="thin", color="808080")
    border, font = Border(left=line, right=line, top=line, bottom=line), Font(name=_FONT, size=11)
    for row in range(1, max(min(last, _MOST_RULED), RULED + 1) + 1):
        for number, form in enumerate(formats, 1):
            cell = table.cell(row, number)
            cell.border = border
            if row > 1:
                cell.font = font
                cell.number_format = form


def set_page(table: Any, widths: Sequence[float]) -> None:
    """Set the columns' widths, and print all of them on one page across, under the headings."""
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, 1):
        table.column_dimensions[get_column_letter(number)].width = width
    table.freeze_panes = "A2"
    table.print_title_rows = "1:1"
    table.page_setup.paperSize = _A4
    table.page_setup.orientation = "landscape" if sum(widths) > _UPRIGHT else "portrait"
    table.page_setup.fitToWidth, table.page_setup.fitToHeight = 1, 0
    table.sheet_properties.pageSetUpPr.fitToPage = True
    margins = table.page_margins
    margins.left = margins.right = 0.4
    table.oddFooter.center.text = "&A, page &P of &N"


def put_notes(notes: Any, lines: Sequence[str]) -> None:
    """Write lines of text down a page, each as high as it needs to be."""
    from openpyxl.styles import Alignment, Font

    for number, line in enumerate(lines, 1):
        cell = notes.cell(number, 1)
        put(cell, line)
        cell.font = Font(name=_FONT, size=11)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        notes.row_dimensions[number].height = _LINE * _lines(line, _UPRIGHT)
    set_page(notes, [_UPRIGHT])
    notes.freeze_panes = None
    notes.print_title_rows = None


def _lines(text: str, width: int) -> int:
    """Return how many lines of ``width`` characters a text takes, at most."""
    # Words that do not fit leave the end of a line free.
    return max(1, math.ceil(len(text) / (width * 0.85)))


def saved(book: Any) -> bytes:
    """Return the bytes of a workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
