"""An assessment as Markdown, for the summary of a step or a comment on a change.

Bounded, since code hosts cut or refuse a summary of more than a mebibyte.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.phrases import beyond
from conformance.report.assessed.claims import claims_of, claims_title
from conformance.report.assessed.outline import failures_of, known_failures, sections_of
from conformance.report.assessed.tally import STATUSES
from conformance.report.assessed.verdict import answer
from conformance.report.assessed.wording import Table, run_line, statement_line
from conformance.report.markdown import (
    closing,
    failure_lines,
    listed,
    made_with,
    plain,
    row,
    section_lines,
)

#: Requirements whose cases are described.
DESCRIBED = 40
_BOLD = "not met"


def markdown_of(report: Table) -> str:
    """The report as Markdown of at most a few hundred kilobytes."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Table) -> Iterator[str]:
    verdict, sentence = answer(report)
    yield f"# Appendix AA, {report['role']}: {verdict}"
    yield ""
    yield f"**{plain(sentence)}** {plain(run_line(report))}"
    yield made_with(report, ", ".join(report["catalogue"]))
    yield ""
    yield from listed("trouble", report["troubles"])
    yield from _owed(report)
    yield from _claims(report)
    yield from _clauses(report)
    bad = list(failures_of(report, known=False))
    for failure in bad[:DESCRIBED]:
        yield from ("", f"## {plain(failure.name)} {failure.title}", "")
        for statement in failure.statements:
            yield from (plain(statement), "")
        yield from failure_lines(failure)
    if more := beyond(len(bad), DESCRIBED, "more requirements with cases that did not pass."):
        yield from ("", more.capitalize())
    for section in (*known_failures(report), *sections_of(report)):
        yield from section_lines(section)
    yield ""
    yield from closing(report)


def _owed(report: Table) -> Iterator[str]:
    if not report["receiver"]:
        return
    yield from ("| requirement | result | shown by | statement |", "|---|---|---|---|")
    for one in report["receiver"]:
        result = one["result"].replace(_BOLD, f"**{_BOLD}**")
        shown, statement = plain(statement_line(one)), plain(one["statement"])
        yield row(plain(one["id"]), result, shown, statement)
    yield ""


def _claims(report: Table) -> Iterator[str]:
    claims = claims_of(report)
    if not claims:
        return
    yield from (f"**{plain(claims_title(report))}**", "")
    yield from ("| requirement | claimed | tested | met | comment |", "|---|---|---|---|---|")
    for one in claims:
        yield row(*map(plain, (one.id, one.claimed, one.tested, one.result, one.comment)))
    yield ""


def _clauses(report: Table) -> Iterator[str]:
    if not report["clauses"]:
        return
    used = [name for name in STATUSES if any(name in c for c in report["clauses"].values())]
    yield from (row("clause", *used), f"|---|{'---:|' * len(used)}")
    for clause, counts in report["clauses"].items():
        yield row(plain(clause), *(str(counts.get(name, 0)) for name in used))
