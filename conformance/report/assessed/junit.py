"""An assessment as JUnit XML: a test suite for each requirement, a test case for each case.

A known failure is skipped and says why, for it must neither read as passed nor break a build; so
is what the implementation skipped, unless evidence is required.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from conformance.report.assessed.claims import claims_of, claims_title, untested_claims
from conformance.report.assessed.verdict import answer
from conformance.report.assessed.wording import (
    MEANINGS,
    Table,
    classes,
    excuse_line,
    explanation,
    groups,
    is_failing,
    is_made_up,
    outcome_line,
    wording_of,
)
from conformance.report.junit import document_of, new_suite, properties_of, safe, troubled


def junit_of(report: Table) -> str:
    """The report as an XML document."""
    suites = [_suite(name, cases, report) for name, cases in groups(report).items()]
    if "ics" in report:
        suites.append(_statement(report))
    if report["troubles"]:
        suites.append(troubled("run", "trouble", report["troubles"], report))
    return document_of(report, suites)


def _statement(report: Table) -> ET.Element:
    """Return a suite with what is claimed; what no case tested of that is skipped.

    Where evidence is required, it is a failure.
    """
    suite = new_suite("conformance statement", report)
    lines = {f"claim.{one.id}": one.line for one in claims_of(report)}
    properties_of(suite, report, {"claims": claims_title(report), **lines})
    state = "failure" if report.get("require_evidence") else "skipped"
    for name in untested_claims(report):
        case = ET.SubElement(suite, "testcase", classname=name, name="claimed", time="0")
        ET.SubElement(case, state, message="claimed, but no case tested it")
    return suite


def _suite(name: str, cases: list[Table], report: Table) -> ET.Element:
    suite = new_suite(name, report)
    claims = {f"claim.{c.id}": c.line for c in claims_of(report) if c.id in classes(cases[0])}
    properties_of(
        suite,
        report,
        {
            "verdict": answer(report)[0],
            "headline": answer(report)[1],
            "role": report["role"],
            "implementation": report["implementation"].get("name", report["adapter"]),
            "corpus": report["corpus"]["version"],
            "corpus.sha256": report["corpus"]["sha256"],
            **claims,
        },
    )
    for case in cases:
        suite.append(_case(case, report))
    return suite


def _case(case: Table, report: Table) -> ET.Element:
    element = ET.Element(
        "testcase", classname=classes(case)[0], name=safe(case["id"]), time=_time(case)
    )
    status = case["status"]
    if case["known"]:
        message = f"known failure: {excuse_line(case['excuse'])}; {outcome_line(case)}"
        ET.SubElement(element, "skipped", message=safe(message))
    elif status == "skipped" and not report.get("require_evidence"):
        ET.SubElement(element, "skipped", message=safe(case["reason"]))
    elif status == "error":
        error = ET.SubElement(element, "error", message=safe(outcome_line(case)), type="no answer")
        error.text = safe("\n".join(_explained(case, report)))
    elif status == "skipped" or is_failing(case, report):
        failure = ET.SubElement(element, "failure", message=safe(outcome_line(case)), type=status)
        failure.text = safe("\n".join(_explained(case, report)))
    if is_made_up(case):
        ET.SubElement(element, "system-out").text = safe(f"again: {case['again']}")
    return element


def _time(case: Table) -> str:
    return f"{case['seconds']:.3f}" if case.get("seconds") else "0"


def _explained(case: Table, report: Table) -> list[str]:
    lines = [f"{case['status']}: {MEANINGS[case['status']]}"]
    lines += [f"{part:<9} {case[part]}" for part in ("verdict", "clause", "location")]
    if case["rests_on"]:
        lines.append(f"rests on  {', '.join(case['rests_on'])}")
    for root in case["roots"]:
        words = wording_of(report, root)
        lines += ["", f"{root} ({words['actor']}): {words['statement']}", words["source"]]
    for reason in case["reasons"]:
        lines += ["", *(f"  {name:<12} {value}" for name, value in reason.items())]
    return [*lines, "", *(f"{label:<9} {value}" for label, value in explanation(case))]
