"""What the cases of an assessment come to together, counted from their records in the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

Table = Mapping[str, Any]

#: Every status of a case, in the order in which they are counted.
STATUSES = ("passed", "failed", "other reason", "not counted", "neutral", "skipped", "error")
#: Those that fail the run unless they are known.
FAILING = frozenset({"failed", "other reason", "not counted", "error"})
#: The parts of an answer that are scored by themselves, and what each may come to.
PARTS = ("verdict", "clause", "location")
SCORES = ("right", "wrong", "not told", "not asked", "not known")


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

    A trouble of the run fails it; so does a skipped case where evidence is required.
    """
    cases = report["cases"]
    failing = set(FAILING) | ({"skipped"} if report.get("require_evidence") else set())
    good = (
        any(case["status"] == "passed" for case in cases)
        and not any(case["status"] in failing and not case["known"] for case in cases)
        and not report["troubles"]
    )
    return "passed" if good else "failed"
