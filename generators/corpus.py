"""The corpus: every case, its files, and the table of what it covers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from conformance.errors import TadpError
from conformance.findings import Progress
from conformance.model.requirement import Kind, Requirement, Subject, Testable
from conformance.portable import Names, require_portable
from generators.case import CHECKED_AT, ROOM, Case
from generators.conforming import conforming, fitted
from generators.draft import Draft, Ground
from generators.expectation import with_verdicts
from generators.faults import OPERATORS, faults_of
from generators.hierarchy import trust
from generators.left_out import UNFIT, LeftOut, NoPlaceError, without
from generators.nulls import null_cases
from generators.question import Question
from generators.readings import QUESTIONS
from generators.stories import Story, stories
from generators.trial import broken
from generators.undecided import UNDECIDED
from generators.variations import varied

#: The version of the corpus; ids of cases are never reused.
VERSION = "2.0.0"

#: A submission to show to a newcomer, and the case that it is.
EXAMPLES = {
    "adt-conforming": "conforming/adt-sharepoint",
    "adt-saved-by-a-spreadsheet": "6.1-3/adt-sharepoint/crlf-everywhere",
    "qcaf-signed-in-text-mode": "4.7(b)-3/qcaf-user-set/text-mode",
}
#: The columns of ``coverage.csv``; cases are named by their ids, a space between them.
COVERAGE = (
    "requirement",
    "clause",
    "basis",
    "testable",
    "conforming",
    "violating",
    "not tested because",
    "conforming cases",
    "violating cases",
)
#: The kinds that DCC receives.
_SUBMITTED = (Kind.ADT, Kind.QCAF)
#: Why no case breaks a requirement, by whether one meets it.
_UNBROKEN = {
    True: "no fault that breaks it can be made",
    False: "nothing that it bears on can be made",
}


def cases(ground: Ground) -> Iterator[Case | LeftOut]:
    """Yield every case (the stories, their faults, the readings of the notes) and what is left out.

    Whether each comes out as it says under the profile is not looked at; see ``expectation``.
    """
    drafts: dict[str, Draft] = {}
    plain: Story | None = None
    for story in stories(ground):
        if isinstance(story, LeftOut):
            yield story
            continue
        draft = _draft_of(story, ground)
        if isinstance(draft, str):
            yield LeftOut(f"conforming/{story.name}", draft)
            yield from _with_it(story, ground)
            continue
        drafts[story.name] = draft
        plain = plain or (story if draft.kind is Kind.ADT else None)
        yield Case(f"conforming/{story.name}", story.title, story.name, draft)
        yield from _broken(story, draft)
    if plain is not None:
        yield from null_cases(plain.name, plain.scenario, ground)
    yield from varied(drafts)
    yield from _undecided(ground, drafts)
    for question in QUESTIONS:
        yield from _answers(question.under(ground.profile), drafts)


def _draft_of(story: Story, ground: Ground) -> Draft | str:
    """Return the draft of a story, or why the profile has none."""
    if story.lacks:
        return story.lacks
    try:
        # However long the file of a story is, a profile may have fewer keys.
        return conforming(fitted(story.scenario, ground, story.scenario.records), ground)
    except TadpError as error:
        return str(error)


def _with_it(story: Story, ground: Ground) -> Iterator[LeftOut]:
    """Yield what is left out with a story: for each requirement the faults that it is given."""
    scenario = story.scenario
    manifest = {"quarantine": {"set_by": scenario.set_by}, "delivery": {"method": scenario.method}}
    bare = Draft(ground, scenario.kind, scenario.edition, manifest)
    for requirement in bare.requirements:
        if story.takes(requirement.id) and any(one in OPERATORS for one in requirement.checks):
            yield LeftOut(f"{requirement.id}/{story.name}", without(story.name))


def _broken(story: Story, draft: Draft) -> Iterator[Case | LeftOut]:
    """Yield a case for each fault that ``story`` is given."""
    names: dict[str, Names] = {}
    for fault in story.chosen(faults_of(draft, lambda one, _: story.takes(one))):
        variant = names.setdefault(fault.requirement, Names()).take(fault.variant)
        identifier = f"{fault.requirement}/{story.name}/{variant}"
        faulty = broken(draft, fault)
        if isinstance(faulty, str):
            yield LeftOut(identifier, faulty)
            continue
        yield Case(
            identifier,
            f"{story.title}: {fault.title}",
            story.name,
            faulty.draft,
            (fault.requirement,),
            f"conforming/{story.name}",
            fault.name,
            faulty,
        )


def _undecided(ground: Ground, drafts: Mapping[str, Draft]) -> Iterator[Case]:
    """Yield the cases that neither conform nor break anything."""
    story = next((name for name in drafts if name.startswith("adt-")), None)
    for one in UNDECIDED:
        if story is not None and one.asks(ground.profile):
            yield Case(
                f"undecided/{one.slug}",
                one.title,
                story,
                one.change(drafts[story]),
                positive=f"conforming/{story}",
                hidden=True,
            )


def _answers(question: Question, drafts: Mapping[str, Draft]) -> Iterator[Case | LeftOut]:
    """Yield a case for each reading of a note."""
    identifier = f"notes/{question.note}/{question.slug}"
    if question.story not in drafts:
        yield LeftOut(identifier, without(question.story))
        return
    form = drafts[question.story].ground.profile.files.get(drafts[question.story].kind)
    if form is not None and question.note in form.readings:
        yield LeftOut(identifier, f"the {form.kind.label} has a reading of its own")
        return
    try:
        draft = question.make(drafts[question.story])
    except (NoPlaceError, *UNFIT) as error:
        yield LeftOut(identifier, str(error) or "no file of this profile can be made so")
        return
    for reading, roots in question.roots.items():
        yield Case(
            f"{identifier}/{reading}",
            f"{question.title}; {question.note} read as {reading}",
            question.story,
            draft,
            roots,
            readings={question.note: reading},
            hidden=reading in question.hidden,
        )


class Coverage(Struct, frozen=True):
    """The cases that meet and break a requirement, by their ids, or why it is not tested."""

    requirement: Requirement
    conforming: tuple[str, ...]
    violating: tuple[str, ...]
    reason: str

    @property
    def complete(self) -> bool:
        """Return True if both sides are there, or there is a reason that they are not."""
        return bool(self.reason) or bool(self.conforming and self.violating)


def coverage(made: list[Case], ground: Ground) -> list[Coverage]:
    """Return the coverage by the cases that were ``made``, requirement by requirement."""
    meets: dict[str, list[str]] = {}
    breaks: dict[str, list[str]] = {}
    unused: dict[str, str] = {}
    for case in made:
        unused |= case.unused
        if case.verdict == "conforms":
            for requirement in case.draft.requirements:
                meets.setdefault(requirement.id, []).append(case.id)
        for identifier in (*case.roots, *case.through):
            breaks.setdefault(identifier, []).append(case.id)
    return [
        Coverage(
            r,
            tuple(meets.get(r.id, ())),
            tuple(breaks.get(r.id, ())),
            _untested(r) or ("" if r.id in breaks else unused.get(r.id, "")),
        )
        for r in ground.catalogue.requirements()
    ]


def _untested(requirement: Requirement) -> str:
    if requirement.testable is Testable.ATTESTATION:
        return "only a person can attest it; the conforming cases hold an attestation"
    if requirement.subject is Subject.RECEIVER:
        return "a requirement on the receiver: shown by putting the cases to one"
    return ""


def corpus_files(ground: Ground, step: Progress = lambda _: None) -> dict[str, bytes]:
    """Every generated file of the corpus, by its path; the same bytes on any machine.

    ``step`` is called with 1 for each case.

    Raises:
        ValueError: two cases have the same folder.
        TadpError: some system does not take the name of a case or of a file, or no submission can
            be made under the profile.
    """
    found: dict[str, bytes] = dict(trust(ground))
    made: list[Case] = []
    left: list[LeftOut] = []
    for one in with_verdicts(cases(ground), found, ground.catalogue):
        step(1)
        if isinstance(one, LeftOut):
            left.append(one)
        else:
            made.append(one)
    if not any(case.verdict == "conforms" and case.draft.kind in _SUBMITTED for case in made):
        raise TadpError(
            f"neither an ADT File nor a QCAF that conforms can be made: {left[0].reason}",
            where=f"profile {ground.profile.name}",
            remedy="name a corpus of your own with --corpus",
        )
    for case in made:
        for path, data in case.files().items():
            if path in found:
                raise ValueError(f"two cases write {path}")
            found[path] = data
    by_id = {case.id: case for case in made}
    for name, identifier in EXAMPLES.items():
        if identifier in by_id:
            for file, data in by_id[identifier].draft.rendered.items():
                found[f"examples/{name}/{file}"] = data
    table = coverage(made, ground)
    left += [
        LeftOut(row.requirement.id, row.reason or _UNBROKEN[bool(row.conforming)])
        for row in table
        if not row.violating and not _untested(row.requirement)
    ]
    found["coverage.csv"] = _coverage_csv(table)
    found["manifest.json"] = manifest_of(made, found, left)
    require_portable((case.id for case in made), "the corpus")
    require_portable(found, "the corpus", ROOM)
    return found


def _coverage_csv(table: list[Coverage]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COVERAGE)
    for row in table:
        r = row.requirement
        cases = (len(row.conforming), len(row.violating))
        named = (" ".join(row.conforming), " ".join(row.violating))
        writer.writerow([r.id, r.clause, r.basis, r.testable, *cases, row.reason, *named])
    return text.getvalue().encode()


def manifest_of(
    made: list[Case], files: dict[str, bytes], left_out: Iterable[LeftOut] = ()
) -> bytes:
    """``manifest.json`` of a corpus: the cases, and the digest of every file, by its path."""
    manifest = {
        "corpus": 1,
        "version": VERSION,
        "licence": "Apache-2.0",
        "checked_at": CHECKED_AT,
        "profile": "profile.toml",
        "cases": [
            {
                "id": case.id,
                "path": case.path,
                "kind": case.draft.kind.value,
                "edition": case.draft.edition,
                "verdict": case.verdict,
                "rests_on": list(case.rests_on),
                "roots": list(case.roots),
            }
            for case in made
        ],
        "left_out": [{"id": one.id, "reason": one.reason} for one in left_out],
        "files": {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())},
    }
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
