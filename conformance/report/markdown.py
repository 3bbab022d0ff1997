"""The raw report as Markdown, for the summary of a step or a comment on a change.

Bounded, since code hosts cut or refuse a summary of more than a mebibyte. What comes from the
input is written in character references where Markdown could obey it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from conformance.findings import Verdict
from conformance.report.edition_files import file_lines
from conformance.report.headline import answer, headline, resting_on
from conformance.report.wording import (
    PASSED_BY,
    Table,
    failed,
    failing_on,
    gaps_of,
    kind_label,
    line_of,
    not_covered,
    passed_by,
    passed_otherwise,
    read_otherwise,
    reading_taken,
    readings_of,
    settled_by,
    times_of,
)

#: Submissions in the table, those told in detail, and findings of a requirement.
LISTED, TOLD, FINDINGS = 200, 25, 3
#: With the marks of lists and headings only where they begin a text.
_SPECIAL = re.compile(r"[&<>*_`\[\]#~|\\!@$]|:(?=//)|(?i:w)(?=ww\.)|\A[-+=]|(?<=\A\d)[.)]")
_ORDER = tuple(Verdict)


def markdown_of(report: Table) -> str:
    """The report as Markdown of at most a few hundred kilobytes."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Table) -> Iterator[str]:
    verdict, sentence = answer(report)
    profile = report["profile"]
    editions = ", ".join(sorted({s["edition"] for s in report["submissions"]}))
    yield f"# Appendix AA: {verdict}"
    yield ""
    name = plain(profile["name"])
    trusted = "verified" if profile["verified"] else "**unverified**"
    yield (
        f"**{plain(sentence)}** Edition {plain(editions) or 'none'}; profile {name}, {trusted}. "
        f"{plain(not_covered(report))}".rstrip()
    )
    yield ""
    yield from listed("could not be read", report.get("not_read", []))
    yield from _table(report["submissions"])
    worst = [s for s in report["submissions"] if s["verdict"] != "conforms"]
    worst.sort(key=lambda s: _ORDER.index(s["verdict"]))
    for submission in worst[:TOLD]:
        yield ""
        yield from _told(submission, report)
    if len(worst) > TOLD:
        yield ""
        yield f"And {len(worst) - TOLD:,} more submissions that do not conform or are not shown to."
    yield from _passed_by(report)
    yield ""
    yield plain(failing_on(report))
    yield ""
    yield from closing(report)


def listed(label: str, troubles: Iterable[str]) -> Iterator[str]:
    """The ``troubles`` as a list, with the blank line without which a table would be part of it."""
    lines = [f"- {label}: {plain(trouble)}" for trouble in troubles]
    yield from (*lines, "") if lines else ()


def closing(report: Table) -> Iterator[str]:
    """Yield what is unconfirmed in the profile, what is not covered, and when it was made."""
    profile = report["profile"]
    if not profile["verified"]:
        entries = ", ".join(plain(a["entry"]) for a in profile["unverified"])
        yield f"Unconfirmed in the profile: {entries}."
        yield ""
    for line in file_lines(report):
        yield plain(line)
        yield ""
    gaps = gaps_of(report)
    if gaps:
        yield "<details><summary>Not covered</summary>"
        yield ""
        for gap in gaps:
            clauses, editions = plain(", ".join(gap["clauses"])), plain(", ".join(gap["editions"]))
            yield f"- {clauses} ({editions}): {plain(gap['what'])} {plain(gap['reason'])}"
        yield ""
        yield "</details>"
        yield ""
    yield (
        f"{plain(report['tool']['name'])} {plain(report['tool']['version'])}. "
        f"{plain(times_of(report))}"
    )


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
        cells = (bold, plain(one["source"]), what, ", ".join(one["rests_on"]), *counts)
        yield f"| {' | '.join(cells)} |"
    if len(ordered) > LISTED:
        yield ""
        yield f"And {len(ordered) - LISTED:,} more."


def _told(submission: Table, report: Table) -> Iterator[str]:
    wording, said = report["catalogue"][submission["edition"]], headline(submission, report)
    yield f"## {plain(submission['source'])}"
    yield ""
    yield plain(f"{said[0].upper()}{said[1:]}.")
    for result in failed(submission):
        words = wording[result["id"]]
        yield ""
        yield f"**{plain(result['id'])}** ({result['actor']}) {plain(words['statement'])}"
        yield ""
        for finding in result["findings"][:FINDINGS]:
            yield f"- {plain(line_of(finding))}"
            for name in ("found", "expected"):
                if finding[name]:
                    yield f"  <br>{name}: {plain(finding[name])}"
        if result["count"] > FINDINGS:
            yield f"- and {result['count'] - FINDINGS:,} more like this"
        yield ""
        yield f"To fix: {plain(result['findings'][0]['hint'])}"
        yield ""
        yield f"Rests on {plain(resting_on(result, report))}."
        yield from _notes(result, report)
    through = [r for r in submission["requirements"] if r["through"]]
    if through:
        yield ""
        yield "Fails through these: " + ", ".join(
            f"{plain(r['id'])} (through {plain(', '.join(r['through']))}; on "
            f"{plain(resting_on(r, report))})"
            for r in through
        )
    gaps: dict[str, list[str]] = {}
    for result in submission["requirements"]:
        if result["status"] == "not shown":
            gaps.setdefault(settled_by(result), []).append(result["id"])
    if gaps:
        yield ""
        yield "<details><summary>Not shown</summary>"
        yield ""
        yield from (f"- {plain(', '.join(ids))}: {plain(gap)}" for gap, ids in gaps.items())
        yield ""
        yield "</details>"


def _notes(result: Table, report: Table) -> Iterator[str]:
    """The readings that decided, and what others would give, each as a paragraph."""
    for line in readings_of(result, report):
        yield ""
        yield f"Note {plain(line)}"
    lines = read_otherwise(result)
    if lines:
        yield ""
        yield from (f"- By another reading: {plain(line)}" for line in lines)


def _passed_by(report: Table) -> Iterator[str]:
    """Yield what passed in all submissions because the text was read in one way, by note."""
    notes = passed_by(report["submissions"])
    if notes:
        yield ""
        yield f"<details><summary>{PASSED_BY}</summary>"
        yield ""
        for name, ids in notes.items():
            yield f"- {plain(', '.join(ids))}: {plain(reading_taken(name, report))}"
        for line in passed_otherwise(report["submissions"]):
            yield f"- {plain(line)}"
        yield ""
        yield "</details>"


def plain(text: str) -> str:
    """``text`` as Markdown that shows just that."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", text)
