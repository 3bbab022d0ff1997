"""The raw report of a check: one JSON object for a run; everything else is a view of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from conformance.checker import Checked, Result, Setting
from conformance.findings import FAIL_ON, Finding, Status, Verdict, before_signing
from conformance.model.requirement import Requirement
from conformance.report.area import area_record, stray_records
from conformance.report.frame import Origin, ReportKind, framed, input_of, sealed
from conformance.report.identities import identities_of
from conformance.report.visible import visible_bytes, visible_text
from conformance.submission.area.stray import Stray
from conformance.submission.moments import now

#: Characters of a hint that are shown: more than the suite writes, with a name in it.
_LONGEST_HINT = 4000


class Shown(Struct, frozen=True):
    """Results without findings as the report shows them, and whole lists of such results.

    Most submissions pass, or need not keep, most requirements in the same words, and many pass all
    of them: so thousands fit into memory.
    """

    results: dict[Result, dict[str, Any]] = field(default_factory=dict)
    lists: dict[tuple[Result, ...], list[dict[str, Any]]] = field(default_factory=dict)


class Run(Struct, frozen=True):
    """When a check was run, and which verdicts fail it."""

    at: datetime = field(default_factory=lambda: now())  # noqa: PLW0108 - looked up when called
    fail_on: tuple[Verdict, ...] = FAIL_ON

    def fails(self, verdicts: Iterable[str]) -> bool:
        """Return True if one of ``verdicts`` is among those that the run fails on."""
        return any(verdict in self.fail_on for verdict in verdicts)


def report_of(
    checked: Iterable[Checked], setting: Setting, not_read: Iterable[str] = ()
) -> dict[str, Any]:
    """The raw report of the submissions that were ``checked`` in ``setting``."""
    return sealed(draft_on([submission_of(one) for one in checked], setting, not_read))


def draft_on(
    submissions: list[dict[str, Any]],
    setting: Setting,
    not_read: Iterable[str] = (),
    strays: Iterable[Stray] = (),
    run: Run | None = None,
) -> dict[str, Any]:
    """The raw report of what ``submission_of`` says of each submission, not yet ``sealed``.

    ``not_read`` says of each submission that could not be read why; ``strays`` lay beside the
    submissions and were not looked at.
    """
    run = run or Run()
    editions = [submission["edition"] for submission in submissions]
    content = {
        "fail_on": [verdict.value for verdict in run.fail_on],
        "submissions": submissions,
        "not_read": [visible_text(trouble) for trouble in not_read],
        "strays": stray_records(strays),
        "summary": summary_of(submissions),
    }
    origin = Origin(setting.catalogue, setting.profile, setting.now, run.at)
    return framed(ReportKind.CHECK, origin, editions, content)


def summary_of(submissions: list[dict[str, Any]]) -> dict[str, Any]:
    """How many submissions and requirements came out how."""
    verdicts = [s["verdict"] for s in submissions]
    # Many share one list of results, whose statuses are counted once.
    lists = {id(s["requirements"]): s["requirements"] for s in submissions}
    times = Counter(id(s["requirements"]) for s in submissions)
    statuses = Counter[str]()
    for which, results in lists.items():
        for status, count in Counter(r["status"] for r in results).items():
            statuses[status] += count * times[which]
    return {
        "submissions": {v.value: verdicts.count(v) for v in Verdict},
        "requirements": {s.value: statuses[s] for s in Status},
    }


def submission_of(checked: Checked, shown: Shown | None = None) -> dict[str, Any]:
    """Return the raw report's record of one submission.

    Results that have no findings are taken from ``shown``, and put there.
    """
    known = shown or Shown()
    brief = {} if checked.overview is None else {"area": area_record(checked.overview)}
    reasons = {"edition_doubt": checked.doubt, "edition_because": checked.because}
    return {
        "source": visible_text(checked.submission.source),
        "kind": checked.submission.kind.value,
        "edition": checked.edition.id,
        **{name: reason for name, reason in reasons.items() if reason is not None},
        "verdict": checked.verdict.value,
        "rests_on": [footing.value for footing in checked.rests_on],
        "inputs": [input_of(content) for content in checked.submission.inputs],
        "identities": identities_of(checked.submission),
        "requirements": _records_of(checked, known),
        **brief,
    }


def _records_of(checked: Checked, known: Shown) -> list[dict[str, Any]]:
    found = known.lists.get(checked.results)
    if found is None:
        found = [_record_of(one, checked.signed, known) for one in checked.results]
        if not any(one.findings for one in checked.results):
            known.lists[checked.results] = found
    return found


def _record_of(result: Result, signed: bool, known: Shown) -> dict[str, Any]:
    found = known.results.get(result)
    if found is None:
        found = result_of(result, signed)
        if not result.findings:
            known.results[result] = found
    return found


def result_of(result: Result, signed: bool = True) -> dict[str, Any]:
    """Return what the raw report says of one requirement on a file that is ``signed`` or not."""
    requirement = result.requirement
    return {
        "id": requirement.id,
        "clause": requirement.clause,
        "basis": requirement.basis.value,
        "testable": requirement.testable.value,
        "actor": requirement.actor.value,
        "status": result.status.value,
        "rests_on": result.rests_on and result.rests_on.value,
        "reason": result.reason and visible_text(result.reason),
        "through": list(result.through),
        "blocked_by": list(result.blocked_by),
        "evidence": list(result.evidence),
        "count": result.count,
        "findings": [_finding(finding, requirement, signed) for finding in result.findings],
        **_read_otherwise(result),
    }


def _read_otherwise(result: Result) -> dict[str, Any]:
    """By which notes it passed, and what other readings give, as far as that was looked at."""
    tried = [
        {"note": one.note, "reading": one.reading, "status": one.status.value}
        for one in result.others
    ]
    passed_by = {"notes": list(result.notes)} if result.notes else {}
    return (
        passed_by
        | ({"other_readings": tried} if tried else {})
        | ({"readings_not_tried": result.untried} if result.untried else {})
    )


def _finding(finding: Finding, requirement: Requirement, signed: bool) -> dict[str, Any]:
    place, hint = finding.place, finding.hint or requirement.hint
    shown: dict[str, Any] = {
        "file": place.file and visible_text(place.file),
        "record": place.record,
        "field": place.field,
        "offset": place.offset,
        "found": finding.found and visible_text(finding.found),
        "expected": finding.expected and visible_text(finding.expected),
        "message": visible_text(finding.message),
        "hint": visible_text(hint if signed else before_signing(hint), _LONGEST_HINT),
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
