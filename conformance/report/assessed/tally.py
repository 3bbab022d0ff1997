"""Totals of an assessment, counted from the records of its cases in the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.errors import TadpError
from conformance.report.assessed.claims import untested_claims

Table = Mapping[str, Any]

#: Every status of a case, in the order in which they are counted.
STATUSES = ("passed", "failed", "other reason", "not counted", "neutral", "skipped", "error")
#: Those that fail the run unless they are known.
FAILING = frozenset({"failed", "other reason", "not counted", "error"})
#: The parts of an answer that are scored by themselves, and what each may come to.
PARTS = ("verdict", "clause", "location")
SCORES = ("right", "wrong", "not stated", "not asked", "not known")
#: Results that can fail a run, in the words of ``--gate``; an error always fails it.
GATES = ("verdict", "clause", "place")
#: Results that fail a run by default.
USUAL_GATE = ("verdict", "clause")


def gate_named(text: str) -> tuple[str, ...]:
    """Return the parts that the value of a ``--gate`` names.

    Raises:
        TadpError: it names none, or something else.
    """
    named = {word.strip() for word in text.split(",") if word.strip()}
    if not named or named - set(GATES):
        found = ", ".join(sorted(named - set(GATES))) or "nothing"
        raise TadpError(f"--gate names {found}", remedy="one or more of: verdict, clause, place")
    return tuple(part for part in GATES if part in named)


def gate_of(report: Table) -> tuple[str, ...]:
    """Return what fails the run that ``report`` is of."""
    return tuple(report.get("gate", USUAL_GATE))


def is_amiss(status: str, location: str, gate: Sequence[str]) -> bool:
    """Return True if a case of this status and location fails a run by ``gate``."""
    if status == "error":
        return True
    if status == "other reason" and "clause" in gate:
        return True
    if status in ("failed", "not counted"):
        return "verdict" in gate
    return location == "wrong" and "place" in gate


def tally(cases: Sequence[Table]) -> dict[str, dict[str, int]]:
    """How many cases came to what; verdict, clause and location each by themselves."""
    statuses = Counter(case["status"] for case in cases)
    parts = {part: Counter(case[part] for case in cases) for part in PARTS}
    return {
        "cases": {status: statuses[status] for status in STATUSES},
        **{part: {score: parts[part][score] for score in SCORES} for part in PARTS},
        "known": {"excused": sum(bool(case["known"]) for case in cases)},
    }


def result_of(report: Table) -> str:
    """``passed`` or ``failed``: whether something was shown, and nothing failed unexcused.

    What counts as failed is chosen by the gate. A trouble of the run fails it; so does, where
    evidence is required, a skipped case or a claim that no case tested.
    """
    cases, gate = report["cases"], gate_of(report)
    good = (
        any(case["status"] == "passed" for case in cases)
        and not any(_fails(case, report, gate) for case in cases)
        and not report["troubles"]
        and not (report.get("require_evidence") and untested_claims(report))
    )
    return "passed" if good else "failed"


def _fails(case: Table, report: Table, gate: Sequence[str]) -> bool:
    if case["status"] == "skipped":
        return bool(report.get("require_evidence"))
    return not case["known"] and is_amiss(case["status"], case["location"], gate)
