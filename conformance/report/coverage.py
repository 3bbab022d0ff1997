"""The raw report as CSV for a spreadsheet: a row for each requirement of each submission.

A cell that a spreadsheet would take for a formula (one that begins with =, +, -, @, a tab or a
carriage return) is given an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from conformance.report.edition_files import file_lines
from conformance.report.headline import headline
from conformance.report.outline import outcomes_of
from conformance.report.wording import Table, line_of, not_covered, notes_of

COLUMNS = (
    "submission", "kind", "edition", "verdict", "headline", "requirement", "clause", "actor",
    "basis", "testable", "status", "rests on", "notes", "by other readings", "findings",
    "first finding", "reason",
    "through", "would show it", "statement", "source", "checked as of", "run at", "fails on",
    "edition files", "not covered",
)  # fmt: skip
#: Characters that make a cell a formula in a spreadsheet, in ASCII and as wide characters.
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def coverage_of(report: Table) -> str:
    """The report as CSV (RFC 4180) with a header."""
    return csv_of(COLUMNS, (row for s in report["submissions"] for row in _rows(s, report)))


def csv_of(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """``rows`` as CSV (RFC 4180) below a header, none of its cells a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return out.getvalue()


def _rows(submission: Table, report: Table) -> Iterator[list[str]]:
    which = [submission[name] for name in ("source", "kind", "edition", "verdict")]
    which.append(headline(submission, report))
    made = [
        report["checked_at"],
        report["run_at"],
        " ".join(report["fail_on"]),
        " ".join(file_lines(report)),
        not_covered(report),
    ]
    for outcome in outcomes_of(submission, report):
        result, words = outcome.result, outcome.words
        yield [
            *which,
            *(result[n] for n in ("id", "clause", "actor", "basis", "testable", "status")),
            outcome.grounds,
            " ".join(notes_of(result)),
            "; ".join(outcome.otherwise),
            str(result["count"]),
            *([line_of(first) for first in result["findings"][:1]] or [""]),
            result["reason"] or "",
            " ".join(result["through"]),
            outcome.missing,
            words["statement"],
            words["source"],
            *made,
        ]


def plain(cell: str) -> str:
    """``cell`` so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
