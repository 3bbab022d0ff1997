"""The matrix of an assessment as CSV: a row for each requirement and each case that bears on it.

A cell that a spreadsheet would take for a formula is given an apostrophe in front.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.report.assessed.claims import NOT_STATED, Claim, claims_of
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
    "seconds", "again", "show", "claimed", "tested", "met",
)  # fmt: skip


def coverage_of(report: Table) -> str:
    """The report as CSV (RFC 4180) with a header; what was not tested is at its end."""
    return csv_of(COLUMNS, _rows(report))


def _rows(report: Table) -> Iterator[list[str]]:
    claims = {one.id: one for one in claims_of(report)}
    shown: set[str] = set()
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
                *_claim(claims.get(root)),
            ]
            shown.add(root)
    for one in claims.values():
        if one.id not in shown and one.claimed != NOT_STATED:
            row = dict.fromkeys(COLUMNS, "")
            row |= {"requirement": one.id, "status": "not asked", "reason": one.comment}
            if one.claimed == "yes":
                row["status"] = "claimed, not tested"
            yield [*list(row.values())[:-3], *_claim(one)]
    for entry in report["not_tested"]:
        row = dict.fromkeys(COLUMNS, "")
        row |= {"requirement": entry["what"], "status": "not tested", "reason": entry["why"]}
        yield list(row.values())


def _claim(claim: Claim | None) -> tuple[str, str, str]:
    """Return whether a requirement is claimed, tested and met; nothing without a statement."""
    return (claim.claimed, claim.tested, claim.result) if claim else ("", "", "")
