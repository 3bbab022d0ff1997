"""An assessment as one HTML file for auditors, by the templates of all pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conformance.footing import Footing
from conformance.report.assessed.claims import claims_of, claims_title
from conformance.report.assessed.outline import CaseOutcome, Group, groups, slow_cases
from conformance.report.assessed.tally import PARTS, SCORES, STATUSES
from conformance.report.assessed.verdict import answer
from conformance.report.assessed.wording import (
    CONFORMING,
    MEANINGS,
    UNDECIDED,
    Table,
    name_of,
    named,
    not_tested,
    ordered,
    run_line,
    statement_line,
)
from conformance.report.page import render_page

#: Requirements with something to see are open at first, unless there are more of them.
FEW = 12
#: A sign for each state of a case, which distinguishes it without colour.
SIGNS = {
    "passed": "\u2713",
    "failed": "\u2717",
    "other reason": "\u2260",
    "not counted": "\u25cb",
    "neutral": "~",
    "skipped": "\u2013",
    "error": "!",
    "known failure": "k",
}


def page_of(report: Table) -> str:
    """The report as an HTML document."""
    verdict, sentence = answer(report)
    rows = [_group(group, report) for group in groups(report)]
    bad = [row for row in rows if row["failing"]]
    return render_page(
        "assessment.html",
        {
            "report": report,
            "verdict": verdict,
            "sentence": sentence,
            "name": name_of(report),
            "run": run_line(report),
            "editions": list(report["catalogue"]),
            "groups": rows,
            "opened": len(bad) <= FEW,
            "known": _known(report),
            "untested": [_untested(report, why, what) for why, what in not_tested(report)],
            "notes": [{"id": i, "decided": False, **n} for i, n in report["notes"].items()],
            "statement_line": statement_line,
            "named": named,
            "binding": [footing.value for footing in Footing if footing.binds],
            "signs": SIGNS,
            "meanings": {**MEANINGS, "known failure": "did not pass, and is excused for a while"},
            "statuses": [s for s in STATUSES if any(s in c for c in report["clauses"].values())],
            "parts": PARTS,
            "claims": claims_of(report),
            "claims_title": claims_title(report),
            "slow": next(slow_cases(report), None),
            "scores": SCORES,
        },
    )


def _group(group: Group, report: Table) -> dict[str, Any]:
    """The cases that break the same requirements, with how the requirements came out."""
    results = {s["id"]: s["result"] for s in report["requirements"]}
    found = [results.get(root, "not shown") for root, _ in group.requirements]
    result = next((r for r in ("not met", "not shown") if r in found), "met")
    if group.name == CONFORMING:
        result = _of_conforming(group.cases)
    rests_on = {Footing(one) for case in group.cases for one in case.record["rests_on"]}
    return {
        "name": group.name,
        "conforming": group.name == CONFORMING,
        "undecided": group.name == UNDECIDED,
        "requirements": group.requirements,
        "result": result,
        "soft": not any(footing.binds for footing in rests_on),
        "failing": any(case.is_failing for case in group.cases),
        "cases": group.cases,
    }


def _of_conforming(cases: Sequence[CaseOutcome]) -> str:
    statuses = {case.record["status"] for case in cases}
    if "failed" in statuses:
        return "not met"
    return "met" if statuses == {"passed"} else "not shown"


def _known(report: Table) -> list[dict[str, Any]]:
    """Each entry of the known failures, with the cases that it excuses."""
    return [
        {
            **entry,
            "what": entry.get("case") or entry.get("requirement"),
            "cases": [c["id"] for c in ordered(report) if c["known"] and c["excuse"] == entry],
        }
        for entry in report["known_failures"]
    ]


def _untested(report: Table, why: str, what: list[str]) -> dict[str, Any]:
    """Return what one reason left untested: requirements with their words, or a count of cases."""
    words = {i: w for wording in report["catalogue"].values() for i, w in wording.items()}
    return {
        "why": why,
        "requirements": [(i, words[i]) for i in what if i in words],
        "others": [i for i in what if i not in words],
    }
