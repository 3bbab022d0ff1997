"""The outline of a report: what failed, and what else there is to say, whatever the view.

A view decides how it looks, and cuts what has no room. What is said, in which words and in which
order is decided here for checks, and in ``assessed/outline.py`` for assessments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from conformance.findings import Status, Verdict
from conformance.model.requirement import Kind
from conformance.phrases import beyond
from conformance.report.headline import resting_on, verdict_of
from conformance.report.wording import (
    PASSED_BY,
    line_of,
    notes_of,
    passed_by,
    passed_otherwise,
    place_of,
    read_otherwise,
    reading_taken,
    wants_evidence,
)

Table = Mapping[str, Any]

#: Findings of one requirement that a view for people has; the raw report has more.
SHOWN = 3
#: Lines that a section has where the raw report has many more.
LISTED = 60
HOW_TO_GIVE = "How to give what is missing, in a register or with `tadp evidence`"
#: How evidence ends that the reason names more closely.
_NAMED_BY_REASON = ("--crl", "--ocsp", "requests in area.json")
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
    """A text with what it is, and the note that it is about, if it is about one."""

    label: str
    text: str
    note: str = ""

    @property
    def is_copied(self) -> bool:
        """True if it is to be copied, and so is never broken into lines."""
        return self.label in ("again", "show", "kept")


def labelled(facts: Iterable[Fact]) -> Iterator[str]:
    """Yield a line for each of ``facts``, their labels below each other."""
    return (f"{fact.label:<9} {fact.text}" for fact in facts)


class Instance(Struct, frozen=True):
    """One finding at a place, or one case that did not come out as it should."""

    text: str
    facts: tuple[Fact, ...]
    place: str = ""
    excerpt: Table | None = None
    #: The expected and the seen result of a case, and why it is excused.
    outcome: str = ""
    excuse: str = ""

    @property
    def line(self) -> str:
        """Place and text."""
        return f"{self.place}: {self.text}" if self.place else self.text


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

    def cut(self) -> Section:
        """Return it with its first lines alone."""
        more = beyond(len(self.lines), LISTED)
        return Section(self.title, self.lines[:LISTED], more, self.copied, self.folded)


class Outcome(Struct, frozen=True):
    """How one requirement came out for a submission, and what there is to say of that.

    ``result`` is its record in the raw ``report``, and ``words`` how its edition words it.
    """

    id: str
    status: str
    result: Table
    words: Table
    report: Table

    @property
    def verdict(self) -> Verdict:
        """What it comes to by itself if it failed: it violates, or it departs."""
        return verdict_of(self.result, self.words)

    @property
    def is_wanted(self) -> bool:
        """True if it is not shown, and that fails the run."""
        wanted = wants_evidence(self.report) and self.words["strength"] != "may"
        return wanted and self.status == Status.NOT_SHOWN

    @property
    def grounds(self) -> str:
        """What a failure rests on; empty if it did not fail."""
        return resting_on(self.result, self.report) if self.result["rests_on"] is not None else ""

    @property
    def missing(self) -> str:
        """What would settle it if it is not shown; empty if nothing is known to."""
        if self.status != Status.NOT_SHOWN:
            return ""
        if self.result["evidence"]:
            return f"give {', '.join(self.result['evidence'])}"
        if self.result["blocked_by"]:
            return f"fix or show {', '.join(self.result['blocked_by'])} first"
        return ""

    @property
    def otherwise(self) -> list[str]:
        """What other readings of the text make of it, a line for each."""
        return read_otherwise(self.result)

    @property
    def line(self) -> str:
        """How it came out, on one line; empty if its status says it all."""
        match Status(self.status):
            case Status.FAILED if self.result["findings"]:
                more = beyond(self.result["count"], 1)
                first = line_of(self.result["findings"][0]) + (f" ({more})" if more else "")
                return f"{first}; rests on {self.grounds}"
            case Status.FAILED:
                through = ", ".join(self.result["through"])
                return f"fails because of {through}; rests on {self.grounds}"
            case Status.NOT_SHOWN:
                why = filter(None, (self.result["reason"], self.missing))
                return f"not shown: {'; '.join(why)}"
            case Status.ATTESTED:
                return f"attested {self.result['reason']}; a person says so, it was not checked"
            case _:
                return "passed under one reading of the text" if self.result.get("notes") else ""

    def failure(self, most: int | None = None) -> Failure:
        """Return it with its first findings, or with all that the raw report has."""
        findings = self.result["findings"][:most]
        return Failure(
            self.id,
            f"({self.result['actor']}) {self.words['statement']}",
            tuple(map(instance_of, findings)),
            beyond(self.result["count"], len(findings), "more like this"),
            facts=tuple(self._facts(findings)),
        )

    def _facts(self, findings: Sequence[Table]) -> Iterator[Fact]:
        """Yield why it matters, what to do, and what it rests on."""
        yield Fact("why", self.words["effect"])
        hints = dict.fromkeys(f["hint"] for f in findings) or [self.words["hint"]]
        yield from (Fact("fix", hint) for hint in hints)
        if self.result["through"]:
            yield Fact("also", f"fails because of {', '.join(self.result['through'])}")
        if grounds := self.grounds:
            yield Fact("rests on", grounds)
        yield from self.readings()

    def readings(self) -> Iterator[Fact]:
        """Yield the readings of the text that decided, and what others would give."""
        for note in notes_of(self.result):
            yield Fact("note", reading_taken(note, self.report), note)
        yield from (Fact("otherwise", line) for line in self.otherwise)


def outcomes_of(submission: Table, report: Table) -> Iterator[Outcome]:
    """Yield how each requirement came out, in the order of the clauses."""
    wording = report["catalogue"][submission["edition"]]
    for result in submission["requirements"]:
        identifier = result["id"]
        yield Outcome(identifier, result["status"], result, wording[identifier], report)


def failures_of(submission: Table, report: Table) -> Iterator[Failure]:
    """Yield what a submission fails by itself, each with its first findings."""
    for outcome in outcomes_of(submission, report):
        if outcome.result["count"]:
            yield outcome.failure(SHOWN)


def instance_of(finding: Table) -> Instance:
    """Return a finding with what was found and expected."""
    seen = (Fact(name, finding[name]) for name in ("found", "expected") if finding[name])
    return Instance(finding["message"], tuple(seen), place_of(finding), finding.get("excerpt"))


def sections_of(submission: Table, report: Table) -> Iterator[Section]:
    """Yield what fails because of other failures, and what is not shown, by what would show it."""
    yield from fails_through(submission, report)
    hidden: dict[str, list[str]] = {}
    wanting: dict[str, list[str]] = {}
    for outcome in outcomes_of(submission, report):
        result = outcome.result
        if outcome.status == Status.NOT_SHOWN:
            group = hidden if result["blocked_by"] and not result["evidence"] else wanting
            group.setdefault(_settled_by(outcome), []).append(outcome.id)
    for title, group in (
        ("Not shown: depends on a requirement that failed or is not shown", hidden),
        ("Not shown: evidence is missing", wanting),
    ):
        if group:
            lines = (f"{', '.join(ids)}: {what}" for what, ids in group.items())
            yield Section(title, tuple(lines), folded=True)


def fails_through(submission: Table, report: Table) -> Iterator[Section]:
    """Yield what fails because of other failures alone, if anything does."""
    lines = [
        line
        for outcome in outcomes_of(submission, report)
        if outcome.status == Status.FAILED and not outcome.result["count"]
        for line in _through(outcome)
    ]
    if lines:
        yield Section("Also failed, because of the failures above", tuple(lines))


def _through(outcome: Outcome) -> Iterator[str]:
    result = outcome.result
    yield (
        f"{outcome.id} ({result['actor']}) because of {', '.join(result['through'])}; rests on "
        f"{outcome.grounds}: {outcome.words['statement']}"
    )
    yield from (f"{outcome.id}: {line}" for line in outcome.otherwise)


def _settled_by(outcome: Outcome) -> str:
    """Return what would settle it, with the reason where that names what is wanted."""
    reason, evidence = outcome.result["reason"], outcome.result["evidence"]
    if len(evidence) == 1 and evidence[0].endswith(_NAMED_BY_REASON):
        return f"{outcome.missing}: {reason}"
    return outcome.missing or str(reason or "")


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
