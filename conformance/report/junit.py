"""The raw report as JUnit XML, for Jenkins, GitLab and whatever else reads test results.

A test suite is a submission, a test case a requirement that bears on it. What was not shown, or
was only attested, is skipped and says why: it must not read as passed.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from conformance.report.wording import Table, answer, line_of, settles

#: What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SKIPPED = ("not shown", "attested")


def junit_of(report: Table) -> str:
    """The report as an XML document."""
    root = ET.Element("testsuites", name=f"{report['tool']['name']} {report['tool']['version']}")
    suites = [_suite(submission, report) for submission in report["submissions"]]
    if report.get("not_read"):
        suites.append(_unread(report))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", "0")
    root.extend(suites)
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(submission: Table, report: Table) -> ET.Element:
    results = [r for r in submission["requirements"] if r["status"] != "not applicable"]
    suite = _new_suite(submission["source"], report)
    suite.set("tests", str(len(results)))
    suite.set("failures", str(sum(r["status"] == "failed" for r in results)))
    suite.set("skipped", str(sum(r["status"] in _SKIPPED for r in results)))
    _properties(suite, submission, report)
    wording = report["catalogue"][submission["edition"]]
    for result in results:
        suite.append(_case(result, wording[result["id"]], submission["source"]))
    return suite


def _new_suite(name: str, report: Table) -> ET.Element:
    suite = ET.Element("testsuite", name=_safe(name))
    for count in ("tests", "failures", "errors", "skipped", "time"):
        suite.set(count, "0")
    # The schema wants the time without a zone; it is UTC.
    suite.set("timestamp", report["checked_at"][:19])
    return suite


def _properties(suite: ET.Element, submission: Table, report: Table) -> None:
    profile = report["profile"]
    values = {
        "verdict": submission["verdict"],
        "kind": submission["kind"],
        "edition": submission["edition"],
        "profile": profile["name"],
        "profile.verified": str(profile["verified"]).lower(),
        "profile.sha256": profile["sha256"],
        "model.sha256": report["model"]["sha256"],
    }
    properties = ET.SubElement(suite, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=_safe(value))


def _case(result: Table, words: Table, source: str) -> ET.Element:
    # Readers tell cases apart by these two names, so the submission has to be in one.
    case = ET.Element(
        "testcase", classname=result["clause"], name=_safe(f"{result['id']} {source}"), time="0"
    )
    if result["status"] == "failed":
        _failure(case, result, words)
    elif result["status"] == "not shown":
        message = f"not shown: {result['reason']}"
        if result["evidence"] or result["blocked_by"]:
            message += f"; {settles(result)}"
        ET.SubElement(case, "skipped", message=_safe(message))
    elif result["status"] == "attested":
        message = f"attested {result['reason']}; a person says so, nothing was looked at"
        ET.SubElement(case, "skipped", message=_safe(message))
    return case


def _failure(case: ET.Element, result: Table, words: Table) -> None:
    if result["findings"]:
        message = line_of(result["findings"][0])
        if result["count"] > 1:
            message += f" (and {result['count'] - 1:,} more)"
    else:
        message = f"fails through {', '.join(result['through'])}"
    failure = ET.SubElement(
        case,
        "failure",
        message=_safe(message),
        type="violation" if result["count"] else "through another requirement",
    )
    failure.text = _safe("\n".join(_explained(result, words)))


def _explained(result: Table, words: Table) -> list[str]:
    lines = [f"{result['id']} ({result['actor']}): {words['statement']}", words["source"]]
    if result["through"]:
        lines.append(f"fails through {', '.join(result['through'])}")
    for finding in result["findings"]:
        lines += ["", line_of(finding)]
        if "excerpt" in finding:
            lines.append(f"  record    {finding['excerpt']['text']}")
        lines += [f"  {n:<9} {finding[n]}" for n in ("found", "expected") if finding[n]]
    if result["count"] > len(result["findings"]):
        lines += ["", f"and {result['count'] - len(result['findings']):,} more like this"]
    hints = dict.fromkeys(f["hint"] for f in result["findings"]) or [words["hint"]]
    lines += ["", f"why   {words['effect']}", *(f"mend  {hint}" for hint in hints)]
    return lines


def _unread(report: Table) -> ET.Element:
    """A suite in which each submission that could not be read is an error."""
    unread = report["not_read"]
    suite = _new_suite("not read", report)
    suite.set("tests", str(len(unread)))
    suite.set("errors", str(len(unread)))
    for trouble in unread:
        case = ET.SubElement(suite, "testcase", classname="not read", name=_safe(trouble), time="0")
        error = ET.SubElement(case, "error", message=_safe(trouble), type="cannot be read")
        error.text = _safe(answer(report)[1])
    return suite


def _safe(text: str) -> str:
    return _FORBIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
