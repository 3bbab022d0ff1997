"""Leaves out of a report what identifies people and systems, so that it can be handed on.

What is shown is known to identify nothing: the words of the suite, the catalogue and the profile,
numbers of records and fields, and the shape of all else (``masking``). What is recognised as a
name becomes a pseudonym, so that the same thing is seen to be the same (``pseudonyms``). Digests of
what was checked are left out, since by them a guess at a file can be tried; with a key there is an
HMAC in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from conformance.errors import TadpError
from conformance.inputs import read_input
from conformance.report.frame import sealed
from conformance.report.masking import masked_text, masked_value
from conformance.report.pseudonyms import Pseudonyms, mac
from conformance.report.recognition import Recognition
from conformance.report.vocabulary import Vocabulary

#: The fewest bytes that a key may have.
KEY = 16
#: The most, far more than any key needs.
LONGEST_KEY = 1 << 16
#: Parts of a report whose words are the suite's, the profile's or the corpus's.
_AUTHORED = frozenset({
    "profile", "catalogue", "not_covered", "notes", "receiver", "requirements", "not_tested",
})  # fmt: skip
#: Names whose values are words of the report's own, and numbers.
_OWN = frozenset({
    "report", "kind", "tool", "model", "digest", "complete", "corpus", "role", "result", "id",
    "edition", "extends", "verdict", "status", "basis", "testable", "actor", "rests_on", "phase",
    "through", "blocked_by", "notes", "note", "reading", "evidence", "checked_at", "run_at",
    "sent_as", "outcome", "location", "roots", "positive", "counts", "clauses", "expires",
    "summary", "fail_on", "gate", "slow", "sha256", "on",
})  # fmt: skip
#: Names whose values are paths.
_PATHS = frozenset({"source", "path", "file", "live", "twice", "files", "bare_signatures"})
#: Names whose values have no word of the suite's own.
_VALUES = frozenset(
    {"user_id", "reference", "incident", "by", "owner", "user", "mailbox", "adapter"}
)
#: Of a case: what the corpus says of it; and what names folders of this machine.
_OF_A_CASE = frozenset({"expected", "clause", "title", "change", "place"})
_LEFT_OUT = frozenset({"again", "show", "kept"})


def read_key(path: Path) -> bytes:
    """The key in a file: all of its bytes.

    Raises:
        TadpError: it cannot be read, or has too few bytes to keep anything secret, or too many.
    """
    key = read_input(path, LONGEST_KEY)
    if len(key) < KEY:
        raise TadpError(
            f"a key has {KEY} bytes or more, and this {len(key)}",
            where=str(path),
            remedy=f"openssl rand -out {path} 32",
        )
    return key


def redact(report: Mapping[str, Any], key: bytes | None = None) -> dict[str, Any]:
    """``report`` with pseudonyms, and with a digest of its own; a redacted one as it is.

    ``redacted`` in it has a fingerprint of the key, by which one sees whether pseudonyms of two
    reports are the same.
    """
    if "redacted" in report:
        return dict(report)
    shapes = report["profile"].get("identifiers", {})
    recognition = Recognition(shapes, _named(report))
    redaction = Redaction(Pseudonyms(recognition, key), _vocabulary(report), key)
    redaction.ids.update(_ids(report))
    marked = {name: redaction.section(name, value) for name, value in report.items()}
    # The expressions of the profile may be names themselves.
    marked["profile"].pop("identifiers", None)
    marked["redacted"] = {"key": None if key is None else mac(key, "key")[:16]}
    return sealed(marked)


def _named(report: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the names in the submissions of the report, by kind, each once."""
    named: dict[str, dict[str, None]] = {}
    for submission in report.get("submissions", ()):
        for kind, names in submission.get("identities", {}).items():
            named.setdefault(kind, {}).update(dict.fromkeys(names))
    return {kind: list(names) for kind, names in named.items()}


def _vocabulary(report: Mapping[str, Any]) -> Vocabulary:
    """The words of the suite, of the report's catalogue, and of the entries of its profile."""
    entries = {
        entry
        for submission in report.get("submissions", ())
        for result in submission["requirements"]
        for finding in result["findings"]
        for entry in finding["profile"]
    }
    names = [part for entry in entries for part in (entry, *entry.split("."))]
    texts = _texts([report["profile"]["unverified"], report["catalogue"], report["notes"]])
    return Vocabulary(texts, [*names, *report["catalogue"]])


