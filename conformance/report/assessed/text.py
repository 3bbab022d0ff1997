"""The report of an assessment for people at a terminal: clause by clause, never a percentage."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.report.assessed.claims import NOT_STATED, claims_of, claims_title
from conformance.report.assessed.outline import failures_of, sections_of
from conformance.report.assessed.verdict import answer
from conformance.report.assessed.wording import Table, name_of, run_line, statement_line
from conformance.report.brief import COLOURS
from conformance.report.lines import beside, wrapped
from conformance.report.style import Style
from conformance.report.text import closing, failure_lines, section_lines

_LOOKS = {"met": "green", "not met": "red", "not shown": "yellow", "not asked": "dim"}


def text_of(report: Table) -> str:
    """The report as the text of a file, without colour."""
    return "".join(f"{line}\n" for line in whole_text(report, Style(colour=False)))


def whole_text(report: Table, style: Style) -> Iterator[str]:
    """The lines that a person reads."""
    passed = report["result"] == "passed"
    verdict, sentence = answer(report)
    head = style("PASSED" if passed else "FAILED", "bold", "green" if passed else "red")
    editions = ", ".join(report["catalogue"])
    yield f"{head}  {report['role']} {name_of(report)}, edition {editions}: {verdict}"
    yield from (style(line, COLOURS[verdict]) for line in wrapped(sentence, 8, 0))
    yield from wrapped(f"{run_line(report)} Seed {report['seed']}.", 8, 0)
    yield from (style(f"! {trouble}", "red") for trouble in report["troubles"])
    if report["receiver"]:
        yield from ("", style("What Appendix AA requires of a receiver", "bold"))
        for statement in report["receiver"]:
            yield from _statement(statement, style)
    yield from _claims(report)
    yield from _clauses(report, style)
    yield from failure_lines(failures_of(report), style)
    for section in sections_of(report):
        yield from ("", *section_lines(section, style))
    yield ""
    yield from closing(report, style)
    yield ""
    for part in ("verdict", "clause", "location", "cases"):
        counts = report["summary"][part]
        yield f"{part:<9} " + ", ".join(f"{n} {name}" for name, n in counts.items() if n)


def _statement(statement: Table, style: Style) -> Iterator[str]:
    result = style(f"{statement['result']:<9}", _LOOKS[statement["result"]])
    yield from beside(f"  {statement['id']:<10} {result}  ", statement_line(statement), 24)
    yield from wrapped(statement["statement"], 13, 0)


def _claims(report: Table) -> Iterator[str]:
    claims = claims_of(report)
    if not claims:
        return
    yield from ("", *wrapped(claims_title(report)))
    unstated = sum(one.claimed == NOT_STATED for one in claims)
    for one in (one for one in claims if one.claimed != NOT_STATED):
        yield f"  {one.id:<10} {one.claimed:<10} {one.tested:<12} {one.result}"
    if unstated:
        yield f"  and {unstated:,} not tested, because nothing is claimed about them"


def _clauses(report: Table, style: Style) -> Iterator[str]:
    if not report["clauses"]:
        return
    receiver = report["role"] == "receiver"
    title = "Cases that break each clause" if receiver else "What was written, by clause"
    yield from ("", style(title, "bold"))
    for clause, counts in report["clauses"].items():
        numbers = ", ".join(f"{n} {name}" for name, n in counts.items())
        yield f"  {clause:<10} {style(numbers, 'green' if set(counts) == {'passed'} else 'yellow')}"
