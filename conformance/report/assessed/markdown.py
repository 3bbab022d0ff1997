"""An assessment as Markdown, for the summary of a step or a comment on a change.

Bounded, since code hosts cut or refuse a summary of more than a mebibyte.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.report.assessed.claims import claims_of, claims_title
from conformance.report.assessed.tally import STATUSES
from conformance.report.assessed.verdict import answer
from conformance.report.assessed.wording import (
    Table,
    excuse_line,
    explanation,
    groups,
    is_failing,
    made_up_lines,
    not_tested,
    ordered,
    run_line,
    skipped,
    slow_lines,
    slow_title,
    statement_line,
    told,
    wording_of,
)
from conformance.report.markdown import closing, listed, plain
from conformance.report.wording import not_covered

#: Requirements told in detail, and cases of each; what was not tested is cut after as many.
TOLD, CASES, LISTED = 40, 5, 60
_BOLD = "not met"


def markdown_of(report: Table) -> str:
    """The report as Markdown of at most a few hundred kilobytes."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Table) -> Iterator[str]:
    verdict, sentence = answer(report)
    profile = report["profile"]
    trusted = "verified" if profile["verified"] else "**unverified**"
    yield f"# Appendix AA, {report['role']}: {verdict}"
    yield ""
    yield f"**{plain(sentence)}** {plain(run_line(report))}"
    editions = plain(", ".join(report["catalogue"])) or "none"
    yield (
        f"Edition {editions}; profile {plain(profile['name'])}, {trusted}. "
        f"{plain(not_covered(report))}".rstrip()
    )
    yield ""
    yield from listed("trouble", report["troubles"])
    if report["receiver"]:
        yield "| requirement | result | shown by | statement |"
        yield "|---|---|---|---|"
        yield from (_owed(statement) for statement in report["receiver"])
        yield ""
    yield from _claims(report)
    yield from _clauses(report)
    yield from _failing(report)
    yield from _known(report)
    if "slow" in report:
        yield ""
        yield f"## {plain(slow_title(report))}"
        yield ""
        yield from (f"- {plain(line)}" for line in slow_lines(report)[:LISTED])
    made_up = made_up_lines(report)
    if made_up:
        yield ""
        yield f"## Made up at random: {len(made_up):,}"
        yield ""
        yield from (f"- {plain(line)}" for line in made_up[:LISTED])
    reasons = skipped(report)
    if reasons:
        yield ""
        yield f"## Skipped: {sum(reasons.values()):,}"
        yield ""
        yield from (f"- {n:,}: {plain(why)}" for why, n in list(reasons.items())[:LISTED])
    if report["not_tested"]:
        yield ""
        yield "<details><summary>Not tested</summary>"
        yield ""
        for why, what in not_tested(report):
            more = f" and {len(what) - LISTED:,} more" if len(what) > LISTED else ""
            yield f"- {plain(', '.join(what[:LISTED]))}{more}: {plain(why)}"
        yield ""
        yield "</details>"
    yield ""
    yield from closing(report)


def _claims(report: Table) -> Iterator[str]:
    claims = claims_of(report)
    if not claims:
        return
    yield f"**{plain(claims_title(report))}**"
    yield ""
    yield "| requirement | claimed | tested | met | comment |"
    yield "|---|---|---|---|---|"
    for one in claims:
        cells = (one.id, one.claimed, one.tested, one.result, one.comment)
        yield f"| {' | '.join(map(plain, cells))} |"
    yield ""


def _owed(statement: Table) -> str:
    cells = (plain(statement_line(statement)), plain(statement["statement"]))
    result = statement["result"].replace(_BOLD, f"**{_BOLD}**")
    return f"| {plain(statement['id'])} | {result} | {cells[0]} | {cells[1]} |"


def _clauses(report: Table) -> Iterator[str]:
    if not report["clauses"]:
        return
    used = [name for name in STATUSES if any(name in c for c in report["clauses"].values())]
    yield f"| clause | {' | '.join(used)} |"
    yield f"|---|{'---:|' * len(used)}"
    for clause, counts in report["clauses"].items():
        yield f"| {plain(clause)} | {' | '.join(str(counts.get(n, 0)) for n in used)} |"


def _failing(report: Table) -> Iterator[str]:
    bad = {
        name: failing
        for name, cases in groups(report).items()
        if (failing := [c for c in cases if is_failing(c, report) and not c["known"]])
    }
    for name, cases in list(bad.items())[:TOLD]:
        yield ""
        yield f"## {plain(name)}: {len(cases):,} not passed"
        for root in cases[0]["roots"]:
            yield ""
            yield plain(wording_of(report, root)["statement"])
        yield ""
        for case in cases[:CASES]:
            yield f"- {plain(case['id'])}: {plain(told(case))}"
            yield from (f"  - {label}: {plain(value)}" for label, value in explanation(case))
        if len(cases) > CASES:
            yield f"- and {len(cases) - CASES:,} more"
    if len(bad) > TOLD:
        yield ""
        yield f"And {len(bad) - TOLD:,} more requirements with cases that did not pass."


def _known(report: Table) -> Iterator[str]:
    known = [case for case in ordered(report) if case["known"]]
    if not known:
        return
    yield ""
    yield f"## Known failures: {len(known):,}"
    yield ""
    by_excuse: dict[str, list[str]] = {}
    for case in known:
        by_excuse.setdefault(excuse_line(case["excuse"]), []).append(case["id"])
    for excuse, cases in list(by_excuse.items())[:LISTED]:
        more = f" and {len(cases) - CASES:,} more" if len(cases) > CASES else ""
        yield f"- {plain(excuse)}: {plain(', '.join(cases[:CASES]))}{more}"
