"""Questions still to ask about a file that is to be a submission, and its manifest so far."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from conformance.checker import Checked, check_submission
from conformance.checks.context import Setting
from conformance.content import Content
from conformance.errors import SubmissionError, TadpError
from conformance.findings import Status
from conformance.model.reference_shape import described as shape_in_words
from conformance.model.requirement import Kind
from conformance.preparation.answer import entry_of, with_holder
from conformance.preparation.register_form import Choices, answers_to
from conformance.submission.area.naming import read_name
from conformance.submission.evidence import Submission
from conformance.submission.facts import FACTS, NONE, Answer, Fact, facts_for, put
from conformance.submission.manifest import Reader, described
from conformance.submission.names import SUBMISSION
from conformance.submission.paths import inside

_ATTESTATIONS = "attestations"


class Interview:
    """The manifest of the ``submission`` that a lone file is, as it is answered.

    Raises:
        SubmissionError: it is not a file that is sent.
    """

    def __init__(self, submission: Submission, setting: Setting) -> None:
        mailed = submission.delivery.mailed
        if submission.archive is not None and not mailed:
            raise SubmissionError(
                f"is a zip archive, and {SUBMISSION} is about the files in it",
                where=submission.source,
                remedy="unpack it, and give the CSV file",
            )
        if submission.kind not in (Kind.ADT, Kind.QCAF) or submission.file is None:
            raise SubmissionError(
                f"is of kind {submission.kind.label}",
                where=submission.source,
                remedy="evidence goes with an ADT File or a QCAF",
            )
        self.kind = submission.kind
        self.folder = submission.root
        self._setting = setting
        self._answered: set[str] = set()
        self.manifest: dict[str, Any] = {"submission": 1, "kind": self.kind.value}
        #: The email message that the file and its signature are attached to, if they are.
        self._message = submission.inputs[0] if mailed else None
        for entry in () if mailed else ("file", "signature", "certificate"):
            content = getattr(submission, entry)
            if isinstance(content, Content):
                self.manifest[entry] = Path(content.name).name
        if self._message is not None:
            put(self.manifest, "delivery.message", Path(self._message.name).name)
        self._name = Path(submission.file.name).name
        self._said = read_name(self._name, setting.profile.references)
        self._checked = self._check()

    def needed(self) -> list[Fact]:
        """Return the facts that are needed and not answered; answers may make others needed."""
        self._checked = self._check()
        missing = [r for r in self._checked.results if r.status is Status.NOT_SHOWN]
        # The edition rests on when it was sent, whatever else does.
        evidence = ["sent_at", *(entry for result in missing for entry in result.evidence)]
        return [f for f in facts_for(evidence, self.kind) if not self.is_answered(f)]

    def is_unsigned(self) -> bool:
        """Return True if the file is not signed, as far as the manifest names what was sent."""
        return not self._checked.signed and any(
            "signature-present" in r.requirement.checks and r.status is Status.FAILED
            for r in self._checked.results
        )

    def is_answered(self, fact: Fact) -> bool:
        """Return True if a fact was answered or left out, or what it is about is not there."""
        return fact.key in self._answered

    def leave_out(self, fact: Fact) -> None:
        """Ask no more for a fact that is not known."""
        self._answered.add(fact.key)

    def answer(self, fact: Fact, text: str) -> None:
        """Put the answer to a fact into the manifest.

        Raises:
            TadpError: it is not an answer; the error says what would be one.
        """
        # A certificate is not a part of the submission, and may be anywhere.
        of_certificate = fact.answer is Answer.CERTIFICATE
        if fact.absent and text.strip().casefold() == NONE:
            put(self.manifest, fact.absent, None)
            under = f"{fact.absent}."
            self._answered |= {one.key for one in FACTS if one.key.startswith(under)}
        else:
            text = self._spelt(fact, text)
            find = _any_file if of_certificate else self._find
            entry = entry_of(fact, text, find)
            self._require_whole(fact, entry)
            if fact.key.startswith(_ATTESTATIONS):
                ids = [r.requirement.id for r in self._checked.results
                       if _ATTESTATIONS in r.evidence]  # fmt: skip
                self.manifest[_ATTESTATIONS] = [{"requirement": i, "by": entry} for i in ids]
            elif entry is not None:
                put(self.manifest, fact.key, entry)
                with_holder(self.manifest, fact, text, find)
        self._answered.add(fact.key)

    def remark(self, fact: Fact, text: str) -> str | None:
        """Return what an answer could be that is not one of those that are known, if it is not."""
        known = self._known(fact)
        if not known or self._spelt(fact, text).strip() in known:
            return None
        return (
            f"{text!r} is written down, but the check knows {' or '.join(known)}: if it was that, "
            "write it so"
        )

    def _spelt(self, fact: Fact, text: str) -> str:
        """Return an answer as the profile spells it, if it is a word of the profile alone."""
        if fact.key != "delivery.method":
            return text
        said = text.strip().casefold()
        return next((one for one in self._known(fact) if one.casefold() == said), text)

    def _known(self, fact: Fact) -> tuple[str, ...]:
        """Return the answers to a question for text that the model or the profile knows."""
        if fact.answer is not Answer.TEXT:
            return ()
        known = Choices(self._setting.catalogue, self._setting.profile, self._checked.edition)
        return known.of(fact.key, (self.kind,))

    def _require_whole(self, fact: Fact, entry: object) -> None:
        """See that a number of a request or of an Incident has the shape that the profile gives.

        Raises:
            TadpError: it has not.
        """
        shapes = self._setting.profile.references
        known = {
            "references.smsr.number": shapes.smsr,
            "references.incident.number": shapes.incident,
        }
        shape = known.get(fact.key)
        if shape is not None and isinstance(entry, str) and not re.fullmatch(shape, entry):
            raise TadpError(
                f"{entry[:40]!r} is not a whole number of its kind",
                remedy=f"write it as the SSI shows it: {shape_in_words(shape)}",
            )

    def likely(self, fact: Fact) -> str | None:
        """Return the answer that the file's name suggests, if it does."""
        match fact.key:
            case "delivery.name":
                return self._name
            case "references.smsr.number":
                return self._said.reference
            case "references.incident.number":
                return self._said.incident
        return None

    def hint(self, fact: Fact) -> str:
        """Return how a fact is answered, in a few words."""
        known = Choices(self._setting.catalogue, self._setting.profile, self._checked.edition)
        words = answers_to(fact, known, self.kind)
        return f"{words}, or {NONE}" if fact.absent else words

    def text(self) -> bytes:
        """Return the manifest as it is written."""
        return json.dumps(self.manifest, indent=2, ensure_ascii=False).encode() + b"\n"

    def _check(self) -> Checked:
        content = Content.of_bytes(SUBMISSION, self.text())
        reader = Reader(self.folder, content)
        submission = described(self.manifest, reader, str(self.folder))
        if self._message is not None:
            # Loads the readers of messages and of archives.
            from conformance.submission.mailed import submissions_in_message

            profile = self._setting.profile
            (submission, *_) = submissions_in_message(submission, self._message, profile)
        return check_submission(submission, self._setting)

    def _find(self, name: str) -> tuple[str, Path]:
        if Path(name).is_absolute() and Path(name).is_relative_to(self.folder.absolute()):
            name = Path(name).relative_to(self.folder.absolute()).as_posix()
        content = inside(self.folder, name, "the answer")
        return content.name, self.folder / content.name


def _any_file(name: str) -> tuple[str, Path]:
    return name, Path(name)
