"""Names used for others in a report, so that the same thing is seen to be the same.

They are numbered as they are met. With a key they follow from the name by HMAC, so that they are
the same in each report, and only who has the key can try the few names that there are.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from typing import Any

from conformance.report.recognition import Recognition, Span, canonical

_LETTERS = "abcdefghijklmnop"
#: Letters of a pseudonym that follows from a key: 64 bits.
_LENGTH = 16
#: Endings of file names that are shown.
_ENDINGS = frozenset({
    "crl", "crt", "csv", "der", "eml", "html", "json", "p7m", "p7s", "pem", "sig", "toml", "txt",
    "xlsx", "xml",
})  # fmt: skip
_SEPARATOR = re.compile(r"([/\\])")
_ENDING = re.compile(r"(?:\.[0-9A-Za-z]{1,4}){1,2}\Z")
#: Parts of a path that name nothing.
_PLAIN = frozenset({"", ".", "..", "-", "submission.json", "publication.json"})


def mac(key: bytes, text: str) -> str:
    """Return the HMAC of ``text`` with ``key``, in hexadecimal digits."""
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


class Pseudonyms:
    """Pseudonyms for what a ``recognition`` finds and for names of files, by a key or numbered."""

    def __init__(self, recognition: Recognition, key: bytes | None = None) -> None:
        self._recognition = recognition
        self._key = key
        self._names: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._parts: dict[str, str] = {}
        self._taken: set[str] = set()

    def text(self, text: str, rest: Callable[[str], str] = str) -> str:
        """``text`` with each name replaced, and ``rest``, which keeps its length, of all else."""
        return self._replaced(rest(text), self._recognition.spans(text))

    def excerpt(self, excerpt: dict[str, Any], rest: Callable[[str], str] = str) -> dict[str, Any]:
        """The excerpt as ``text`` has it, with the place moved to where it is now."""
        spans = self._recognition.spans(excerpt["text"])
        start = self._moved(excerpt["start"], spans)
        end = self._moved(excerpt["start"] + excerpt["length"], spans, after=True)
        text = self._replaced(rest(excerpt["text"]), spans)
        return {**excerpt, "text": text, "start": start, "length": max(end - start, 0)}

    def path(self, path: str, rest: Callable[[str], str]) -> str:
        """``path`` with each part of it replaced: what it names, or the whole of it."""
        return "".join(
            part if index % 2 or part in _PLAIN else self._part(part, rest)
            for index, part in enumerate(_SEPARATOR.split(path))
        )

    def whole(self, name: str) -> str:
        """The pseudonym of the whole of ``name``."""
        return self._name(Span(0, len(name), "name", name))

    def _part(self, part: str, rest: Callable[[str], str]) -> str:
        """A part of a path; two that are different are shown as different."""
        if part not in self._parts:
            ending = _ENDING.search(part)
            if ending is None or not {*ending[0].lower().split(".")} <= {"", *_ENDINGS}:
                ending = None
            end = ending[0] if ending else ""
            stem = part.removesuffix(end) if end else part
            shown = self.text(stem, rest) if self._recognition.spans(stem) else ""
            if not shown or shown + end in self._taken:
                shown = self.whole(stem)
            self._taken.add(shown + end)
            self._parts[part] = shown + end
        return self._parts[part]

    def _replaced(self, text: str, spans: Iterable[Span]) -> str:
        pieces: list[str] = []
        last = 0
        for span in spans:
            pieces += [text[last : span.start], self._name(span)]
            last = span.end
        return "".join([*pieces, text[last:]])

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
        digits = mac(self._key, f"{kind} {name}")[:_LENGTH]
        return "".join(_LETTERS[int(digit, 16)] for digit in digits)
