"""Replaces what identifies people and systems in a report, so that it can be handed on.

User IDs and other EUI-64s, references of requests and Incidents, and mailbox addresses become
pseudonyms: the same thing has the same one throughout a report, and in every report that is
redacted with the same key. Without a key they are numbered. With one they follow from the name and
the key by HMAC, so that nobody without the key can try the few names that there are.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from conformance.errors import TadpError
from conformance.inputs import read_input
from conformance.report.frame import sealed
from conformance.report.recognition import Recognition, Span, canonical, edges

#: The fewest bytes that a key may have.
KEY = 16
#: The most, far more than any key needs.
LONGEST_KEY = 1 << 16
#: Names whose values are words of the report's own, and numbers.
_OWN = frozenset({
    "report", "kind", "tool", "model", "digest", "complete", "corpus", "role", "result", "sha256",
    "id", "clause", "edition", "verdict", "status", "basis", "testable", "actor", "strength",
    "phase", "through", "blocked_by", "notes", "checked_at", "sent_as", "outcome",
    "location", "roots", "positive", "failing", "counts", "clauses", "expires", "summary",
})  # fmt: skip
_LETTERS = "abcdefghijklmnop"
#: Letters of a pseudonym that follows from a key: 64 bits.
_LENGTH = 16


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
    pseudonyms = Pseudonyms(Recognition(shapes, _named(report)), key)
    marked: dict[str, Any] = {}
    for name, value in report.items():
        if name == "submissions":
            marked[name] = [pseudonyms.submission(one) for one in value]
        else:
            marked[name] = pseudonyms.entry(name, value)
    # The expressions of the profile may be names themselves.
    marked["profile"].pop("identifiers", None)
    marked["redacted"] = {"key": None if key is None else _mac(key, "key")[:16]}
    return sealed(marked)


def _named(report: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the submissions of the report name, by kind, each once."""
    named: dict[str, dict[str, None]] = {}
    for submission in report.get("submissions", ()):
        for kind, names in submission.get("identities", {}).items():
            named.setdefault(kind, {}).update(dict.fromkeys(names))
    return {kind: list(names) for kind, names in named.items()}


def _mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


class Pseudonyms:
    """Names that stand for others: by a key, or numbered as they are met."""

    def __init__(self, recognition: Recognition, key: bytes | None = None) -> None:
        self._recognition = recognition
        self._key = key
        self._names: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._texts: dict[str, str] = {}

    def submission(self, submission: Mapping[str, Any]) -> dict[str, Any]:
        """What the report says of one submission, which tells what it names."""
        own = submission.get("identities", {})
        return {name: self.entry(name, value, own) for name, value in submission.items()}

    def entry(self, name: str, value: Any, own: Mapping[str, Iterable[str]] | None = None) -> Any:
        """``value``, which the report has under ``name``, with every text in it replaced.

        ``own`` are the names of the submission that it belongs to.
        """
        if name == "implementation":
            # Its names are not the report's own.
            return {self.within(key): self.within(inner) for key, inner in value.items()}
        return value if name in _OWN else self.within(value, own)

    def within(self, value: Any, own: Mapping[str, Iterable[str]] | None = None) -> Any:
        """``value`` with every text in it replaced."""
        if isinstance(value, str):
            return self._text(value, own or {})
        if isinstance(value, list):
            return [self.within(inner, own) for inner in value]
        if isinstance(value, Mapping):
            if {"text", "start", "length"} <= value.keys():
                return self._excerpt(value, own or {})
            return {name: self.entry(name, inner, own) for name, inner in value.items()}
        return value

    def _text(self, text: str, own: Mapping[str, Iterable[str]]) -> str:
        if text.endswith("..."):
            return self._replaced(text, self._spans(text, own))
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = self._replaced(text, self._recognition.spans(text))
        return known

    def _spans(self, text: str, own: Mapping[str, Iterable[str]]) -> list[Span]:
        """The spans of a text that was cut, with what is left of a name at its ends."""
        found = self._recognition.spans(text)
        found += [
            edge
            for edge in edges(text, own)
            if not any(edge.start < span.end and span.start < edge.end for span in found)
        ]
        return sorted(found, key=lambda span: span.start)

    def _replaced(self, text: str, spans: list[Span]) -> str:
        pieces: list[str] = []
        last = 0
        for span in spans:
            pieces += [text[last : span.start], self._name(span)]
            last = span.end
        return "".join([*pieces, text[last:]])

    def _excerpt(
        self, excerpt: Mapping[str, Any], own: Mapping[str, Iterable[str]]
    ) -> dict[str, Any]:
        """The excerpt with the place moved to where it is now."""
        spans = self._spans(excerpt["text"], own)
        start = self._moved(excerpt["start"], spans)
        end = self._moved(excerpt["start"] + excerpt["length"], spans, after=True)
        text = self._replaced(excerpt["text"], spans)
        return {**excerpt, "text": text, "start": start, "length": max(end - start, 0)}

    def _moved(self, place: int, spans: list[Span], *, after: bool = False) -> int:
        """Where ``place`` is once the ``spans`` are replaced; one inside a span, at its edge."""
        moved = place
        for span in spans:
            longer = len(self._name(span)) - (span.end - span.start)
            if span.end <= place:
                moved += longer
            elif span.start < place:
                return moved + ((span.end - place) + longer if after else span.start - place)
        return moved

    def _name(self, span: Span) -> str:
        what = (span.kind, canonical(span.name, span.kind))
        if what not in self._names:
            self._names[what] = f"[{span.kind}-{self._mark(*what)}]"
        return self._names[what]

    def _mark(self, kind: str, name: str) -> str:
        if self._key is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            return str(self._counts[kind])
        digits = _mac(self._key, f"{kind} {name}")[:_LENGTH]
        return "".join(_LETTERS[int(digit, 16)] for digit in digits)
