"""A page for each requirement, note and check, made from the model."""

from __future__ import annotations

import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from types import FunctionType
from typing import Any

from conformance.assessment.corpus_files import find_corpus
from conformance.checks import CHECKS, PARAMETERS
from conformance.checks.catalogue import shipped_catalogue
from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Kind, Note, citation_of
from conformance.report.catalogue import add_cases, catalogue_document
from conformance.report.markdown import plain
from conformance.report.visible import escape_invisible
from conformance.report.wording import BASES
from docsite.page import Page, contents, page, prose, table

#: A requirement, as ``tadp clauses --format json`` has it.
JsonRecord = dict[str, Any]

REQUIREMENTS = "reference/requirements"
NOTES = "reference/notes"
CHECKS_FOLDER = "reference/checks"


def model_pages() -> Iterator[Page]:
    """Yield the pages of the model, each list before what is in it."""
    model = shipped_catalogue()
    document = catalogue_document(model, None)
    corpus = find_corpus()
    add_cases(document, lambda: corpus.content("manifest.json"), str(corpus.place))
    records: list[JsonRecord] = document["requirements"]
    yield _requirements(document, model)
    for record in records:
        yield _requirement(record, model)
    yield _notes(model)
    for note in model.notes.values():
        yield _note(note, [r for r in records if note.id in r["notes"]])
    users = defaultdict(list)
    for record in records:
        for name in record["checks"]:
            users[name].append(record)
    yield _checks(users)
    for name in sorted(CHECKS):
        yield _check(name, users[name])


def requirement_path(name: str) -> str:
    """Return the path of the page of a requirement, named like its folder in the corpus."""
    return f"{REQUIREMENTS}/{re.sub('[()]', '', name)}.md"


def _note_path(name: str) -> str:
    return f"{NOTES}/{name}.md"


def _check_path(name: str) -> str:
    return f"{CHECKS_FOLDER}/{name}.md"


def _link(name: str) -> str:
    return f"[{plain(name)}](/{requirement_path(name)})"


def _note_link(name: str) -> str:
    return f"[{name}](/{_note_path(name)})"


def _check_link(name: str) -> str:
    return f"[{name}](/{_check_path(name)})"


def _requirements(document: JsonRecord, model: Catalogue) -> Page:
    records = {record["id"]: record for record in document["requirements"]}

    def lines() -> Iterator[str]:
        yield f"The {len(records)} requirements that this suite tests, clause by clause, in its own"
        yield "words. `tadp explain ID` shows the same on a terminal."
        yield ""
        yield from contents(map(requirement_path, records))
        for clause in model.clauses:
            citation = citation_of(clause.number)
            yield f"## {citation[0].upper()}{citation[1:]}: {plain(clause.title)}"
            yield from ("", prose(clause.summary), "")
            mine = [records[requirement.id] for requirement in clause.requirements]
            yield from table(
                ("Id", "Requirement", "Who"),
                ((_link(r["id"]), prose(r["statement"]), r["actor"]) for r in mine),
            )
        yield from ("## Not covered", "")
        yield from table(
            ("Clauses", "What", "Why"),
            ((plain(", ".join(gap["clauses"])), prose(gap["what"]), prose(gap["reason"]))
             for gap in document["not_covered"]),
        )  # fmt: skip

    return page(f"{REQUIREMENTS}.md", "Requirements", lines())


def _requirement(record: JsonRecord, model: Catalogue) -> Page:
    def lines() -> Iterator[str]:
        yield prose(record["statement"])
        yield ""
        yield from table(("", ""), _facts(record))
        for edition in model.editions.values():
            worded = next(r for r in model.worded(edition.id) if r.id == record["id"])
            if edition.id in record["editions"] and worded.statement != record["statement"]:
                yield f"In edition {edition.id}: {prose(worded.statement)}"
                yield ""
        yield from _section("Why it matters", record["effect"])
        yield from _section("How to fix it", record["hint"])
        yield from _section("A case that conforms", record["example"]["conforms"])
        yield from _section("A case that does not", record["example"]["violates"])
        if record["cases"]:
            yield "## In the corpus"
            yield ""
            yield "These cases break it, each in one way. `tadp fixtures show CASE` shows one."
            yield ""
            yield from (f"- `{case}`" for case in record["cases"])

    return page(requirement_path(record["id"]), record["id"], lines())


