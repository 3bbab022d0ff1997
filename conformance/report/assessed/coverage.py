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
    return csv_of(COLUMNS, ([row.get(name, "") for name in COLUMNS] for row in _rows(report)))


def _rows(report: Table) -> Iterator[dict[str, str]]:
    claims = {one.id: one for one in claims_of(report)}
    shown: set[str] = set()
    for case in ordered(report):
        for root in classes(case):
            words = wording_of(report, root) if case["roots"] else {}
            row = {"requirement": root, **_of_case(case), **_claim(claims.get(root))}
            yield row | {name: words[name] for name in ("clause", "statement") if words}
            shown.add(root)
    for one in claims.values():
        if one.id not in shown and one.claimed != NOT_STATED:
            status = "claimed, not tested" if one.claimed == "yes" else "not asked"
            row = {"requirement": one.id, "status": status, "reason": one.comment}
            yield row | _claim(one)
    for entry in report["not_tested"]:
        yield {"requirement": entry["what"], "status": "not tested", "reason": entry["why"]}


def _of_case(case: Table) -> dict[str, str]:
    excuse, reasons = case.get("excuse", {}), case["reasons"]
    return {
        "case": case["id"],
        **{name: case[name] for name in ("kind", "edition", "expected", "status", "reason")},
        **{name: case[name] for name in ("verdict", "location")},
        "seen": case["outcome"],
        "clause named": case["clause"],
        "requirements named": " ".join(named(case)),
        "known failure": excuse.get("reason", ""),
        **{name: excuse.get(name, "") for name in ("owner", "expires")},
        "positive": case["positive"] or "",
        "changed": "; ".join(case.get("change", ())),
        "expected place": place_text(case.get("place", {})),
        "seen places": "; ".join(filter(None, map(place_text, reasons))),
        "said": "; ".join(reason["message"] for reason in reasons if "message" in reason),
        "seconds": str(case.get("seconds", "")),
        **{name: case.get(name, "") for name in ("title", "again", "show")},
    }


def _claim(claim: Claim | None) -> dict[str, str]:
    """Return whether a requirement is claimed, tested and met; nothing without a statement."""
    return {"claimed": claim.claimed, "tested": claim.tested, "met": claim.result} if claim else {}
