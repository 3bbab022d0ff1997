"""The report of an assessment for people: clause by clause, and never a percentage."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from conformance.report.style import Style

#: Failing cases that are shown for one requirement.
_SHOWN = 5
_LOOKS = {"met": "green", "not met": "red", "not shown": "yellow"}


def render_assessment(report: dict[str, Any], style: Style) -> Iterator[str]:
    """The lines that a person reads."""
    passed = report["result"] == "passed"
    head = style("PASSED" if passed else "FAILED", "bold", "green" if passed else "red")
    name = report["implementation"].get("name", report["adapter"])
    yield f"{head}  {report['role']} {name}, {len(report['cases'])} cases, seed {report['seed']}"
    if report["role"] == "receiver":
        yield ""
        yield style("What is required of a receiver", "bold")
        for statement in report["receiver"]:
            yield from _statement(statement, style)
    yield ""
    yield from _clauses(report, style)
    yield from _failing(report, style)
    yield from _rest(report, style)


def _statement(statement: dict[str, Any], style: Style) -> Iterator[str]:
    result = style(f"{statement['result']:<9}", _LOOKS[statement["result"]])
    counts = statement["counts"]
    total = sum(counts.values())
    told = [f"{counts.get('passed', 0)} of {total} cases"] if total else []
    told += [statement["reason"]] if "reason" in statement else []
    yield f"  {statement['id']:<10} {result}  {'; '.join(told)}"
    yield from textwrap.wrap(
        statement["statement"], 96, initial_indent=" " * 13, subsequent_indent=" " * 13
    )


def _clauses(report: dict[str, Any], style: Style) -> Iterator[str]:
    if not report["clauses"]:
        return
    receiver = report["role"] == "receiver"
    title = "Cases that break each clause" if receiver else "Submissions, clause by clause"
    yield style(title, "bold")
    for clause, counts in report["clauses"].items():
        told = ", ".join(f"{n} {name}" for name, n in counts.items())
        look = "green" if set(counts) == {"passed"} else "yellow"
        yield f"  {clause:<10} {style(told, look)}"


def _failing(report: dict[str, Any], style: Style) -> Iterator[str]:
    bad = [c for c in report["cases"] if c["status"] not in ("passed", "skipped")]
    groups: dict[str, list[dict[str, Any]]] = {}
    for case in sorted(bad, key=lambda c: c["id"]):
        groups.setdefault(", ".join(case["roots"]) or "conforming", []).append(case)
    for name, cases in groups.items():
        yield ""
        yield style(f"{name}: {len(cases)} not passed", "bold")
        for case in cases[:_SHOWN]:
            yield f"  {case['id']}{' (known failure)' if case['known'] else ''}"
            yield f"    {_told(case)}"
        if len(cases) > _SHOWN:
            yield f"  and {len(cases) - _SHOWN} more"


def _told(case: dict[str, Any]) -> str:
    seen = f"expected {case['expected']}, seen {case['outcome']}"
    if case["status"] == "other reason":
        named = [r.get("requirement") or r.get("clause") for r in case["reasons"]]
        seen += f", but for another reason: {', '.join(dict.fromkeys(n for n in named if n))}"
    elif case["status"] == "not counted":
        seen += f", which does not count: {case['positive']} was not accepted"
    return f"{seen}: {case['reason']}" if case["reason"] else seen


def _rest(report: dict[str, Any], style: Style) -> Iterator[str]:
    skipped = [c for c in report["cases"] if c["status"] == "skipped"]
    if skipped:
        yield ""
        yield style(f"Skipped: {len(skipped)}", "bold")
        for reason in sorted({c["reason"] for c in skipped}):
            yield f"  {sum(c['reason'] == reason for c in skipped)}: {reason}"
    if report["not_tested"]:
        yield ""
        yield style("Not tested", "bold")
        by_reason: dict[str, list[str]] = {}
        for entry in report["not_tested"]:
            by_reason.setdefault(entry["why"], []).append(entry["what"])
        for why, what in by_reason.items():
            yield from textwrap.wrap(
                f"{', '.join(what)}: {why}", 98, initial_indent="  ", subsequent_indent="    "
            )
    if report["troubles"]:
        yield ""
        yield from (style(f"! {trouble}", "red") for trouble in report["troubles"])
    if report["profile"]["unverified"]:
        yield ""
        yield f"Profile {report['profile']['name']} is unverified; see tadp profile show."
    yield ""
    for part in ("verdict", "clause", "location"):
        counts = report["summary"][part]
        yield f"{part:<9} " + ", ".join(f"{n} {name}" for name, n in counts.items() if n)
    cases = report["summary"]["cases"]
    yield "cases     " + ", ".join(f"{n} {name}" for name, n in cases.items() if n)
