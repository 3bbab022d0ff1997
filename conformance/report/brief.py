"""The raw report as a line for each submission, for a person at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance.findings import Verdict
from conformance.model.requirement import Kind
from conformance.phrases import counted
from conformance.report.headline import headline
from conformance.report.style import Style

COLOURS = {"conforms": "green", "violates": "red", "departs": "yellow", "not shown": "yellow"}

Table = Mapping[str, Any]


def brief_lines(report: Table, style: Style) -> Iterator[str]:
    """Return a line for each submission, and one for all of them."""
    for submission in report["submissions"]:
        yield f"{submission_line(submission, style)}; {headline(submission, report)}"
    yield from total_lines(report["submissions"], style)


def submission_line(submission: Table, style: Style) -> str:
    """Return the verdict on a submission, and the requirements that failed by themselves."""
    verdict = submission["verdict"]
    word = style(verdict.upper(), "bold", COLOURS[verdict])
    kind = Kind(submission["kind"]).label
    line = f"{word}  {style(submission['source'], 'bold')}  {kind}, edition {submission['edition']}"
    roots = [r["id"] for r in submission["requirements"] if r["count"]]
    if roots:
        line += ": " + style(", ".join(roots), "bold")
    return line


def total_lines(submissions: Sequence[Table], style: Style) -> Iterator[str]:
    """Count the verdicts of the submissions, and apart from these of the areas that they are in."""
    if len(submissions) < 2:
        return
    said = []
    for noun, areas in (("submission", False), ("area", True)):
        verdicts = Counter(s["verdict"] for s in submissions if (s["kind"] == Kind.AREA) is areas)
        parts = [style(f"{verdicts[v]:,} {v}", COLOURS[v]) for v in Verdict if verdicts[v]]
        if parts:
            said.append(f"{counted(verdicts.total(), noun)}: {', '.join(parts)}")
    yield "; ".join(said)
