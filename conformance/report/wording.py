"""Words that several views of a report share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.findings import Finding
from conformance.model.requirement import Kind

Table = Mapping[str, Any]

#: What each basis means to a reader who has not seen the model.
BASES = {
    "clause": "the legal text",
    "guidance": "the User Guidance",
    "profile": "an assumption of the profile",
    "note": "an interpretation",
}


def counted_as(count: int, noun: str) -> str:
    """``1 rule``, ``1,204 rules``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


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
    """What was submitted, as the field calls it."""
    return Kind(submission["kind"]).label


def judged(report: Table) -> Table:
    """``report`` as it is to be told: with evidence required, what is not shown violates.

    A submission that violates for want of evidence alone has ``wanting``. The raw report keeps
    the verdict of the check.
    """
    if not report.get("require_evidence"):
        return report
    submissions = [
        {**s, "verdict": "violates", "wanting": True} if s["verdict"] == "not shown" else s
        for s in report["submissions"]
    ]
    counts = report["summary"]["submissions"]
    told = {**counts, "violates": counts["violates"] + counts["not shown"], "not shown": 0}
    summary = {**report["summary"], "submissions": told, "wanting": counts["not shown"]}
    return {**report, "submissions": submissions, "summary": summary}


def answer(report: Table) -> tuple[str, str]:
    """The verdict of all submissions together, and a sentence that says so."""
    counts = report["summary"]["submissions"]
    wanting = report["summary"].get("wanting", 0)
    total = sum(counts.values())
    unread = len(report.get("not_read", ()))
    if counts["violates"]:
        verdict = "violates"
    elif counts["not shown"] or unread or not total:
        verdict = "not shown"
    else:
        verdict = "conforms"
    if not total:
        sentence = "Nothing was checked."
    elif total == 1:
        sentence = _WANTING if wanting else _ONE[verdict if counts[verdict] else "conforms"]
    else:
        sentence = _many(counts, total, wanting)
    if unread:
        sentence += f" {unread:,} more could not be read."
    return verdict, sentence


_ONE = {
    "violates": "The submission violates Appendix AA.",
    "not shown": "Nothing violates Appendix AA, but the evidence does not show that all is kept.",
    "conforms": "The submission conforms to Appendix AA.",
}
_WANTING = "The submission is not shown to conform to Appendix AA, which counts as violating it."


def _many(counts: Mapping[str, int], total: int, wanting: int) -> str:
    if counts["violates"]:
        verb = "violates" if counts["violates"] == 1 else "violate"
        told = f"{counts['violates']:,} of {total:,} submissions {verb} Appendix AA"
        return told + (f", {wanting:,} of them for want of evidence." if wanting else ".")
    if counts["not shown"]:
        return (
            f"None of {total:,} submissions violates Appendix AA, but for "
            f"{counts['not shown']:,} the evidence does not show that all is kept."
        )
    return f"All {total:,} submissions conform to Appendix AA."


def settles(result: Table) -> str:
    """What would settle a requirement that is not shown."""
    if result["evidence"]:
        return f"give {', '.join(result['evidence'])}"
    if result["blocked_by"]:
        return f"mend or show {', '.join(result['blocked_by'])} first"
    return str(result["reason"] or "")


def failed(submission: Table) -> Iterator[Table]:
    """The requirements that a submission fails by itself, not through others."""
    return (r for r in submission["requirements"] if r["count"])


def counted(submission: Table) -> dict[str, int]:
    """How many requirements of a submission came out how."""
    counts: dict[str, int] = {}
    for result in submission["requirements"]:
        counts[result["status"]] = counts.get(result["status"], 0) + 1
    return counts
