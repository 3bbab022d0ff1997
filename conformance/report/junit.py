"""The raw report as JUnit XML, for Jenkins, GitLab and whatever else reads test results.

A test suite is a submission, a test case a requirement that bears on it. What was not shown, or
was only attested, is skipped and says why: it must not read as passed. Where the run was asked to
fail on what is not shown, that has failed. A failure's type is what it comes to, ``violates`` or
``departs``, and its text says what it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.etree import ElementTree as ET

from conformance.findings import Status
from conformance.report.edition_files import file_lines
from conformance.report.headline import answer, headline
from conformance.report.outline import Outcome, labelled, outcomes_of
from conformance.report.wording import Table, not_covered

#: Characters that XML 1.0 cannot contain, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Attributes of a suite, with what each of them counts.
_COUNTED = {
    "tests": "testcase",
    "failures": "testcase/failure",
    "errors": "testcase/error",
    "skipped": "testcase/skipped",
}


def junit_of(report: Table) -> str:
    """The report as an XML document."""
    suites = [_suite(submission, report) for submission in report["submissions"]]
    if report.get("not_read"):
        suite = troubled("not read", "cannot be read", report["not_read"], report)
        for error in suite.iter("error"):
            error.text = safe(answer(report)[1])
        suites.append(suite)
    return document_of(report, suites)


def document_of(report: Table, suites: list[ET.Element]) -> str:
    """The document that holds ``suites``, with what is in each of them counted."""
    root = ET.Element("testsuites", name=f"{report['tool']['name']} {report['tool']['version']}")
    for suite in suites:
        for name, found in _COUNTED.items():
            suite.set(name, str(len(suite.findall(found))))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", "0")
    root.extend(suites)
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(submission: Table, report: Table) -> ET.Element:
    suite = new_suite(submission["source"], report)
    own = {
        **{name: submission[name] for name in ("verdict", "kind", "edition")},
        "headline": headline(submission, report),
        "rests_on": ", ".join(submission["rests_on"]),
        "fail_on": ", ".join(report["fail_on"]),
    }
    properties_of(suite, report, own)
    for outcome in outcomes_of(submission, report):
        if outcome.status != Status.NOT_APPLICABLE:
            suite.append(_case(outcome, submission["source"]))
    return suite


def new_suite(name: str, report: Table) -> ET.Element:
    """A test suite with nothing in it; ``document_of`` counts what it comes to hold."""
    suite = ET.Element("testsuite", name=safe(name))
    for count in (*_COUNTED, "time"):
        suite.set(count, "0")
    # The schema wants the time without a zone; it is UTC.
    suite.set("timestamp", report["run_at"][:19])
    return suite


def properties_of(suite: ET.Element, report: Table, own: Mapping[str, str]) -> None:
    """Add to ``suite`` its ``own`` properties, and those of what the report was made with."""
    profile = report["profile"]
    values = {
        **own,
        "profile": profile["name"],
        "profile.verified": str(profile["verified"]).lower(),
        "profile.sha256": profile["sha256"],
        "model.sha256": report["model"]["sha256"],
        "checked_at": report["checked_at"],
        "run_at": report["run_at"],
        "edition_files": " ".join(file_lines(report)),
        "not_covered": not_covered(report),
    }
    properties = ET.SubElement(suite, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=safe(value))


def _case(outcome: Outcome, source: str) -> ET.Element:
    # Readers identify cases by these two names, so the submission has to be in one.
    name = safe(f"{outcome.id} {source}")
    case = ET.Element("testcase", classname=outcome.result["clause"], name=name, time="0")
    line = safe(outcome.line)
    if outcome.status == Status.FAILED or outcome.is_wanted:
        kind = outcome.verdict.value if outcome.status == Status.FAILED else outcome.status
        failure = ET.SubElement(case, "failure", message=line, type=kind)
        failure.text = safe("\n".join(_explained(outcome)))
    elif outcome.status in (Status.NOT_SHOWN, Status.ATTESTED):
        ET.SubElement(case, "skipped", message=line)
    elif line:
        out = ET.SubElement(case, "system-out")
        out.text = safe("\n".join([line, *labelled(outcome.readings())]))
    return case


def _explained(outcome: Outcome) -> Iterator[str]:
    failure = outcome.failure()
    yield from (f"{failure.name} {failure.title}", outcome.words["source"])
    for instance in failure.instances:
        yield from ("", instance.line)
        if instance.excerpt is not None:
            yield f"  record    {instance.excerpt['text']}"
        yield from (f"  {line}" for line in labelled(instance.facts))
    if failure.more:
        yield from ("", failure.more)
    yield from ("", *labelled(failure.facts))


def troubled(name: str, kind: str, troubles: Iterable[str], report: Table) -> ET.Element:
    """Return a suite in which each of ``troubles`` is an error of a ``kind``."""
    suite = new_suite(name, report)
    for trouble in troubles:
        case = ET.SubElement(suite, "testcase", classname=name, name=safe(trouble), time="0")
        ET.SubElement(case, "error", message=safe(trouble), type=kind)
    return suite


def safe(text: str) -> str:
    """``text`` with what no document can hold written as an escape."""
    return _FORBIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
