"""An assessment as JUnit XML: a test suite for each requirement, a test case for each case.

A known failure is skipped and says why, for it must neither read as passed nor break a build; so
is what the implementation skipped, unless evidence is required.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from conformance.report.assessed.claims import claims_of, claims_title, untested_claims
from conformance.report.assessed.outline import CaseOutcome, Group, groups
from conformance.report.assessed.tally import PARTS
from conformance.report.assessed.verdict import answer
from conformance.report.assessed.wording import (
    MEANINGS,
    Table,
    classes,
    is_made_up,
)
from conformance.report.junit import document_of, new_suite, properties_of, safe, troubled
from conformance.report.outline import Fact, labelled


def junit_of(report: Table) -> str:
    """The report as an XML document."""
    verdict, sentence = answer(report)
    made = {
        "verdict": verdict,
        "headline": sentence,
        "role": report["role"],
        "implementation": report["implementation"].get("name", report["adapter"]),
        "corpus": report["corpus"]["version"],
        "corpus.sha256": report["corpus"]["sha256"],
    }
    claims = {one.id: one.line for one in claims_of(report)}
    suites = []
    for group in groups(report):
        suite = new_suite(group.name, report)
        claimed = [name for name, _ in group.requirements if name in claims]
        properties_of(suite, report, made | {f"claim.{name}": claims[name] for name in claimed})
        suite.extend(_case(case, group, report) for case in group.cases)
        suites.append(suite)
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


def _case(case: CaseOutcome, group: Group, report: Table) -> ET.Element:
    record, line = case.record, safe(case.line)
    seconds = f"{record['seconds']:.3f}" if record.get("seconds") else "0"
    name = classes(record)[0]
    element = ET.Element("testcase", classname=name, name=safe(case.id), time=seconds)
    match case.state:
        case "known failure":
            line = safe(f"known failure: {case.excuse}; {case.line}")
            ET.SubElement(element, "skipped", message=line)
        case "skipped" if not report.get("require_evidence"):
            ET.SubElement(element, "skipped", message=safe(record["reason"]))
        case "error":
            error = ET.SubElement(element, "error", message=line, type="no answer")
            error.text = _explained(case, group)
        case state if state == "skipped" or case.is_failing:
            failure = ET.SubElement(element, "failure", message=line, type=state)
            failure.text = _explained(case, group)
    if is_made_up(record):
        ET.SubElement(element, "system-out").text = safe(f"again: {record['again']}")
    return element


def _explained(case: CaseOutcome, group: Group) -> str:
    record = case.record
    facts = [Fact(part, record[part]) for part in PARTS]
    if record["rests_on"]:
        facts.append(Fact("rests on", ", ".join(record["rests_on"])))
    lines = [f"{record['status']}: {MEANINGS[record['status']]}", *labelled(facts)]
    for root, words in group.requirements:
        lines += ["", f"{root} ({words['actor']}) {words['statement']}", words["source"]]
    for reason in record["reasons"]:
        lines += ["", *(f"  {name:<12} {value}" for name, value in reason.items())]
    return safe("\n".join([*lines, "", *labelled(case.facts)]))
