"""The raw report as SARIF 2.1.0, so that a code host marks the very line of the submission.

A rule is a requirement, a result one of its findings. One that is not shown has no result, which a
code host would show as an alert: it is a notification of the run, unless evidence is required.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from conformance.findings import Status, Verdict
from conformance.model.requirement import citation_of
from conformance.phrases import capital
from conformance.report.headline import answer, headline
from conformance.report.outline import Outcome, instance_of, outcomes_of
from conformance.report.wording import BASES, Table, line_of, passed_by

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: Where the suite is to be found, until it has a place of its own: its package.
URI = "https://pypi.org/project/tadp-conformance/"
#: How a whole path begins on Windows.
_DRIVE = re.compile(r"[A-Za-z]:/")
_LEVELS = {"shall": "error", "should": "warning", "may": "warning"}
#: The text instead of a finding where nothing was found, as nothing was shown.
_NOWHERE = {
    "file": None, "record": None, "field": None, "offset": None, "found": None,
    "message": "not shown",
}  # fmt: skip
#: Characters from which on the text of a record may have been cut in front.
_CUT = 100


def sarif_of(report: Table) -> str:
    """The report as a SARIF log."""
    rules = _rules(report)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    unread = [f"could not be read: {trouble}" for trouble in report.get("not_read", ())]
    run = {
        "invocations": [invocation(report, unread, _notices(report, index))],
        "artifacts": list(_artifacts(report)),
        "results": [
            {**r, "ruleIndex": index[r["ruleId"]]}
            for s in report["submissions"]
            for r in _results(s, report)
        ],
        "properties": {
            "summary": report["summary"],
            "fail_on": report["fail_on"],
            "checked_at": report["checked_at"],
            "passedBy": {s["source"]: passed_by([s]) for s in report["submissions"]},
            "headline": answer(report)[1],
            "headlines": {s["source"]: headline(s, report) for s in report["submissions"]},
        },
    }
    return log_of(report, rules, run)


def log_of(report: Table, rules: list[dict[str, Any]], run: Table) -> str:
    """A log of one ``run``, by this tool, with ``rules``."""
    driver = {
        "name": "tadp",
        "fullName": f"TADP conformance {report['tool']['version']}",
        "version": report["tool"]["version"],
        "informationUri": URI,
        "rules": rules,
        "properties": {
            "model": report["model"],
            "profile": report["profile"],
            "edition_files": report["edition_files"],
            "not_covered": report["not_covered"],
        },
    }
    whole = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", **run}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [whole]}, indent=1) + "\n"


def _rules(report: Table) -> list[dict[str, Any]]:
    """A rule for each requirement, worded as in the first edition that has it."""
    results: dict[str, Table] = {}
    for submission in report["submissions"]:
        for result in submission["requirements"]:
            results.setdefault(result["id"], result)
    worded: dict[str, Table] = {}
    for wording in report["catalogue"].values():
        for identifier, words in wording.items():
            worded.setdefault(identifier, words)
    return [rule_of(i, {**worded[i], **result}) for i, result in results.items()]


def rule_of(identifier: str, words: Table) -> dict[str, Any]:
    """A requirement as a rule."""
    text = f"{words['statement']}\n\nWhy: {words['effect']}\n\nTo fix: {words['hint']}"
    return {
        "id": identifier,
        "name": f"Requirement{''.join(c for c in identifier.title() if c.isalnum())}",
        "shortDescription": {"text": f"{identifier} ({words['actor']})"},
        "fullDescription": {"text": words["statement"]},
        "help": {"text": f"{text}\n\nSource: {words['source']}"},
        "defaultConfiguration": {"level": _LEVELS[words["strength"]]},
        "properties": {
            "clause": words["clause"],
            "actor": words["actor"],
            "basis": words["basis"],
            "testable": words["testable"],
            "phase": words["phase"],
            "source": words["source"],
            "notes": words["notes"],
            "tags": [citation_of(words["clause"]), BASES[words["basis"]], words["phase"]],
        },
    }


def _notices(report: Table, index: dict[str, int]) -> Iterator[dict[str, Any]]:
    for submission in report["submissions"]:
        for outcome in outcomes_of(submission, report):
            if outcome.status == Status.NOT_SHOWN:
                text = f"{submission['source']}: {outcome.id} is {outcome.line}"
                yield notice("note", text, outcome.id, index[outcome.id])


def notice(level: str, text: str, rule: str = "", index: int = 0) -> dict[str, Any]:
    """Return a notification of the run, about a rule if one is named."""
    about = {"associatedRule": {"id": rule, "index": index}} if rule else {}
    return {"level": level, "message": {"text": text}, **about}


def invocation(
    report: Table, troubles: Sequence[str], notices: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    """Return how the run ended: its ``troubles`` are errors, before its other ``notices``."""
    return {
        "executionSuccessful": not troubles,
        "endTimeUtc": report["run_at"],
        "toolExecutionNotifications": [*(notice("error", one) for one in troubles), *notices],
    }


def _artifacts(report: Table) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for submission in report["submissions"]:
        for one in submission["inputs"]:
            uri = _uri(submission, one["path"])
            if uri not in seen:
                seen.add(uri)
                yield {
                    "location": {"uri": uri},
                    "length": one["bytes"],
                    **({"hashes": {"sha-256": one["sha256"]}} if "sha256" in one else {}),
                }


def _results(submission: Table, report: Table) -> Iterator[dict[str, Any]]:
    through: dict[str, list[str]] = {}
    for result in submission["requirements"]:
        for root in result["through"]:
            through.setdefault(root, []).append(result["id"])
    for outcome in outcomes_of(submission, report):
        result, grounds = outcome.result, outcome.grounds
        for finding in result["findings"]:
            message = f"{_message(finding, outcome.words)} Rests on {grounds}."
            own = {
                "restsOn": result["rests_on"],
                "otherReadings": outcome.otherwise,
                "count": result["count"],
                "failsThroughThis": through.get(outcome.id, []),
                "notes": finding["notes"],
                "profile": finding.get("profile", []),
            }
            yield _result(submission, outcome, finding, message, own)
        if outcome.is_wanted:
            message = f"{capital(outcome.line)}. {outcome.words['statement']}"
            yield _result(submission, outcome, _NOWHERE, message, {})


def _result(
    submission: Table, outcome: Outcome, finding: Table, message: str, own: Table
) -> dict[str, Any]:
    result = outcome.result
    return {
        "ruleId": outcome.id,
        "kind": "fail",
        "level": "error" if outcome.verdict is Verdict.VIOLATES else "warning",
        "message": {"text": message},
        "locations": [_location(submission, finding)],
        "partialFingerprints": {"tadp/v1": _fingerprint(submission, result, finding)},
        "properties": {
            "submission": submission["source"],
            "edition": submission["edition"],
            "clause": result["clause"],
            "basis": result["basis"],
            **own,
        },
    }


def _message(finding: Table, words: Table) -> str:
    instance = instance_of(finding)
    seen = (f"{fact.label.title()}: {fact.text}." for fact in instance.facts)
    return " ".join([f"{instance.text}.", *seen, words["statement"], finding["hint"]])


def _location(submission: Table, finding: Table) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(submission, finding["file"])}}
    region = _region(finding)
    if region:
        physical["region"] = region
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding["record"] is not None and finding["field"] is not None:
        location["logicalLocations"] = [
            {
                "name": f"field {finding['field']}",
                "fullyQualifiedName": f"record {finding['record']}, field {finding['field']}",
                "kind": "member",
            }
        ]
    return location


def _region(finding: Table) -> dict[str, Any]:
    """Where it is: the line is the record, which a line feed ends."""
    region: dict[str, Any] = {}
    excerpt = finding.get("excerpt")
    if finding["record"] is not None:
        region["startLine"] = finding["record"]
        # A column is known where the text has the whole record, a character for each of it.
        if excerpt and len(excerpt["text"]) < _CUT and "\\" not in excerpt["text"]:
            region["startColumn"] = excerpt["start"] + 1
            region["endColumn"] = excerpt["start"] + 1 + excerpt["length"]
    if finding["offset"] is not None:
        region["byteOffset"] = finding["offset"]
        if excerpt and "bytes" in excerpt:
            region["byteLength"] = excerpt["bytes"]
    if region and excerpt:
        region["snippet"] = {"text": excerpt["text"]}
    return region


def _uri(submission: Table, file: str | None) -> str:
    """The path of a file of the submission as the command was given it, as a reference."""
    source = str(submission["source"])
    paths = {one["path"] for one in submission["inputs"]}
    if file is None or source in paths or file not in paths:
        path = source
    elif file.startswith("/"):
        path = file
    else:
        path = f"{source.rstrip('/')}/{file}"
    # Without ./ in front, a colon in the first step would read as a scheme.
    plain = path.replace("\\", "/").removeprefix("./")
    if _DRIVE.match(plain):
        return f"file:///{plain[:2]}{quote(plain[2:], safe='/-._~')}"
    quoted = quote(plain, safe="/-._~")
    return f"file:///{quoted.lstrip('/')}" if quoted.startswith("/") else quoted


def _fingerprint(submission: Table, result: Table, finding: Table) -> str:
    parts = [submission["source"], result["id"], line_of(finding), finding["found"]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