def _facts(record: JsonRecord) -> Iterator[tuple[str, str]]:
    yield "Clause", plain(citation_of(record["clause"]))
    yield "Who", f"{record['actor']}, {record['strength']}"
    yield "Rests on", plain(BASES[record["basis"]])
    yield "Source", plain(record["source"])
    yield "Applies to", ", ".join(Kind(kind).label for kind in record["kinds"])
    yield "Editions", ", ".join(record["editions"])
    if record["checks"]:
        given = "".join(f"; {k} = {_shown(v)}" for k, v in record["with"].items())
        yield "Checked by", f"{', '.join(map(_check_link, record['checks']))}{plain(given)}"
    else:
        yield "Checked by", "no check of its own"
    if record["from"]:
        yield "Fails because of", plain(", ".join(record["from"]))
    if record["rejects"]:
        yield "Rejects", plain(", ".join(record["rejects"]))
    if record["notes"]:
        yield "Notes", ", ".join(map(_note_link, record["notes"]))


def _shown(value: object) -> str:
    return escape_invisible(json.dumps(value, ensure_ascii=False))


def _section(heading: str, text: str) -> Iterator[str]:
    if text:
        yield from (f"## {heading}", "", prose(text), "")


def _notes(model: Catalogue) -> Page:
    def lines() -> Iterator[str]:
        yield "Where the text can be read in several ways, a note has the readings, the one that is"
        yield "taken, and why. A profile can choose another."
        yield ""
        yield from contents(map(_note_path, model.notes))
        yield from table(
            ("Note", "Question", "Taken"),
            ((_note_link(note.id), plain(note.title), plain(note.default))
             for note in model.notes.values()),
        )  # fmt: skip

    return page(f"{NOTES}.md", "Notes on the text", lines())


def _note(note: Note, users: Iterable[JsonRecord]) -> Page:
    def lines() -> Iterator[str]:
        yield prose(note.question)
        yield ""
        yield from table(
            ("Reading", "What it means"),
            ((f"`{r.id}`{' (taken)' if r.id == note.default else ''}", prose(r.text))
             for r in note.readings),
        )  # fmt: skip
        yield from _section("Why that reading is taken", note.reason)
        yield from _section("Source", note.source)
        yield from ("## How to choose another", "")
        if note.decides:
            yield from (f'In a profile: `[readings] {note.id} = "..."`.', "")
        else:
            yield from ("No check depends on this note, so there is nothing to choose.", "")
        yield from _users(users)

    return page(_note_path(note.id), note.title, lines())


def _checks(users: dict[str, list[JsonRecord]]) -> Page:
    def lines() -> Iterator[str]:
        yield "A check is a function that looks for one kind of fault; requirements name checks."
        yield ""
        yield from contents(map(_check_path, sorted(CHECKS)))
        yield from table(
            ("Check", "What is met", "Requirements"),
            ((_check_link(name), _said(name)[0], str(len(users[name]))) for name in sorted(CHECKS)),
        )

    return page(f"{CHECKS_FOLDER}.md", "Checks", lines())


def _check(name: str, users: Iterable[JsonRecord]) -> Page:
    function = _function(name)

    def lines() -> Iterator[str]:
        for paragraph in _said(name):
            yield from (paragraph, "")
        yield f"The function `{function.__name__}` in `{function.__module__.replace('.', '/')}.py`."
        yield ""
        if PARAMETERS[name]:
            yield from ("## What a requirement gives it under `with`", "")
            yield from table(
                ("Entry", "Value", "Needed"),
                ((f"`{key}`", plain(p.wanted), "no" if p.optional else "yes")
                 for key, p in PARAMETERS[name].items()),
            )  # fmt: skip
        yield from _users(users)

    return page(_check_path(name), name, lines())


def _function(name: str) -> FunctionType:
    """Return the function behind a check; one serves all rules about the bytes of a file."""
    found = CHECKS[name]
    function = found.func if isinstance(found, partial) else found
    if not isinstance(function, FunctionType):
        raise TypeError(f"the check {name!r} is not a function")
    return function


def _said(name: str) -> list[str]:
    """Return the paragraphs of the docstring of a check."""
    text = (inspect.getdoc(_function(name)) or "").replace("``rule``", f"``{name}``")
    return [prose(" ".join(part.split())) for part in text.split("\n\n")]


def _users(users: Iterable[JsonRecord]) -> Iterator[str]:
    rows = [(_link(r["id"]), prose(r["statement"])) for r in users]
    if rows:
        yield from ("## Requirements that use it", "")
        yield from table(("Id", "Requirement"), rows)
