"""The raw report as text for a person at a terminal."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance.findings import Verdict
from conformance.model.requirement import Kind
from conformance.phrases import counted
from conformance.report.area import area_lines, stray_lines
from conformance.report.edition_files import file_lines
from conformance.report.headline import headline, resting_on
from conformance.report.style import Style
from conformance.report.wording import (
    PASSED_BY,
    failing_on,
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

WIDTH = 100
#: Findings of one requirement that are shown in full; the raw report has more.
SHOWN = 3
HOW_TO_GIVE = "How to give this: the heading in a register, the option of `tadp evidence`"
#: Where a register says what ``area.json`` may say.
_OF_AREA = {
    "requests in area.json": 'heading "Completed at"',
    "live_user_ids in area.json": 'heading "Is live", in the rows of kind "User ID"',
}
_COLOURS = {"conforms": "green", "violates": "red", "departs": "yellow", "not shown": "yellow"}

Table = Mapping[str, Any]


def render_text(report: Table, style: Style, *, quiet: bool = False) -> Iterator[str]:
    """The lines of the report: a line per submission, and below it what failed and why.

    With ``quiet``, only the line per submission.
    """
    for submission in report["submissions"]:
        said = headline(submission, report)
        line = _submission(submission, style)
        if quiet:
            yield f"{line}; {said}"
            continue
        yield line
        yield from _wrap(f"{said[0].upper()}{said[1:]}.", 4)
        yield _counts(submission, style)
        yield from _failures(submission, report, style)
        yield from _not_shown(submission, style)
        if "area" in submission:
            yield from area_lines(submission["area"], style)
        yield ""
    if len(report["submissions"]) > 1:
        yield _total(report["submissions"], style)
    if not quiet:
        if report.get("strays"):
            yield from (*stray_lines(report["strays"], style), "")
        yield from _how_to_give(report, style)
        yield from _passed_by(report, style)
        yield from _profile(report, style)
        yield from closing(report)


def closing(report: Table) -> Iterator[str]:
    """The last lines of a report: what it does not cover, and when it was made."""
    for line in file_lines(report):
        yield from _wrap(line, 0)
    gaps = not_covered(report)
    if gaps:
        yield from _wrap(f"{gaps} `tadp clauses --format json` says why.", 0)
    asked = f" {failing_on(report)}" if "fail_on" in report else ""
    yield from _wrap(f"{times_of(report)}{asked}", 0)


def text_of(report: Table) -> str:
    """The report as the text of a file, without colour."""
    return "".join(f"{line}\n" for line in whole_text(report, Style(colour=False)))


def whole_text(report: Table, style: Style) -> Iterator[str]:
    """The lines of the report with what could not be read, of which a check complains itself."""
    yield from render_text(report, style)
    for trouble in report.get("not_read", ()):
        yield from _wrap(f"Could not be read: {trouble}", 0)


def _submission(submission: Table, style: Style) -> str:
    verdict = submission["verdict"]
    word = style(verdict.upper(), "bold", _COLOURS[verdict])
    kind = Kind(submission["kind"]).label
    line = f"{word}  {style(submission['source'], 'bold')}  {kind}, edition {submission['edition']}"
    roots = [r["id"] for r in submission["requirements"] if r["count"]]
    if roots:
        line += ": " + style(", ".join(roots), "bold")
    return line


def _counts(submission: Table, style: Style) -> str:
    counts = [r["status"] for r in submission["requirements"]]
    numbers = [
        f"{counts.count(status)} {status}"
        for status in ("passed", "failed", "attested", "not shown")
        if counts.count(status)
    ]
    return "    " + style(", ".join(numbers), "dim")


def _failures(submission: Table, report: Table, style: Style) -> Iterator[str]:
    wording = report["catalogue"][submission["edition"]]
    failed = [r for r in submission["requirements"] if r["status"] == "failed"]
    for result in failed:
        words = wording[result["id"]]
        if not result["count"]:
            continue
        yield ""
        yield _title(result, words, style)
        for finding in result["findings"][:SHOWN]:
            yield from _finding(finding, style)
        if result["count"] > SHOWN:
            yield style(f"    and {result['count'] - SHOWN:,} more like this", "dim")
        yield from _labelled("why", words["effect"], style)
        hints = dict.fromkeys(f["hint"] for f in result["findings"])
        yield from _labelled("fix", next(iter(hints)), style)
        yield from _labelled("rests on", resting_on(result, report), style)
        for line in readings_of(result, report):
            yield from _labelled("note", line, style)
        for line in read_otherwise(result):
            yield from _labelled("else", line, style)
    through = [r for r in failed if not r["count"]]
    if through:
        yield ""
        yield "  " + style("Fails through these", "bold")
        for result in through:
            by = ", ".join(result["through"])
            yield from _wrap(
                f"{result['id']} ({result['actor']}) through {by}, on "
                f"{resting_on(result, report)}: {wording[result['id']]['statement']}",
                4,
            )
            for line in read_otherwise(result):
                yield from _wrap(line, 8)


def _title(result: Table, words: Table, style: Style) -> str:
    lines = _wrap(f"{result['id']} ({result['actor']}) {words['statement']}", 2)
    first, *rest = lines
    label = f"  {result['id']}"
    return "\n".join([style(label, "bold", "red") + first.removeprefix(label), *rest])


def _finding(finding: Table, style: Style) -> Iterator[str]:
    yield from _wrap(line_of(finding), 4)
    if "excerpt" in finding:
        yield from _excerpt(finding["excerpt"], style)
    for label in ("found", "expected"):
        if finding[label]:
            yield from _labelled(label, finding[label], style)


def _excerpt(excerpt: Table, style: Style) -> Iterator[str]:
    """The record, cut to the width of the page around the place, which is marked below."""
    text, start, length = excerpt["text"], excerpt["start"], excerpt["length"]
    room = WIDTH - 10
    first = max(0, min(start - room // 3, len(text) - room))
    cut = text[first : first + room]
    mark = "^" * max(1, min(length, room - (start - first)))
    yield "      " + style("|", "cyan") + f" {cut}"
    yield "      " + style("|", "cyan") + " " * (start - first + 1) + style(mark, "red")


def _passed_by(report: Table, style: Style) -> Iterator[str]:
    """Yield what passed because the text was read in one way, gathered by note."""
    notes = passed_by(report["submissions"])
    if not notes:
        return
    yield style(PASSED_BY, "bold")
    for name, ids in notes.items():
        yield from _wrap(f"{', '.join(ids)}: {reading_taken(name, report)}", 2)
    for line in passed_otherwise(report["submissions"]):
        yield from _wrap(line, 2)
    yield ""


def _labelled(label: str, text: str, style: Style) -> Iterator[str]:
    lines = textwrap.wrap(text, WIDTH - 16, break_on_hyphens=False) or [""]
    yield f"      {style(f'{label:<9}', 'dim')} {lines[0]}"
    yield from (" " * 16 + line for line in lines[1:])


def _wrap(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_on_hyphens=False,
    )


def _not_shown(submission: Table, style: Style) -> Iterator[str]:
    """Yield what could not be shown, gathered by what would show it."""
    hidden: dict[str, list[str]] = {}
    wanting: dict[str, list[str]] = {}
    for result in submission["requirements"]:
        if result["status"] == "not shown":
            group = hidden if result["blocked_by"] and not result["evidence"] else wanting
            group.setdefault(settled_by(result), []).append(result["id"])
    for title, group in (
        ("Not shown: depends on a requirement that failed or is not shown", hidden),
        ("Not shown: evidence is missing", wanting),
    ):
        if group:
            yield ""
            yield "  " + style(title, "bold")
            for what, ids in group.items():
                yield from _wrap(f"{', '.join(ids)}: {what}", 4)


def _how_to_give(report: Table, style: Style) -> Iterator[str]:
    """Yield where a person writes the evidence that is missing: each fact once."""
    wanted = {
        (Kind(submission["kind"]), entry): None
        for submission in report["submissions"]
        for result in submission["requirements"]
        if result["status"] == "not shown"
        for entry in result["evidence"]
    }
    if not wanted:
        return
    from conformance.submission.facts import facts_for

    lines: dict[str, None] = {}
    for kind, entry in wanted:
        if entry in _OF_AREA:
            lines[f"{entry}: {_OF_AREA[entry]}"] = None
        for fact in facts_for((entry,), kind):
            heading = f'heading "{fact.heading}", ' if fact.in_register else ""
            lines[f"{entry}: {heading}option {fact.option}"] = None
    if lines:
        yield style(HOW_TO_GIVE, "bold")
        for line in lines:
            yield from _wrap(line, 2)
        yield ""


def _total(submissions: Sequence[Table], style: Style) -> str:
    """Count the verdicts of the submissions, and apart from these of the areas that they are in."""
    said = []
    for noun, areas in (("submission", False), ("area", True)):
        verdicts = Counter(s["verdict"] for s in submissions if (s["kind"] == Kind.AREA) is areas)
        parts = [style(f"{verdicts[v]:,} {v}", _COLOURS[v]) for v in Verdict if verdicts[v]]
        if parts:
            said.append(f"{counted(verdicts.total(), noun)}: {', '.join(parts)}")
    return "; ".join(said)


def _profile(report: Table, style: Style) -> Iterator[str]:
    profile = report["profile"]
    if profile["verified"]:
        return
    entries = ", ".join(a["entry"] for a in profile["unverified"])
    yield from (
        style(line, "yellow")
        for line in textwrap.wrap(
            f"Profile {profile['name']} is unverified. Unconfirmed: {entries}. "
            f"`tadp profile show` says why each was assumed.",
            WIDTH,
        )
    )
