"""The badge of an assessment: the role, and what is known of the implementation."""

from __future__ import annotations

from conformance.findings import Verdict
from conformance.report.assessed.verdict import answer
from conformance.report.assessed.wording import Table, name_of, run_line
from conformance.report.badge import drawn


def svg_of(report: Table) -> str:
    """Return the badge; who points at it reads what was found, of what."""
    verdict, sentence = answer(report)
    title = f"{name_of(report)}: {sentence} {run_line(report)}"
    return drawn(f"Appendix AA {report['role']}", Verdict(verdict), title)
