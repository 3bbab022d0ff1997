"""Changes from one assessment of an implementation to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.errors import TadpError
from conformance.report.assessed.tally import FAILING, GATES
from conformance.report.assessed.wording import (
    Table,
    excuse_line,
    name_of,
    ordered,
    outcome_line,
    statement_line,
)
from conformance.report.changes import OutcomeChange, Section, context

_UNTESTED = "not tested"
_PARTS = ("clause", "location")
#: How bad a status is that fails a run: a right verdict for another reason less than a wrong one.
_BAD = {status: 1 if status == "other reason" else 2 for status in FAILING}


def compare_assessments(old: Table, new: Table, gate: Sequence[str] = GATES) -> list[Section]:
    """Return what changed, first by requirement and then by case.

    Worse is what newly fails, is no longer shown, or is wrong with the run; and what is tested
    for the first time and fails. What newly fails as a known failure is listed, and is not worse.
    ``gate`` chooses which parts of an answer count: verdict, clause, place.

    Raises:
        TadpError: one is of a receiver, the other of a submitter.
    """
    if old["role"] != new["role"]:
        raise TadpError(
            f"one assesses a {old['role']}, the other a {new['role']}",
            remedy="compare two of one role",
        )
    troubles = Section("New problems with the run", worse=True)
    troubles.add(*[t for t in new["troubles"] if t not in old["troubles"]])
    otherwise = Section("Reports made differently")
    otherwise.add(*_otherwise(old, new), *context(old, new))
    return [troubles, *_requirements(old, new, gate), *_cases(old, new, gate), otherwise]


def _otherwise(old: Table, new: Table) -> Iterator[str]:
    if name_of(old) != name_of(new):
        yield f"implementation {name_of(old)} -> {name_of(new)}"
    if old["corpus"]["sha256"] != new["corpus"]["sha256"]:
        yield f"another corpus: {old['corpus']['version']} -> {new['corpus']['version']}"


def _requirements(old: Table, new: Table, gate: Sequence[str]) -> Iterator[Section]:
    failing = Section("Requirements newly not met", worse="verdict" in gate)
    hidden = Section("Requirements no longer shown", worse="verdict" in gate)
    excused = Section("Requirements newly not met, by known failures only")
    met, tested = Section("Requirements newly met"), Section("Requirements newly tested")
    gone = Section("Requirements no longer tested")
    before, after = _statements(old), _statements(new)
    known = {case["id"] for case in new["cases"] if case["known"]}
    for identifier, statement in after.items():
        was = before[identifier]["result"] if identifier in before else _UNTESTED
        now = statement["result"]
        change = OutcomeChange(identifier, was, now, statement_line(statement))
        if was == now:
            continue
        if now == "not met":
            section = excused if known.issuperset(statement["failing"]) else failing
        elif was == _UNTESTED:
            section = tested
        else:
            section = met if now == "met" else hidden
        section.add(change)
    gone.add(*[identifier for identifier in before if identifier not in after])
    yield from (failing, hidden, excused, met, tested, gone)


def _statements(report: Table) -> dict[str, Table]:
    """Return the statement on each requirement that a case bears on, the receiver's own first."""
    every = (*report["receiver"], *report["requirements"])
    return {s["id"]: s for s in every if sum(s["counts"].values())}


def _cases(old: Table, new: Table, gate: Sequence[str]) -> Iterator[Section]:
    failing = Section("Cases newly failing", worse="verdict" in gate)
    error = Section("Cases newly without a usable answer", worse=True)
    reason = Section("Cases newly rejected for another reason", worse="clause" in gate)
    place = Section("Cases whose place is newly wrong", worse="place" in gate)
    hidden = Section("Cases no longer answered", worse="verdict" in gate)
    known = Section("Cases newly failing, as known failures")
    passing, tested = Section("Cases newly passing"), Section("Cases newly tested")
    other, gone = Section("Cases with another result"), Section("Cases no longer run")
    before = {case["id"]: case for case in old["cases"]}
    for case in ordered(new):
        was = before.pop(case["id"], None)
        change = OutcomeChange(
            case["id"], was["status"] if was else _UNTESTED, case["status"], outcome_line(case)
        )
        if case["location"] == "wrong" and not (case["known"] or _is_misplaced(was)):
            place.add(OutcomeChange(case["id"], was["location"] if was else _UNTESTED, "wrong"))
        if was and was["status"] == case["status"]:
            other.add(*_parts(was, case))
        elif _BAD.get(case["status"], 0) > (_BAD.get(was["status"], 0) if was else 0):
            if case["known"]:
                why = f"{outcome_line(case)}; {excuse_line(case['excuse'])}"
                known.add(OutcomeChange(change.what, change.before, change.after, why))
            else:
                {"error": error, "other reason": reason}.get(case["status"], failing).add(change)
        elif was is None:
            tested.add(change)
        elif case["status"] == "passed":
            passing.add(change)
        elif was["status"] == "passed":
            hidden.add(change)
        else:
            other.add(change)
    gone.add(*sorted(before))
    yield from (failing, error, reason, place, hidden, known, passing, tested, other, gone)


def _is_misplaced(case: Table | None) -> bool:
    return case is not None and case["location"] == "wrong"


def _parts(was: Table, case: Table) -> Iterator[OutcomeChange]:
    """Yield the parts of an answer that are worth something else, where the case is not.

    A place that is newly wrong has a section of its own.
    """
    for part in _PARTS:
        if was[part] != case[part] and (part, case[part]) != ("location", "wrong"):
            yield OutcomeChange(f"{case['id']}, {part}", was[part], case[part])
