"""The report of an assessment for people at a terminal: clause by clause, never a percentage."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from conformance.report.assessed.claims import NOT_STATED, claims_of, claims_title
from conformance.report.assessed.verdict import answer
from conformance.report.assessed.wording import (
    Table,
    excuse_line,
    explanation,
    groups,
    is_failing,
    made_up_lines,
    name_of,
    not_tested,
    run_line,
    skipped,
    slow_lines,
    slow_title,
    statement_line,
    told,
)
from conformance.report.style import Style
from conformance.report.text import closing

WIDTH = 100
#: Failing cases that are shown for one requirement.
_SHOWN = 5
#: Tasks made up at random that are shown.
_MADE_UP = 20
_LOOKS = {"met": "green", "not met": "red", "not shown": "yellow", "not asked": "dim"}
_VERDICTS = {"conforms": "green", "violates": "red", "departs": "yellow", "not shown": "yellow"}


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
    yield from (style(line, _VERDICTS[verdict]) for line in _wrap(sentence, 8))
    yield from _wrap(f"{run_line(report)} Seed {report['seed']}.", 8)
    yield from (style(f"! {trouble}", "red") for trouble in report["troubles"])
    if report["receiver"]:
        yield ""
        yield style("What is required of a receiver", "bold")
        for statement in report["receiver"]:
            yield from _statement(statement, style)
    claims = claims_of(report)
    if claims:
        yield ""
        yield from _wrap(claims_title(report), 0)
        unstated = sum(one.claimed == NOT_STATED for one in claims)
        for one in (one for one in claims if one.claimed != NOT_STATED):
            yield f"  {one.id:<10} {one.claimed:<10} {one.tested:<12} {one.result}"
        if unstated:
            yield f"  and {unstated:,} of which nothing is stated, so that they are not asked"
    yield from _clauses(report, style)
    yield from _failing(report, style)
    yield from _rest(report, style)


def _statement(statement: Table, style: Style) -> Iterator[str]:
    result = style(f"{statement['result']:<9}", _LOOKS[statement["result"]])
    first, *rest = textwrap.wrap(statement_line(statement), WIDTH - 24, break_on_hyphens=False)
    yield f"  {statement['id']:<10} {result}  {first}"
    yield from (" " * 24 + line for line in rest)
    yield from _wrap(statement["statement"], 13)


def _clauses(report: Table, style: Style) -> Iterator[str]:
    if not report["clauses"]:
        return
    receiver = report["role"] == "receiver"
    yield ""
    yield style(
        "Cases that break each clause" if receiver else "What was written, by clause", "bold"
    )
    for clause, counts in report["clauses"].items():
        numbers = ", ".join(f"{n} {name}" for name, n in counts.items())
        yield f"  {clause:<10} {style(numbers, 'green' if set(counts) == {'passed'} else 'yellow')}"


def _failing(report: Table, style: Style) -> Iterator[str]:
    for name, cases in groups(report).items():
        bad = [case for case in cases if is_failing(case, report)]
        if not bad:
            continue
        yield ""
        yield style(f"{name}: {len(bad)} not passed", "bold")
        for case in bad[:_SHOWN]:
            yield f"  {case['id']}"
            yield from _wrap(told(case), 4)
            for label, value in explanation(case):
                yield from _labelled(label, value)
            if case["known"]:
                yield from _wrap(f"known failure: {excuse_line(case['excuse'])}", 4)
        if len(bad) > _SHOWN:
            yield f"  and {len(bad) - _SHOWN} more"


#: Rows that are to be copied, and so are never broken into lines.
_COPIED = frozenset({"again", "show", "kept"})


def _labelled(label: str, value: str) -> Iterator[str]:
    if label in _COPIED:
        yield f"      {label:<9} {value}"
        return
    first, *rest = textwrap.wrap(value, WIDTH - 16, break_on_hyphens=False) or [""]
    yield f"      {label:<9} {first}"
    yield from (" " * 16 + line for line in rest)


def _rest(report: Table, style: Style) -> Iterator[str]:
    if "slow" in report:
        yield ""
        yield style(slow_title(report), "bold")
        yield from (f"  {line}" for line in slow_lines(report))
    made_up = made_up_lines(report)
    if made_up:
        yield ""
        yield style(f"Made up at random: {len(made_up)}", "bold")
        yield from (f"  {line}" for line in made_up[:_MADE_UP])
        if len(made_up) > _MADE_UP:
            yield f"  and {len(made_up) - _MADE_UP:,} more"
    reasons = skipped(report)
    if reasons:
        yield ""
        yield style(f"Skipped: {sum(reasons.values())}", "bold")
        for reason, number in reasons.items():
            yield from _wrap(f"{number}: {reason}", 2)
    if report["not_tested"]:
        yield ""
        yield style("Not tested", "bold")
        for why, what in not_tested(report):
            yield from _wrap(f"{', '.join(what)}: {why}", 2)
    if not report["profile"]["verified"]:
        yield ""
        yield f"Profile {report['profile']['name']} is unverified; see tadp profile show."
    yield from closing(report)
    yield ""
    for part in ("verdict", "clause", "location", "cases"):
        counts = report["summary"][part]
        yield f"{part:<9} " + ", ".join(f"{n} {name}" for name, n in counts.items() if n)


def _wrap(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2 * (indent < 8)),
        break_on_hyphens=False,
    )
