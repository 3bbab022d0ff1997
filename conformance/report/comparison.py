"""Changes from one report to the next, after a change of an implementation or a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from conformance.errors import TadpError
from conformance.findings import Verdict
from conformance.report.assessed.comparison import compare_assessments
from conformance.report.assessed.tally import GATES
from conformance.report.changes import OutcomeChange, Section, Table, context
from conformance.report.frame import ReportKind, kind_of
from conformance.report.headline import verdict_of
from conformance.report.wording import line_of, place_of

_SHOWN = ("passed", "attested", "failed")


def compare(old: Table, new: Table, gate: Sequence[str] = GATES) -> list[Section]:
    """Return what changed from ``old`` to ``new``, two raw reports of one kind.

    ``gate`` says which parts of the answers of an implementation can be worse.

    Raises:
        TadpError: they are of different kinds, or of assessments in different roles.
    """
    if kind_of(old) is not kind_of(new):
        raise TadpError(
            f"reports of one {kind_of(old)} and one {kind_of(new)} cannot be compared",
            remedy="compare two of one kind",
        )
    if kind_of(new) is ReportKind.ASSESSMENT:
        return compare_assessments(old, new, gate)
    return compare_checks(old, new)


class _Found(Struct, frozen=True):
    """The sections of a comparison of checks, in the order in which they are shown."""

    violating: Section = field(
        default_factory=lambda: Section("Newly violating", worse=True, verdict=Verdict.VIOLATES)
    )
    departing: Section = field(
        default_factory=lambda: Section("Newly departing", worse=True, verdict=Verdict.DEPARTS)
    )
    hidden: Section = field(
        default_factory=lambda: Section("No longer shown", worse=True, verdict=Verdict.NOT_SHOWN)
    )
    unread: Section = field(default_factory=lambda: Section("No longer read", worse=True))
    fixed: Section = field(default_factory=lambda: Section("Fixed"))
    shown: Section = field(default_factory=lambda: Section("Newly shown"))
    moved: Section = field(default_factory=lambda: Section("Moved"))
    added: Section = field(default_factory=lambda: Section("New submissions"))
    gone: Section = field(default_factory=lambda: Section("Submissions no longer there"))
    otherwise: Section = field(default_factory=lambda: Section("Reports made differently"))


def compare_checks(old: Table, new: Table) -> list[Section]:
    """Return what changed; submissions are the same if their sources are.

    A lone submission is compared with a lone one, whatever they are called.
    """
    before, after = _by_source(old), _by_source(new)
    if len(before) == len(after) == 1:
        before = dict(zip(after, before.values(), strict=True))
    found = _Found()
    found.unread.add(*[t for t in new.get("not_read", []) if t not in old.get("not_read", [])])
    found.added.add(*[_name(source) for source in after if source not in before])
    found.gone.add(*[_name(source) for source in before if source not in after])
    found.otherwise.add(*context(old, new))
    for source, submission in after.items():
        known = _judged(before.get(source), old)
        for identifier, result in _judged(submission, new).items():
            _sort(found, _name(source), known.get(identifier), result)
    return [getattr(found, name) for name in _Found.__struct_fields__]


def _judged(submission: Table | None, report: Table) -> dict[str, Table]:
    """The results of a submission by their ids; those that failed with what they come to."""
    if submission is None:
        return {}
    wording = report["catalogue"][submission["edition"]]
    return {
        r["id"]: {**r, "verdict": verdict_of(r, wording[r["id"]])}
        if r["status"] == "failed"
        else {**r, "verdict": None}
        for r in submission["requirements"]
    }


def _by_source(report: Table) -> dict[str, Table]:
    """Submissions by source; a second one of the same source has a number."""
    table: dict[str, Table] = {}
    for submission in report["submissions"]:
        name, number = submission["source"], 1
        while name in table:
            number += 1
            name = f"{submission['source']}\0{number}"
        table[name] = submission
    return table


def _name(source: str) -> str:
    return source.partition("\0")[0]


def _sort(found: _Found, source: str, old: Table | None, new: Table) -> None:
    before = old["status"] if old else "not applicable"
    after, what = new["status"], f"{source}: {new['id']}"
    change = OutcomeChange(what, old["status"] if old else "not checked", after, _detail(new))
    if after == "failed" and (old is None or old["verdict"] != new["verdict"]):
        worse = {Verdict.VIOLATES: found.violating, Verdict.DEPARTS: found.departing}
        if before == "failed" and old is not None:
            change = OutcomeChange(what, old["verdict"], new["verdict"], _detail(new))
            worse[Verdict.DEPARTS] = found.moved
        worse[new["verdict"]].add(change)
    elif before == after:
        if old and after == "failed" and _places(old) != _places(new):
            found.moved.add(OutcomeChange(what, _count(old), _count(new), _detail(new)))
    elif before == "failed" and after in _SHOWN:
        found.fixed.add(change)
    elif after == "not shown" and before in _SHOWN:
        found.hidden.add(change)
    elif before == "not shown" and after in _SHOWN:
        found.shown.add(change)
    elif old is not None:
        found.moved.add(change)


def _detail(result: Table) -> str:
    if result["findings"]:
        return line_of(result["findings"][0])
    if result["through"]:
        return f"because of {', '.join(result['through'])}"
    return str(result["reason"] or "")


def _places(result: Table) -> Any:
    where = [(place_of(f), f["message"], f["found"]) for f in result["findings"]]
    return result["count"], result["through"], where


def _count(result: Table) -> str:
    return f"{result['count']:,} found" if result["count"] else "failed"
