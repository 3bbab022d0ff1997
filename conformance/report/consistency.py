"""Signs that a report, though it fits the schema, was altered after it was made.

The digest shows every alteration by somebody who does not compute it again. A report that a view
could not show, or would show wrongly, is refused even if its digest fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from conformance.findings import CAP, Verdict
from conformance.footing import Footing, in_order
from conformance.report.assessed.tally import result_of, tally
from conformance.report.frame import ReportKind, digest_of, kind_of
from conformance.report.headline import verdict_of
from conformance.report.raw import summary_of
from conformance.report.wording import notes_of

Table = Mapping[str, Any]


def inconsistencies(report: Table) -> Iterator[str]:
    """Yield what is wrong with ``report``, each thing once."""
    if "digest" not in report:
        yield "has no digest, so it is not known whether it was altered"
    elif report["digest"]["sha256"] != digest_of(report):
        yield "was altered after it was made: its digest is not that of its content"
    of_kind = _assessment if kind_of(report) is ReportKind.ASSESSMENT else alterations
    yield from dict.fromkeys(of_kind(report))


def alterations(report: Table) -> Iterator[str]:
    """Yield what is wrong with the ``report`` of a check, whatever its digest."""
    if report["summary"] != summary_of(report["submissions"]):
        yield "was altered: its summary is not that of its submissions"
    # Many submissions share one list of results, which is looked at once for each edition.
    known: dict[tuple[int, str], _Judged] = {}
    for submission in report["submissions"]:
        edition, results = submission["edition"], submission["requirements"]
        wording = report["catalogue"].get(edition)
        if wording is None:
            yield f"has no wording of edition {edition}"
            continue
        judged = known.get((id(results), edition))
        if judged is None:
            judged = known[id(results), edition] = _judge(results, wording, report["notes"])
            yield from judged.problems
        yield from _otherwise_judged(submission, judged)


class _Judged(NamedTuple):
    """What a list of results comes to, if all of them are worded, and what is wrong with it."""

    problems: list[str]
    rests_on: list[str] | None = None
    verdict: str = ""


def _judge(results: Sequence[Table], wording: Table, notes: Table) -> _Judged:
    problems = [
        problem
        for result in results
        for problem in (
            _stumbling(result, wording[result["id"]], notes)
            if result["id"] in wording
            else (f"has no wording of {result['id']}",)
        )
    ]
    if any(result["id"] not in wording for result in results):
        return _Judged(problems)
    footings = in_order(Footing(r["rests_on"]) for r in results if r["rests_on"] is not None)
    wanted = [r for r in results if wording[r["id"]]["strength"] != "may"]
    failing = {verdict_of(r, wording[r["id"]]) for r in wanted if r["status"] == "failed"}
    hidden = any(r["status"] == "not shown" for r in wanted)
    best = Verdict.NOT_SHOWN if hidden else Verdict.CONFORMS
    verdict = next((v for v in Verdict if v in failing), best)
    return _Judged(problems, list(footings), verdict)


def _otherwise_judged(submission: Table, judged: _Judged) -> Iterator[str]:
    """Yield what is wrong with the verdict, which follows from the requirements."""
    if judged.rests_on is None:
        return
    if submission["rests_on"] != judged.rests_on:
        yield f"was altered: the failures of {submission['source']} rest on something else"
    if submission["verdict"] != judged.verdict:
        yield f"was altered: the verdict on {submission['source']} is not that of its requirements"


def _stumbling(result: Table, words: Table, known: Table) -> Iterator[str]:
    if min(result["count"], CAP) != len(result["findings"]):
        yield f"was altered: it counts other findings under {result['id']} than it holds"
    notes = {*notes_of(result), *words["notes"]}
    if notes - known.keys():
        yield f"lacks a note that {result['id']} rests on"
    for excerpt in (f["excerpt"] for f in result["findings"] if "excerpt" in f):
        if excerpt["start"] + excerpt["length"] > len(excerpt["text"]):
            yield f"marks a place outside a record, under {result['id']}"


def _assessment(report: Table) -> Iterator[str]:
    cases = report["cases"]
    if report["summary"] != tally(cases):
        yield "was altered: its summary is not that of its cases"
    if report["result"] != result_of(report):
        yield "was altered: its result is not that of its cases"
    if len({case["id"] for case in cases}) != len(cases):
        yield "has a case twice"
    worded: set[str] = set()
    for wording in report["catalogue"].values():
        worded |= wording.keys()
    for case in cases:
        if case["edition"] not in report["catalogue"]:
            yield f"has no wording of edition {case['edition']}"
        yield from (f"has no wording of {root}" for root in case["roots"] if root not in worded)
    put = {case["id"] for case in cases}
    for statement in (*report["receiver"], *report["requirements"]):
        if statement["id"] not in worded:
            yield f"has no wording of {statement['id']}"
        if not put.issuperset(statement["failing"]):
            yield f"names a case under {statement['id']} that was not put"
