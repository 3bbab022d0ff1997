"""Words that several views of a report share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance.findings import Finding
from conformance.model.requirement import Kind

Table = Mapping[str, Any]

#: The meaning of each basis for a reader who has not seen the model.
BASES = {
    "clause": "the legal text",
    "guidance": "the User Guidance",
    "profile": "an assumption of the profile",
    "note": "an interpretation",
}


def place_of(finding: Table) -> str:
    """Where a finding is, such as ``adt.csv, record 1, field 6, byte 40``; empty if nowhere."""
    where = [finding["file"]] if finding["file"] else []
    where += [f"{n} {finding[n]:,}" for n in ("record", "field") if finding[n] is not None]
    where += [f"byte {finding['offset']:,}"] if finding["offset"] is not None else []
    return ", ".join(where)


def line_of(finding: Table) -> str:
    """A finding on one line: place and message."""
    place = place_of(finding)
    return f"{place}: {finding['message']}" if place else str(finding["message"])


def line_inside(finding: Finding) -> str:
    """A finding on one line, as ``line_of``, but without the name of the file."""
    place = finding.place
    return line_of({
        "file": None, "record": place.record, "field": place.field, "offset": place.offset,
        "message": finding.message,
    })  # fmt: skip


def kind_label(submission: Table) -> str:
    """Return the trade's name for what was submitted."""
    return Kind(submission["kind"]).label


def times_of(report: Table) -> str:
    """Return as of when the report judges, and when the run was that made it."""
    return f"Checked as of {report['checked_at']}, run at {report['run_at']}."


def gaps_of(report: Table) -> list[Table]:
    """Return what the report does not cover in any edition that it has, each with the editions."""
    found: dict[str, dict[str, Any]] = {}
    for edition, gaps in report["not_covered"].items():
        for gap in gaps:
            one = found.setdefault(json.dumps(gap), {**gap, "editions": []})
            one["editions"].append(edition)
    return list(found.values())


def not_covered(report: Table) -> str:
    """Return on one line what the report does not cover; empty if it covers everything."""
    clauses = dict.fromkeys(clause for gap in gaps_of(report) for clause in gap["clauses"])
    return f"Not covered: {', '.join(clauses)}." if clauses else ""


#: The heading of what passed under one reading of the text.
PASSED_BY = "Passed, but the text can be read in more than one way"
#: The label of the verdicts that give the exit code 1.
FAILING_ON = "Verdicts that fail the run"
#: The result under another reading for a requirement that a reading decided.
_OTHERWISE = {
    "failed": "fails",
    "passed": "passes",
    "not shown": "cannot be checked",
    "attested": "is attested",
    "not applicable": "does not apply",
}


def read_otherwise(result: Table) -> list[str]:
    """Return what other readings make of a requirement that a reading decided, a line for each."""
    lines = [
        f"{_OTHERWISE[one['status']]}{' too' if one['status'] == result['status'] else ''} "
        f"if {one['note']} is read as {one['reading']}"
        for one in result.get("other_readings", ())
    ]
    if "readings_not_tried" in result:
        lines.append(f"other readings not tried: {result['readings_not_tried']}")
    return lines


def notes_of(result: Table) -> list[str]:
    """Return the notes that decided a requirement, whether it failed or passed."""
    named = [name for finding in result["findings"] for name in finding["notes"]]
    return list(dict.fromkeys([*named, *result.get("notes", ())]))


def reading_taken(name: str, report: Table) -> str:
    """Return a note with the reading that was taken: ``quotes, read as data: A quotation ...``."""
    note = report["notes"][name]
    others = (
        f" In the {Kind(kind).label}, read as {one['reading']}: {one['text']}"
        for kind, one in note.get("files", {}).items()
    )
    return f"{name}, read as {note['reading']}: {note['text']}{''.join(others)}"


def passed_by(submissions: Iterable[Table]) -> dict[str, list[str]]:
    """Return the notes by whose reading something passed, each with the requirements that did."""
    found: dict[str, dict[str, None]] = {}
    for submission in submissions:
        for result in submission["requirements"]:
            for name in result.get("notes", ()):
                found.setdefault(name, {})[result["id"]] = None
    return {name: list(ids) for name, ids in found.items()}


def passed_otherwise(submissions: Iterable[Table]) -> list[str]:
    """Return what other readings would make of what passed by a reading, each line once."""
    lines = (
        f"{result['id']}: {line}"
        for submission in submissions
        for result in submission["requirements"]
        if "notes" in result
        for line in read_otherwise(result)
    )
    return list(dict.fromkeys(lines))


def failing_on(report: Table) -> str:
    """Return which verdicts fail the run; that changes none of them."""
    return f"{FAILING_ON}: {', '.join(report['fail_on']) or 'none'}."


def wants_evidence(report: Table) -> bool:
    """Return True if what is not shown fails the run."""
    return "not shown" in report.get("fail_on", ())


def failed(submission: Table) -> Iterator[Table]:
    """The requirements that a submission fails by itself, not through others."""
    return (r for r in submission["requirements"] if r["count"])
