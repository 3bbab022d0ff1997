"""The matrix of an assessment as CSV: a row for each requirement and each case that bears on it.

A cell that a spreadsheet would take for a formula is given an apostrophe in front.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.report.assessed.claims import claims_of
from conformance.report.assessed.wording import (
    Table,
    classes,
    named,
    ordered,
    place_text,
    wording_of,
)
from conformance.report.coverage import csv_of

COLUMNS = (
    "requirement", "clause", "case", "kind", "edition", "expected", "seen", "status", "verdict",
    "clause named", "location", "requirements named", "reason", "known failure", "owner",
    "expires", "positive", "statement", "title", "changed", "expected place", "seen places", "said",
    "seconds", "again", "show", "claimed",
)  # fmt: skip


def coverage_of(report: Table) -> str:
    """The report as CSV (RFC 4180) with a header; what was not tested stands at its end."""
    return csv_of(COLUMNS, _rows(report))


def _rows(report: Table) -> Iterator[list[str]]:
    claimed = {one.id: one.claimed for one in claims_of(report)}
    for case in ordered(report):
        for root in classes(case):
            words = wording_of(report, root) if case["roots"] else {}
            excuse = case.get("excuse", {})
            yield [
                root,
                words.get("clause", ""),
                *(case[n] for n in ("id", "kind", "edition", "expected", "outcome", "status")),
                *(case[n] for n in ("verdict", "clause", "location")),
                " ".join(named(case)),
                case["reason"],
                *(excuse.get(n, "") for n in ("reason", "owner", "expires")),
                case["positive"] or "",
                words.get("statement", ""),
                case.get("title", ""),
                "; ".join(case.get("change", ())),
                place_text(case.get("place", {})),
                "; ".join(filter(None, map(place_text, case["reasons"]))),
                "; ".join(reason["message"] for reason in case["reasons"] if "message" in reason),
                str(case.get("seconds", "")),
                *(case.get(n, "") for n in ("again", "show")),
                claimed.get(root, ""),
            ]
    for entry in report["not_tested"]:
        row = dict.fromkeys(COLUMNS, "")
        row |= {"requirement": entry["what"], "status": "not tested", "reason": entry["why"]}
        yield list(row.values())
