"""The outline of a report: what failed, and what else there is to say, whatever the view.

A view decides how it looks, and cuts what has no room. What is said, in which words and in which
order is decided here for checks, and in ``assessed/outline.py`` for assessments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from conformance.model.requirement import Kind
from conformance.phrases import beyond
from conformance.report.headline import resting_on
from conformance.report.wording import (
    PASSED_BY,
    evidence_line,
    failed,
    line_of,
    passed_by,
    passed_otherwise,
    read_otherwise,
    reading_taken,
    readings_of,
)

Table = Mapping[str, Any]

#: Findings of one requirement that a view for people has; the raw report has more.
SHOWN = 3
#: Lines that a section has where the raw report has many more.
LISTED = 60
HOW_TO_GIVE = "How to give this: the heading in a register, the option of `tadp evidence`"
#: Where a register says what ``area.json`` may say.
_OF_AREA = {
    "requests in area.json": 'heading "Completed at"',
    "live_user_ids in area.json": 'heading "Is live", in the rows of kind "User ID"',
}
#: Where it has, in rows of their own, what a manifest has at each submission.
_OF_USERS = {
    "sender.sets_adts": 'headings "User Role" and "Is live", in the rows of kind "User ID"',
}


class Fact(NamedTuple):
    """A text with what it is."""

    label: str
    text: str


class Instance(Struct, frozen=True):
    """One finding, or one case that did not come out as it should."""

    line: str
    facts: tuple[Fact, ...]
    excerpt: Table | None = None
    #: What was expected of a case and what was seen, and why it is excused.
    outcome: str = ""
    excuse: str = ""


class Failure(Struct, frozen=True):
    """A requirement that a submission fails by itself, or the cases that break one.

    ``more`` says how many instances are left out.
    """

    name: str
    title: str
    instances: tuple[Instance, ...]
    more: str = ""
    statements: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


class Section(Struct, frozen=True):
    """Lines below a title; ``more`` says how many are left out.

    Those that are to be ``copied`` are never broken; a view may fold what is ``folded``.
    """

    title: str
    lines: tuple[str, ...]
    more: str = ""
    copied: bool = False
    folded: bool = False

    @classmethod
    def cut(cls, title: str, lines: Sequence[str], *, copied: bool = False) -> Section:
        """Return a section with the first of ``lines``."""
        return cls(title, tuple(lines[:LISTED]), beyond(len(lines), LISTED), copied)


def failures_of(submission: Table, report: Table, most: int | None = SHOWN) -> Iterator[Failure]:
    """Yield what a submission fails by itself, with its first findings, or with all."""
    wording = report["catalogue"][submission["edition"]]
    for result in failed(submission):
        words, findings = wording[result["id"]], result["findings"][:most]
        yield Failure(
            result["id"],
            f"({result['actor']}) {words['statement']}",
            tuple(map(instance_of, findings)),
            beyond(result["count"], len(findings), "more like this"),
            facts=tuple(facts_of(result, words, report, most)),
        )


def instance_of(finding: Table) -> Instance:
    """Return a finding with what was found and expected."""
    seen = (Fact(name, finding[name]) for name in ("found", "expected") if finding[name])
    return Instance(line_of(finding), tuple(seen), finding.get("excerpt"))


def facts_of(
    result: Table, words: Table, report: Table, most: int | None = SHOWN
) -> Iterator[Fact]:
    """Yield why a requirement that failed or is not shown matters, what to do, what it rests on."""
    yield Fact("why", words["effect"])
    hints = dict.fromkeys(f["hint"] for f in result["findings"][:most]) or [words["hint"]]
    yield from (Fact("fix", hint) for hint in hints)
    if result["through"]:
        yield Fact("through", ", ".join(result["through"]))
    if result["rests_on"] is not None:
        yield Fact("rests on", resting_on(result, report))
    yield from readings(result, report)


def readings(result: Table, report: Table) -> Iterator[Fact]:
    """Yield the readings of the text that decided, and what others would give."""
    yield from (Fact("note", line) for line in readings_of(result, report))
    yield from (Fact("otherwise", line) for line in read_otherwise(result))


def sections_of(submission: Table, report: Table) -> Iterator[Section]:
    """Yield what fails through something else, and what is not shown, by what would show it."""
    through = tuple(_through(submission, report))
    if through:
        yield Section("Fails through these", through)
    hidden: dict[str, list[str]] = {}
    wanting: dict[str, list[str]] = {}
    for result in submission["requirements"]:
        if result["status"] == "not shown":
            group = hidden if result["blocked_by"] and not result["evidence"] else wanting
            group.setdefault(evidence_line(result), []).append(result["id"])
    for title, group in (
        ("Not shown: depends on a requirement that failed or is not shown", hidden),
        ("Not shown: evidence is missing", wanting),
    ):
        if group:
            lines = (f"{', '.join(ids)}: {what}" for what, ids in group.items())
            yield Section(title, tuple(lines), folded=True)


def _through(submission: Table, report: Table) -> Iterator[str]:
    wording = report["catalogue"][submission["edition"]]
    for result in submission["requirements"]:
        if result["status"] == "failed" and not result["count"]:
            yield (
                f"{result['id']} ({result['actor']}) through {', '.join(result['through'])}, on "
                f"{resting_on(result, report)}: {wording[result['id']]['statement']}"
            )
            for line in read_otherwise(result):
                yield f"{result['id']}, by another reading: {line}"


def sections_of_all(report: Table) -> Iterator[Section]:
    """Yield where to give what is missing, and what passed because of how the text was read."""
    yield from how_to_give(report)
    notes = passed_by(report["submissions"])
    if notes:
        lines = [f"{', '.join(ids)}: {reading_taken(name, report)}" for name, ids in notes.items()]
        lines += passed_otherwise(report["submissions"])
        yield Section(PASSED_BY, tuple(lines), folded=True)


def how_to_give(report: Table) -> Iterator[Section]:
    """Yield where a person writes the evidence that is missing, each fact once, if there is any."""
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
            heading = f'heading "{fact.heading}"' if fact.in_register else _OF_USERS.get(entry, "")
            lines[f"{entry}: {', '.join(filter(None, (heading, f'option {fact.option}')))}"] = None
    if lines:
        yield Section(HOW_TO_GIVE, tuple(lines), folded=True)
