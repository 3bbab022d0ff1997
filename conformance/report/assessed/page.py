"""An assessment as one HTML file for auditors, by the templates of all pages."""

from __future__ import annotations

from typing import Any

from conformance.footing import Footing
from conformance.report.assessed.claims import claims_of, claims_title
from conformance.report.assessed.tally import PARTS, SCORES, STATUSES
from conformance.report.assessed.verdict import answer
from conformance.report.assessed.wording import (
    CONFORMING,
    MEANINGS,
    UNDECIDED,
    Table,
    excuse_line,
    explanation,
    groups,
    is_failing,
    name_of,
    named,
    not_tested,
    ordered,
    run_line,
    slow_lines,
    slow_title,
    statement_line,
    wording_of,
)
from conformance.report.page import render_page

#: Requirements with something to see are open at first, unless there are more of them.
FEW = 12
#: A sign for each state of a case, which tells it apart without colour.
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
    rows = [_group(name, cases, report) for name, cases in groups(report).items()]
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
            "binding": [footing.value for footing in Footing if footing.binds],
            "signs": SIGNS,
            "meanings": {**MEANINGS, "known failure": "did not pass, and is excused for a while"},
            "statuses": [s for s in STATUSES if any(s in c for c in report["clauses"].values())],
            "parts": PARTS,
            "claims": claims_of(report),
            "claims_title": claims_title(report),
            "slow": slow_lines(report),
            "slow_title": slow_title(report) if "slow" in report else "",
            "scores": SCORES,
        },
    )


def _group(name: str, cases: list[Table], report: Table) -> dict[str, Any]:
    """The cases that break the same requirements, with how the requirements came out."""
    roots = cases[0]["roots"]
    results = {s["id"]: s["result"] for s in report["requirements"]}
    found = [results.get(root, "not shown") for root in roots]
    result = next((r for r in ("not met", "not shown") if r in found), "met")
    if name == CONFORMING:
        result = _of_conforming(cases)
    return {
        "name": name,
        "conforming": name == CONFORMING,
        "undecided": name == UNDECIDED,
        "requirements": [(root, wording_of(report, root)) for root in roots],
        "result": result,
        "soft": not any(Footing(one).binds for case in cases for one in case["rests_on"]),
        "failing": sum(is_failing(case, report) for case in cases),
        "cases": [_case(case) for case in cases],
    }


def _of_conforming(cases: list[Table]) -> str:
    if any(case["status"] == "failed" for case in cases):
        return "not met"
    return "met" if all(case["status"] == "passed" for case in cases) else "not shown"


def _case(case: Table) -> dict[str, Any]:
    return {
        **case,
        "state": "known failure" if case["known"] else case["status"],
        "named": named(case),
        "explanation": explanation(case) if "again" in case else [],
        "excused": excuse_line(case["excuse"]) if case["known"] else "",
    }


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
