"""A document about profiles as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from conformance.profiles.document import Document, Section, Table
from conformance.report.style import Style

#: Characters of a line, of a cell before the last, and of the last cell at least.
_WIDE, _CELL, _LAST = 100, 40, 30


def text_of(document: Document, style: Style) -> Iterator[str]:
    """Yield the lines of a document."""
    yield style(document.title, "bold")
    yield from _table(Table(("", ""), document.facts), style)
    for section in document.sections:
        yield ""
        yield from _section(section, style)


def _section(section: Section, style: Style) -> Iterator[str]:
    yield style(section.title, "bold")
    if section.sentence:
        yield from (f"  {line}" for line in _wrapped(section.sentence, _WIDE - 2))
    if section.record:
        # On one line, however long: it is there to be compared and copied.
        yield f"  {section.record}"
    for table in section.tables:
        if section.record:
            yield ""
        yield from _table(table, style)
    if not section.tables and not section.sentence:
        yield "  nothing"


def _table(table: Table, style: Style) -> Iterator[str]:
    shown = [table.headings, *table.rows] if any(table.headings) else list(table.rows)
    widths = [
        min(max((len(row[n]) for row in shown), default=0), _CELL)
        for n in range(len(table.headings) - 1)
    ]
    for number, row in enumerate(shown):
        lines = _row(row, widths)
        heading = number == 0 and any(table.headings)
        yield from (style(line, "dim") for line in lines) if heading else lines


def _row(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Yield the lines of a row; what has no room in its cell goes on below."""
    room = [*widths, max(_WIDE - sum(widths) - 2 * len(widths) - 2, _LAST)]
    cells = [_wrapped(text, width) for text, width in zip(row, room, strict=True)]
    for number in range(max(map(len, cells))):
        parts = [cell[number] if number < len(cell) else "" for cell in cells]
        padded = (part.ljust(width) for part, width in zip(parts, room, strict=True))
        yield ("  " + "  ".join(padded)).rstrip()


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 1), break_on_hyphens=False) or [""]
