"""The raw report as Markdown, for the summary of a step or a comment on a change.

Bounded, since code hosts cut or refuse a summary of more than a mebibyte. What comes from the
input is written in character references where Markdown could obey it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from conformance.findings import Verdict
from conformance.phrases import beyond, capital
from conformance.report.edition_files import file_lines
from conformance.report.headline import answer, headline
from conformance.report.outline import (
    Fact,
    Failure,
    Section,
    failures_of,
    sections_of,
    sections_of_all,
)
from conformance.report.wording import (
    Table,
    failing_on,
    gaps_of,
    kind_label,
    not_covered,
    times_of,
)

#: Submissions in the table, and those that are described.
LISTED, DESCRIBED = 200, 25
#: With the marks of lists and headings only where they begin a text.
_SPECIAL = re.compile(r"[&<>*_`\[\]#~|\\!@$]|:(?=//)|(?i:w)(?=ww\.)|\A[-+=]|(?<=\A\d)[.)]")
_ORDER = tuple(Verdict)


def markdown_of(report: Table) -> str:
    """The report as Markdown of at most a few hundred kilobytes."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Table) -> Iterator[str]:
    verdict, sentence = answer(report)
    editions = ", ".join(sorted({s["edition"] for s in report["submissions"]}))
    yield f"# Appendix AA: {verdict}"
    yield ""
    yield f"**{plain(sentence)}** {made_with(report, editions)}"
    yield ""
    yield from listed("could not be read", report.get("not_read", []))
    yield from _table(report["submissions"])
    worst = [s for s in report["submissions"] if s["verdict"] != "conforms"]
    worst.sort(key=lambda s: _ORDER.index(s["verdict"]))
    for submission in worst[:DESCRIBED]:
        said = headline(submission, report)
        yield from ("", f"## {plain(submission['source'])}", "")
        yield plain(f"{capital(said)}.")
        for failure in failures_of(submission, report):
            yield from ("", f"**{plain(failure.name)}** {plain(failure.title)}", "")
            yield from failure_lines(failure)
        for section in sections_of(submission, report):
            yield from section_lines(section, "")
    left_out = "more submissions that do not conform or are not shown to."
    if more := beyond(len(worst), DESCRIBED, left_out):
        yield from ("", more.capitalize())
    for section in sections_of_all(report):
        yield from section_lines(section)
    yield from ("", plain(failing_on(report)), "")
    yield from closing(report)


def made_with(report: Table, editions: str) -> str:
    """Return by which editions and profile a report was made, and what it does not cover."""
    profile = report["profile"]
    trusted = "verified" if profile["verified"] else "**unverified**"
    return (
        f"Edition {plain(editions) or 'none'}; profile {plain(profile['name'])}, {trusted}. "
        f"{plain(not_covered(report))}"
    ).rstrip()


def listed(label: str, troubles: Iterable[str]) -> Iterator[str]:
    """The ``troubles`` as a list, with the blank line without which a table would be part of it."""
    lines = [f"- {label}: {plain(trouble)}" for trouble in troubles]
    yield from (*lines, "") if lines else ()


def failure_lines(failure: Failure) -> Iterator[str]:
    """Yield the instances of what failed as a list, and below it what there is to know of it."""
    for instance in failure.instances:
        yield f"- {plain(instance.line)}" + (
            f": {plain(instance.outcome)}" if instance.outcome else ""
        )
        yield from (f"  - {fact.label}: {plain(fact.text)}" for fact in instance.facts)
    if failure.more:
        yield f"- {failure.more}"
    for fact in failure.facts:
        yield from ("", _fact(fact))


def _fact(fact: Fact) -> str:
    return f"{fact.label.capitalize()}: {plain(fact.text)}"


def section_lines(section: Section, mark: str = "## ") -> Iterator[str]:
    """Yield a section as a list below its title, which is a heading by ``mark``, or folded."""
    lines = [f"- {plain(line)}" for line in section.lines]
    lines += [f"- {section.more}"] if section.more else []
    if section.folded:
        yield from ("", f"<details><summary>{plain(section.title)}</summary>", "", *lines)
        yield from ("", "</details>")
    else:
        yield from ("", f"{mark}{plain(section.title)}", "", *lines)


def closing(report: Table) -> Iterator[str]:
    """Yield what is unconfirmed in the profile, what is not covered, and when it was made."""
    profile = report["profile"]
    if not profile["verified"]:
        entries = ", ".join(plain(a["entry"]) for a in profile["unverified"])
        yield from (f"Unconfirmed in the profile: {entries}.", "")
    for line in file_lines(report):
        yield from (plain(line), "")
    gaps = [
        f"- {plain(', '.join(gap['clauses']))} ({plain(', '.join(gap['editions']))}): "
        f"{plain(gap['what'])} {plain(gap['reason'])}"
        for gap in gaps_of(report)
    ]
    if gaps:
        yield from ("<details><summary>Not covered</summary>", "", *gaps, "", "</details>", "")
    tool = f"{plain(report['tool']['name'])} {plain(report['tool']['version'])}"
    yield f"{tool}. {plain(times_of(report))}"


def _table(submissions: list[Table]) -> Iterator[str]:
    if not submissions:
        return
    yield "| verdict | submission | what | rests on | failed | passed | attested | not shown |"
    yield "|---|---|---|---|---:|---:|---:|---:|"
    ordered = sorted(submissions, key=lambda s: _ORDER.index(s["verdict"]))
    for one in ordered[:LISTED]:
        statuses = [r["status"] for r in one["requirements"]]
        counts = (f"{statuses.count(n)}" for n in ("failed", "passed", "attested", "not shown"))
        what = f"{kind_label(one)}, {plain(one['edition'])}"
        verdict = one["verdict"]
        bold = f"**{verdict}**" if verdict == Verdict.VIOLATES else verdict
        yield row(bold, plain(one["source"]), what, ", ".join(one["rests_on"]), *counts)
    if more := beyond(len(ordered), LISTED, "more."):
        yield from ("", more.capitalize())


def row(*cells: str) -> str:
    """Return the row of a table."""
    return f"| {' | '.join(cells)} |"


def plain(text: str) -> str:
    """``text`` as Markdown that shows just that."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", text)
