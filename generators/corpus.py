"""The corpus: every case, its files, and the table of what it covers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator

from msgspec import Struct

from conformance.model.requirement import Requirement, Subject, Testable
from conformance.portable import Names, require_portable
from generators.case import CHECKED_AT, ROOM, Case
from generators.conforming import conforming
from generators.draft import Draft, Ground
from generators.expectation import with_verdicts
from generators.faults import faults_of
from generators.pki import Pki
from generators.readings import QUESTIONS
from generators.stories import STORIES

#: The version of the corpus; ids of cases are never reused.
VERSION = "1.0.0"
ALGORITHMS = ("ecdsa", "rsa")

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
_PROFILE = """\
# The reference profile with the trust anchors and revocation lists of the TEST hierarchy, whose
# private keys are public. The mailbox of the Service Desk is not known: the Service Centre's
# takes its place. For these cases and for tests; never for a real submission.
profile = "test"
title = "Reference profile with the test hierarchy"
version = "1"
extends = "reference"

[delivery]
service_desk_mailboxes = [{service_desk}]

[trust]
anchors = [{anchors}]
crls = [{crls}]
test_keys = true
"""


def cases(ground: Ground) -> Iterator[Case]:
    """Every case: the stories, their faults, and the readings of the notes."""
    drafts: dict[str, Draft] = {}
    for story in STORIES:
        draft = drafts[story.name] = conforming(story.scenario, ground)
        positive = f"conforming/{story.name}"
        yield Case(positive, story.title, story.name, draft)
        names: dict[str, Names] = {}
        for fault in faults_of(draft):
            if not story.takes(fault.requirement):
                continue
            faulty = fault.apply(draft)
            variant = names.setdefault(fault.requirement, Names()).take(fault.variant)
            yield Case(
                f"{fault.requirement}/{story.name}/{variant}",
                f"{story.title}: {fault.title}",
                story.name,
                faulty.draft,
                (fault.requirement,),
                positive,
                fault.name,
                faulty,
            )
    for question in QUESTIONS:
        draft = question.make(drafts[question.story])
        for reading, roots in question.roots.items():
            yield Case(
                f"notes/{question.note}/{question.slug}/{reading}",
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
        """Whether both sides are there, or there is a reason that they are not."""
        return bool(self.reason) or bool(self.conforming and self.violating)


def coverage(made: list[Case], ground: Ground) -> list[Coverage]:
    """What the cases that were ``made`` cover, requirement by requirement."""
    meets: dict[str, list[str]] = {}
    breaks: dict[str, list[str]] = {}
    for case in made:
        if case.verdict == "conforms":
            for requirement in case.draft.requirements():
                meets.setdefault(requirement.id, []).append(case.id)
        for identifier in (*case.roots, *case.through):
            breaks.setdefault(identifier, []).append(case.id)
    return [
        Coverage(r, tuple(meets.get(r.id, ())), tuple(breaks.get(r.id, ())), _untested(r))
        for r in ground.catalogue.requirements()
    ]


def _untested(requirement: Requirement) -> str:
    if requirement.testable is Testable.ATTESTATION:
        return "only a person can attest it; the conforming cases hold an attestation"
    if requirement.subject is Subject.RECEIVER:
        return "a requirement on the receiver: shown by putting the cases to one"
    return ""


def corpus_files(ground: Ground) -> dict[str, bytes]:
    """Every generated file of the corpus, by its path; the same bytes on any machine.

    Raises:
        ValueError: two cases have the same folder.
        TadpError: some system does not take the name of a case or of a file.
    """
    found: dict[str, bytes] = dict(_trust(ground))
    made = list(with_verdicts(cases(ground), found, ground.catalogue))
    for case in made:
        for path, data in case.files().items():
            if path in found:
                raise ValueError(f"two cases write {path}")
            found[path] = data
    by_id = {case.id: case for case in made}
    for name, identifier in EXAMPLES.items():
        for file, data in by_id[identifier].draft.render().items():
            found[f"examples/{name}/{file}"] = data
    found["coverage.csv"] = _coverage_csv(coverage(made, ground))
    found["manifest.json"] = manifest_of(made, found)
    require_portable((case.id for case in made), "the corpus")
    require_portable(found, "the corpus", ROOM)
    return found


def _trust(ground: Ground) -> Iterator[tuple[str, bytes]]:
    for algorithm in ALGORITHMS:
        pki = Pki(algorithm)
        yield f"trust/{algorithm}-root.pem", pki.trust_pem()
        yield f"trust/{algorithm}-crls.pem", pki.crl_pem()
    anchors = ", ".join(f'"trust/{a}-root.pem"' for a in ALGORITHMS)
    crls = ", ".join(f'"trust/{a}-crls.pem"' for a in ALGORITHMS)
    desk = ", ".join(f'"{mailbox}"' for mailbox in ground.service_desk)
    text = _PROFILE.format(service_desk=desk, anchors=anchors, crls=crls)
    yield "profile.toml", text.encode()


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


def manifest_of(made: list[Case], files: dict[str, bytes]) -> bytes:
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
        "files": {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())},
    }
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
