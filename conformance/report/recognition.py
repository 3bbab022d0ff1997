"""Finds in a text what identifies a Party, a submission or a mailbox.

Three things show it: the forms that such names have anywhere (an EUI-64, a reference, an address),
the expressions of the profile, and what the submissions of the report name themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from conformance.records.engine import search

_PAIR = r"[0-9A-Fa-f]{2}"
_DASH = r"[-\u2010-\u2015]"
_LOCAL = r"""(?:"[^"\n]{1,64}"|[^\s@<>()\[\]{},;:"'/\\|]{1,320})"""
_DOMAIN = r"""(?:\[[^\]\s]{1,64}\]|[^\s@<>()\[\]{},;:"'/\\|]*[^\s@<>()\[\]{},;:"'/\\|.])"""
#: EUI-64s with any separator or none and broken ones of three pairs or more, references, and
#: addresses. Longer runs of hex are digests.
_FORMS = re.compile(
    rf"""
      (?P<mailbox>{_LOCAL}@{_DOMAIN})
    | (?P<user>
        (?<![0-9A-Za-z]){_PAIR}(?:{_DASH}{_PAIR}){{2,}}(?![0-9A-Za-z])
      | (?<![0-9A-Za-z]){_PAIR}(?:[:. ]{_PAIR}){{7}}(?![0-9A-Za-z])
      | (?<![0-9A-Za-z])[0-9A-Fa-f]{{16}}(?![0-9A-Za-z])
      )
    | (?P<reference>(?<![0-9A-Za-z])[A-Za-z]{{2,8}}[-_]?[0-9]{{5,}}(?![0-9A-Za-z]))
    """,
    re.VERBOSE,
)
_SEPARATORS = re.compile(r"[-\u2010-\u2015:._ ]")
_EUI64 = re.compile(r"[0-9A-Fa-f]{16}")
#: Names from this length on are found inside of other words too.
_LONG = 6
#: From that many names on, those that have a common form are left to that.
_MANY = 2000
#: An expression that admits these shows nothing of what it is for.
_WORDS = ("a", "record", "accepted", "adt.csv", "1", "2025-06-01T10:00:00Z", "field 6, byte 40")


class Span(Struct, frozen=True):
    """A part of a text that identifies something of a ``kind``: user, reference or mailbox.

    ``name`` is what it names.
    """

    start: int
    end: int
    kind: str
    name: str


class Recognition:
    """The identities to find in the texts of one report.

    ``shapes`` are the expressions of the profile, ``named`` the names that submissions have, each
    by kind.
    """

    def __init__(
        self, shapes: Mapping[str, Iterable[str]], named: Mapping[str, Iterable[str]]
    ) -> None:
        self._searches: list[tuple[str, Any]] = []
        for kind, patterns in shapes.items():
            for pattern in patterns:
                found = search(rf"(?i)(?:{pattern})")
                if not any(_covers(found, word) for word in ("", *_WORDS)):
                    self._searches.append((kind, found))
        for kind, names in named.items():
            words = {word for name in names for word in _variants(name)}
            if len(words) > _MANY:
                words = {word for word in words if not _FORMS.fullmatch(word)}
            if words:
                ordered = sorted(words, key=len, reverse=True)
                either = "|".join(_bounded(word) for word in ordered)
                self._searches.append((kind, search(rf"(?i)(?:{either})")))

    def spans(self, text: str) -> list[Span]:
        """Return the parts of ``text`` that identify something, in order; overlaps are one."""
        found: list[Span] = []
        for span in sorted(self._all(text), key=lambda s: (s.start, -s.end)):
            if found and span.start < found[-1].end:
                start, end = found[-1].start, max(found[-1].end, span.end)
                found[-1] = Span(start, end, found[-1].kind, text[start:end])
            else:
                found.append(span)
        return found

    def _all(self, text: str) -> Iterator[Span]:
        for match in _FORMS.finditer(text):
            yield Span(match.start(), match.end(), str(match.lastgroup), match[0])
        for kind, pattern in self._searches:
            for match in pattern.finditer(text):
                start, end = match.span()
                if start < end:
                    yield Span(start, end, kind, text[start:end])


def _bounded(word: str) -> str:
    """``word`` as an expression; a short one does not count inside of another word."""
    if len(word) >= _LONG:
        return re.escape(word)
    before, after = (r"\b" if c.isascii() and c.isalnum() else "" for c in (word[0], word[-1]))
    return f"{before}{re.escape(word)}{after}"


def _covers(pattern: Any, word: str) -> bool:
    match = pattern.search(word)
    return match is not None and match.end() - match.start() == len(word)


def _variants(name: str) -> Iterator[str]:
    """The ways in which ``name`` may be written: an EUI-64 with other separators, or none."""
    yield name
    digits = _SEPARATORS.sub("", name)
    if _EUI64.fullmatch(digits):
        pairs = re.findall("..", digits)
        yield from (mark.join(pairs) for mark in ("", "-", ":", " "))


def canonical(name: str, kind: str) -> str:
    """The one way of writing ``name``, by which it has its pseudonym."""
    match kind:
        case "mailbox":
            return name.casefold()
        case "name":
            return name
        case _:
            return _SEPARATORS.sub("", name).upper()
