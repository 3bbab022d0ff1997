"""A matrix of assessments as JSON, CSV, Markdown and one HTML page, fit to be published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from conformance.phrases import beyond
from conformance.report.assessed.matrix import CELLS, Cell, Matrix, Row, record_of
from conformance.report.coverage import csv_of
from conformance.report.markdown import plain
from conformance.report.visible import visible_json, without_commands

#: Cases that Markdown shows; code hosts cut what is longer than a mebibyte.
_MOST = 300
_GOOD = frozenset({"passed", "neutral", "met"})


def _json(matrix: Matrix) -> str:
    return visible_json(record_of(matrix)) + "\n"


def _csv(matrix: Matrix) -> str:
    names = matrix.labels
    rows = [
        *([row.id, "", row.title, *map(_words, row.cells)] for row in matrix.requirements),
        *([" ".join(row.of), row.id, row.title, *map(_words, row.cells)] for row in matrix.cases),
        *(["", "", f"made otherwise: {one}", *[""] * len(names)] for one in matrix.otherwise),
    ]
    return csv_of(("requirement", "case", "title", *names), rows)


def _words(cell: Cell) -> str:
    return f"{cell.state}, {cell.counts} passed" if cell.counts else cell.state


def _markdown(matrix: Matrix) -> str:
    return without_commands("".join(f"{line}\n" for line in _lines(matrix)))


def _lines(matrix: Matrix) -> Iterator[str]:
    yield f"# Appendix AA: {len(matrix.columns):,} assessments of a {matrix.role}"
    yield ""
    for column in matrix.columns:
        yield (
            f"- **{plain(column.name)}**, {plain(column.run_at)}: {column.verdict}. "
            f"{plain(column.sentence)} {plain(column.run)}"
        )
    yield from (f"- Runs made differently: {plain(one)}" for one in matrix.otherwise)
    yield ""
    yield from _table("requirement", matrix, matrix.requirements)
    unlike = [row for row in matrix.cases if row.differs or row.cells[0].state not in _GOOD]
    yield ""
    yield f"## Cases that did not pass everywhere: {len(unlike):,} of {len(matrix.cases):,}"
    if unlike:
        yield ""
        yield from _table("case", matrix, unlike[:_MOST])
    if more := beyond(len(unlike), _MOST, "more, which are in the other forms."):
        yield from ("", more.capitalize())


def _table(what: str, matrix: Matrix, rows: list[Row] | tuple[Row, ...]) -> Iterator[str]:
    yield f"| {what} | {' | '.join(map(plain, matrix.labels))} |"
    yield f"|---|{'---|' * len(matrix.columns)}"
    for row in rows:
        cells = (f"{plain(cell.sign)} {plain(_words(cell))}" for cell in row.cells)
        yield f"| {plain(row.id)} | {' | '.join(cells)} |"


def _html(matrix: Matrix) -> str:
    from conformance.report.page import render_page

    groups = [
        (", ".join(of) or "conforming", list(rows))
        for of, rows in groupby(matrix.cases, key=lambda row: row.of)
    ]
    used = {cell.state for row in (*matrix.requirements, *matrix.cases) for cell in row.cells}
    legend = {state: sign for state, sign in CELLS.items() if state in used}
    return render_page("matrix.html", {"matrix": matrix, "groups": groups, "legend": legend})


#: The writers of a matrix, by the name of its format.
MATRIX_FORMATS: Mapping[str, Callable[[Matrix], str]] = {
    "html": _html,
    "markdown": _markdown,
    "csv": _csv,
    "json": _json,
}