def _ids(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of requirements, clauses and cases in the report."""
    for requirements in report["catalogue"].values():
        for name, words in requirements.items():
            yield name
            yield words.get("clause", name)
    yield from (case["id"] for case in report.get("cases", ()))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


class Redaction:
    """The redaction of each part of one report."""

    def __init__(self, pseudonyms: Pseudonyms, words: Vocabulary, key: bytes | None = None) -> None:
        self._pseudonyms = pseudonyms
        self._words = words
        self._key = key
        self._known: dict[str, str] = {}
        #: Text that is shown as it is where there is nothing else.
        self.ids: set[str] = set()
        self._changes: dict[str, Callable[[Any], Any]] = {
            **dict.fromkeys(_PATHS, partial(_each, change=self.path)),
            **dict.fromkeys(_VALUES, partial(_each, change=self.value)),
            "inputs": partial(self._records, change=self._input),
            "strays": partial(self._records, change=self._stray),
            "excerpt": self._excerpt,
            "profile": partial(_each, change=pseudonyms.text),
        }

    def section(self, name: str, value: Any) -> Any:
        """``value``, which is all that a report has under ``name``."""
        if name in _AUTHORED:
            return _each(value, self._pseudonyms.text)
        match name:
            case "implementation":
                # Its names are not the report's own.
                return {self.text(key): self.text(str(inner)) for key, inner in value.items()}
            case "cases":
                return [self._case(case) for case in value]
            case "edition_files":
                return [self._edition_file(one) for one in value]
            case _:
                return self.entry(name, value)

    def entry(self, name: str, value: Any) -> Any:
        """``value``, which the report has under ``name`` somewhere."""
        if name in _OWN:
            return value
        if name in self._changes:
            return self._changes[name](value)
        if isinstance(value, Mapping):
            return {key: self.entry(key, inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.entry("", inner) for inner in value]
        return self.text(value) if isinstance(value, str) else value

    def path(self, path: str) -> str:
        """The path of a file; each part of it may be a name."""
        return self._pseudonyms.path(path, masked_value)

    def text(self, text: str) -> str:
        """``text``, in which the suite quotes something, or which is not the suite's."""
        if text in self.ids:
            return text
        if text not in self._known:
            masked = partial(masked_text, words=self._words)
            self._known[text] = self._pseudonyms.text(text, masked)
        return self._known[text]

    def value(self, text: str) -> str:
        """``text``, which is not the suite's."""
        return self._pseudonyms.text(text, masked_value)

    def _records(self, value: Any, change: Callable[[Mapping[str, Any]], Any]) -> Any:
        """``value``, in whose list are records; a later report may call something else so."""
        if not isinstance(value, list):
            return self.entry("", value)
        return [change(one) if isinstance(one, Mapping) else self.entry("", one) for one in value]

    def _excerpt(self, value: Any) -> Any:
        parts = ("text", "start", "length")
        known = value if isinstance(value, dict) else {}
        if [type(known.get(part)) for part in parts] != [str, int, int]:
            return self.entry("", value)
        return self._pseudonyms.excerpt(known, masked_value)

    def _input(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return the record of a file that was read, without a digest: it could confirm a guess."""
        shown = {k: self.entry(k, value) for k, value in record.items() if k != "sha256"}
        if self._key is None or "sha256" not in record:
            return shown
        return {**shown, "hmac": mac(self._key, f"file {record['sha256']}")}

    def _edition_file(self, record: Mapping[str, Any]) -> dict[str, Any]:
        source = self._pseudonyms.text(record["source"])
        return {**{k: self.entry(k, value) for k, value in record.items()}, "source": source}

    def _stray(self, stray: Mapping[str, Any]) -> dict[str, Any]:
        shown = {"name": self.path, "why": self.text}
        return {
            k: _each(value, shown[k]) if k in shown else self.entry(k, value)
            for k, value in stray.items()
        }

    def _case(self, case: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: _each(value, self._pseudonyms.text)
            if name in _OF_A_CASE
            else self.entry(name, value)
            for name, value in case.items()
            if name not in _LEFT_OUT
        }


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """``value`` with each text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each(inner, change) for inner in value]
    if isinstance(value, Mapping):
        return {name: _each(inner, change) for name, inner in value.items()}
    return value
