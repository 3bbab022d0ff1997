"""A document about profiles as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conformance.profiles.document import Document, Section, Table
from conformance.report.markdown import plain


def markdown_of(document: Document) -> str:
    """Return a document as Markdown."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Document) -> Iterator[str]:
    yield f"# {plain(document.title)}"
    yield ""
    yield from (f"- {plain(label)}: {plain(text)}" for label, text in document.facts)
    for section in document.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield ""
    yield f"## {plain(section.title)}"
    if section.sentence:
        yield ""
        yield plain(section.sentence)
    if section.record:
        yield ""
        yield plain(section.record)
    for table in section.tables:
        yield ""
        yield from _table(table)
    if not section.tables and not section.sentence:
        yield ""
        yield "Nothing."


def _table(table: Table) -> Iterator[str]:
    yield _row(table.headings)
    yield _row("---" for _ in table.headings)
    yield from (_row(map(plain, row)) for row in table.rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
