"""The raw report as text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance.phrases import capital
from conformance.report.area import area_lines, stray_lines
from conformance.report.brief import submission_line, total_lines
from conformance.report.edition_files import file_lines
from conformance.report.headline import headline
from conformance.report.lines import WIDTH, beside, wrapped
from conformance.report.outline import (
    Fact,
    Failure,
    Section,
    failures_of,
    sections_of,
    sections_of_all,
)
from conformance.report.style import Style
from conformance.report.wording import failing_on, not_covered, times_of

Table = Mapping[str, Any]


def render_text(report: Table, style: Style) -> Iterator[str]:
    """The lines of the report: a line per submission, and below it what failed and why."""
    for submission in report["submissions"]:
        yield submission_line(submission, style)
        yield from wrapped(f"{capital(headline(submission, report))}.", 4)
        yield _counts(submission, style)
        yield from failure_lines(failures_of(submission, report), style, 2)
        for section in sections_of(submission, report):
            yield from ("", *section_lines(section, style, 2))
        if "area" in submission:
            yield from area_lines(submission["area"], style)
        yield ""
    yield from total_lines(report["submissions"], style)
    if report.get("strays"):
        yield from (*stray_lines(report["strays"], style), "")
    for section in sections_of_all(report):
        yield from (*section_lines(section, style), "")
    yield from closing(report, style)


def closing(report: Table, style: Style) -> Iterator[str]:
    """The last lines of a report: what it rests on, what it does not cover, when it was made."""
    profile = report["profile"]
    if not profile["verified"]:
        entries = ", ".join(a["entry"] for a in profile["unverified"])
        line = f"Profile {profile['name']} is unverified. Unconfirmed: {entries}. "
        for part in wrapped(f"{line}`tadp profile show` says why each was assumed.", hanging=0):
            yield style(part, "yellow")
    for line in file_lines(report):
        yield from wrapped(line)
    gaps = not_covered(report)
    if gaps:
        yield from wrapped(f"{gaps} `tadp clauses --format json` says why.")
    asked = f" {failing_on(report)}" if "fail_on" in report else ""
    yield from wrapped(f"{times_of(report)}{asked}")


def text_of(report: Table) -> str:
    """The report as the text of a file, without colour."""
    return "".join(f"{line}\n" for line in whole_text(report, Style(colour=False)))


def whole_text(report: Table, style: Style) -> Iterator[str]:
    """The lines of the report with what could not be read, of which a check complains itself."""
    yield from render_text(report, style)
    for trouble in report.get("not_read", ()):
        yield from wrapped(f"Could not be read: {trouble}")


def failure_lines(failures: Iterable[Failure], style: Style, indent: int = 0) -> Iterator[str]:
    """Yield what failed, with its instances and what there is to know of it."""
    for failure in failures:
        yield ""
        first, *rest = wrapped(f"{failure.name} {failure.title}".rstrip(), indent)
        label = " " * indent + failure.name
        yield from (style(label, "bold", "red") + first.removeprefix(label), *rest)
        for instance in failure.instances:
            line = " " * (indent + 2) + instance.line
            yield from [line] if instance.outcome else wrapped(instance.line, indent + 2)
            yield from wrapped(instance.outcome, 4)
            if instance.excerpt is not None:
                yield from _excerpt(instance.excerpt, style)
            yield from _facts(instance.facts, style)
            if instance.excuse:
                yield from wrapped(f"known failure: {instance.excuse}", 4)
        if failure.more:
            yield style(" " * (indent + 2) + failure.more, "dim")
        yield from _facts(failure.facts, style)


def _facts(facts: Iterable[Fact], style: Style) -> Iterator[str]:
    for fact in facts:
        label = f"      {style(f'{fact.label:<9}', 'dim')} "
        if fact.is_copied:
            yield f"{label}{fact.text}"
        else:
            yield from beside(label, fact.text, 16)


def section_lines(section: Section, style: Style, indent: int = 0) -> Iterator[str]:
    """Yield a section: its title, and its lines below it."""
    yield " " * indent + style(section.title, "bold")
    for line in (*section.lines, *filter(None, [section.more])):
        yield from [f"  {line}"] if section.copied else wrapped(line, indent + 2)


def _counts(submission: Table, style: Style) -> str:
    counts = [r["status"] for r in submission["requirements"]]
    numbers = [
        f"{counts.count(status)} {status}"
        for status in ("passed", "failed", "attested", "not shown")
        if counts.count(status)
    ]
    return "    " + style(", ".join(numbers), "dim")


def _excerpt(excerpt: Table, style: Style) -> Iterator[str]:
    """The record, cut to the width of the page around the place, which is marked below."""
    text, start, length = excerpt["text"], excerpt["start"], excerpt["length"]
    room = WIDTH - 10
    first = max(0, min(start - room // 3, len(text) - room))
    cut = text[first : first + room]
    mark = "^" * max(1, min(length, room - (start - first)))
    yield "      " + style("|", "cyan") + f" {cut}"
    yield "      " + style("|", "cyan") + " " * (start - first + 1) + style(mark, "red")
