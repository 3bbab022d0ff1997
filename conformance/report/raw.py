"""The raw report: one JSON object for a run, of which everything else is a view."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from conformance import __version__
from conformance.checker import Checked, Result, Setting
from conformance.content import Content
from conformance.findings import Finding, Status, Verdict
from conformance.model.requirement import Requirement
from conformance.report.visible import visible_bytes, visible_json, visible_text
from conformance.submission.moments import format_moment

#: Version of the report's form; names may be added within it, and never change meaning.
VERSION = 1


def report_of(
    checked: Iterable[Checked], setting: Setting, not_read: Iterable[str] = ()
) -> dict[str, Any]:
    """The raw report of the submissions that were ``checked`` in ``setting``."""
    return report_on([submission_of(one) for one in checked], setting, not_read)


def report_on(
    submissions: list[dict[str, Any]], setting: Setting, not_read: Iterable[str] = ()
) -> dict[str, Any]:
    """The raw report of what ``submission_of`` says of each submission, checked in ``setting``.

    ``not_read`` says of each submission that could not be read why. ``digest`` is over the rest
    of the report; ``complete`` comes last, so that a report that was cut off is seen to be.
    """
    editions = {submission["edition"] for submission in submissions}
    return sealed({
        "report": VERSION,
        "tool": {"name": "tadp-conformance", "version": __version__},
        "model": {"version": __version__, "sha256": setting.catalogue.digest},
        "profile": _profile(setting),
        "checked_at": format_moment(setting.now),
        "catalogue": {
            edition: {
                r.id: _wording(r) for r in setting.catalogue.requirements() if edition in r.editions
            }
            for edition in sorted(editions)
        },
        "notes": {
            note.id: {
                "title": note.title,
                "reading": (chosen := setting.profile.readings[note.id]),
                "text": next(r.text for r in note.readings if r.id == chosen),
                "default": chosen == note.default,
            }
            for note in setting.catalogue.notes.values()
        },
        "submissions": submissions,
        "not_read": [visible_text(trouble) for trouble in not_read],
        "summary": summary_of(submissions),
    })  # fmt: skip


def sealed(report: Mapping[str, Any]) -> dict[str, Any]:
    """``report`` with the digest over it, and the closing record behind all else."""
    rest = {name: value for name, value in report.items() if name not in ("digest", "complete")}
    whole = {**rest, "complete": True}
    return {**rest, "digest": {"sha256": digest_of(whole)}, "complete": True}


def digest_of(report: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the canonical form of ``report`` without its ``digest``.

    The canonical form is that of RFC 8785: names in order, no white space, in UTF-8. The report
    has neither fractions nor names outside ASCII, where that form would be harder to write.
    """
    rest = {name: value for name, value in report.items() if name != "digest"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def dump_report(report: Mapping[str, Any]) -> str:
    """The report as JSON text, ending in a line feed."""
    return visible_json(report) + "\n"


def summary_of(submissions: list[dict[str, Any]]) -> dict[str, Any]:
    """How many submissions and requirements came out how."""
    statuses = [r["status"] for s in submissions for r in s["requirements"]]
    verdicts = [s["verdict"] for s in submissions]
    return {
        "submissions": {v.value: verdicts.count(v) for v in Verdict},
        "requirements": {s.value: statuses.count(s) for s in Status},
    }


def _profile(setting: Setting) -> dict[str, Any]:
    profile = setting.profile
    return {
        "name": profile.name,
        "title": visible_text(profile.title),
        "version": visible_text(profile.version),
        "sha256": profile.digest,
        "verified": not profile.unverified,
        "unverified": [
            {"entry": visible_text(a.entry), "reason": visible_text(a.reason, 4000)}
            for a in profile.unverified
        ],
    }


def _wording(requirement: Requirement) -> dict[str, Any]:
    return {
        "statement": requirement.statement,
        "strength": requirement.strength.value,
        "phase": requirement.phase.value,
        "source": requirement.source,
        "effect": requirement.effect,
        "hint": requirement.hint,
        "notes": list(requirement.notes),
    }


def submission_of(checked: Checked) -> dict[str, Any]:
    """What the raw report says of one submission."""
    return {
        "source": visible_text(checked.submission.source),
        "kind": checked.submission.kind.value,
        "edition": checked.edition.id,
        "verdict": checked.verdict.value,
        "inputs": [_input(content) for content in checked.submission.inputs],
        "requirements": [_result(result) for result in checked.results],
    }


def _input(content: Content) -> dict[str, Any]:
    return {
        "path": visible_text(content.name),
        "sha256": content.digest("sha256").hex(),
        "bytes": len(content),
    }


def _result(result: Result) -> dict[str, Any]:
    requirement = result.requirement
    return {
        "id": requirement.id,
        "clause": requirement.clause,
        "basis": requirement.basis.value,
        "testable": requirement.testable.value,
        "actor": requirement.actor.value,
        "status": result.status.value,
        "reason": result.reason and visible_text(result.reason),
        "through": list(result.through),
        "blocked_by": list(result.blocked_by),
        "evidence": list(result.evidence),
        "count": result.count,
        "findings": [_finding(finding, requirement) for finding in result.findings],
    }


def _finding(finding: Finding, requirement: Requirement) -> dict[str, Any]:
    place = finding.place
    shown: dict[str, Any] = {
        "file": place.file and visible_text(place.file),
        "record": place.record,
        "field": place.field,
        "offset": place.offset,
        "found": finding.found and visible_text(finding.found),
        "expected": finding.expected and visible_text(finding.expected),
        "message": visible_text(finding.message),
        "hint": finding.hint or requirement.hint,
        "notes": list(finding.notes),
        "profile": list(finding.profile),
    }
    if finding.excerpt is not None:
        excerpt = finding.excerpt
        text, start, length = visible_bytes(excerpt.data, excerpt.start, excerpt.length)
        shown["excerpt"] = {
            "text": text, "start": start, "length": length, "bytes": excerpt.length
        }  # fmt: skip
    return shown
