"""Replaces what identifies people and systems in a report, so that it can be handed on.

User IDs and other EUI-64s, references of requests and Incidents, and mailbox addresses become
pseudonyms: the same thing has the same one throughout a report. What the model itself says, such
as the mailbox that the User Guidance publishes, stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from conformance.report.frame import sealed

_PAIR = r"[0-9A-Fa-f]{2}"
#: What is looked for: EUI-64s with any separator or none and broken ones of three pairs or more,
#: references, and addresses. Longer runs of hex are digests, and are left alone.
_PATTERN = re.compile(
    rf"""
      (?P<mailbox>[^\s@<>()\[\]{{}},;:"'/\\|]{{1,320}}@[^\s@<>()\[\]{{}},;:"'/\\|]*[^\s@<>()\[\]{{}},;:"'/\\|.])
    | (?P<user>
        (?<![0-9A-Za-z]){_PAIR}(?:[-\u2010-\u2015]{_PAIR}){{2,}}(?![0-9A-Za-z])
      | (?<![0-9A-Za-z]){_PAIR}(?:[:. ]{_PAIR}){{7}}(?![0-9A-Za-z])
      | (?<![0-9A-Za-z])[0-9A-Fa-f]{{16}}(?![0-9A-Za-z])
      )
    | (?P<reference>(?<![0-9A-Za-z])[A-Za-z]{{2,8}}[-_]?[0-9]{{5,}}(?![0-9A-Za-z]))
    """,
    re.VERBOSE,
)
#: Parts of a report whose words are the model's own.
_MODEL = ("catalogue", "notes")
_KEPT = ("report", "tool", "model", "digest", "complete", *_MODEL)


def redact(report: Mapping[str, Any]) -> dict[str, Any]:
    """``report`` with pseudonyms, and with a digest of its own."""
    pseudonyms = Pseudonyms(_public(report))
    changed = {
        name: value if name in _KEPT else pseudonyms.within(value) for name, value in report.items()
    }
    return sealed(changed)


def _public(report: Mapping[str, Any]) -> frozenset[str]:
    """What the words of the model itself hold that looks as if it identified somebody."""
    found: set[str] = set()

    def gather(value: Any) -> None:
        if isinstance(value, str):
            found.update(match[0] for match in _PATTERN.finditer(value))
        elif isinstance(value, Mapping):
            for inner in value.values():
                gather(inner)
        elif isinstance(value, list):
            for inner in value:
                gather(inner)

    for name in _MODEL:
        gather(report[name])
    return frozenset(found)


class Pseudonyms:
    """Names that stand for others, numbered as they are met."""

    def __init__(self, public: frozenset[str] = frozenset()) -> None:
        self._public = public
        self._names: dict[str, dict[str, str]] = {}

    def within(self, value: Any) -> Any:
        """``value`` with every text in it replaced."""
        if isinstance(value, str):
            return _PATTERN.sub(self._name, value)
        if isinstance(value, list):
            return [self.within(inner) for inner in value]
        if isinstance(value, Mapping):
            if {"text", "start", "length"} <= value.keys():
                return self._excerpt(value)
            return {name: self.within(inner) for name, inner in value.items()}
        return value

    def _excerpt(self, excerpt: Mapping[str, Any]) -> dict[str, Any]:
        """The excerpt with the place moved to where it is now."""
        start, end = excerpt["start"], excerpt["start"] + excerpt["length"]
        pieces: list[str] = []
        last = total = 0
        places = {start: start, end: end}

        def keep(upto: int) -> None:
            nonlocal total
            pieces.append(excerpt["text"][last:upto])
            for place in (start, end):
                if last <= place <= upto:
                    places[place] = total + place - last
            total += upto - last

        for match in _PATTERN.finditer(excerpt["text"]):
            keep(match.start())
            name = self._name(match)
            for place in (start, end):
                if match.start() < place < match.end():
                    places[place] = total if place == start else total + len(name)
            pieces.append(name)
            total += len(name)
            last = match.end()
        keep(len(excerpt["text"]))
        length = max(places[end] - places[start], 0)
        return {**excerpt, "text": "".join(pieces), "start": places[start], "length": length}

    def _name(self, match: re.Match[str]) -> str:
        if match[0] in self._public:
            return match[0]
        kind = str(match.lastgroup)
        plain = re.sub(r"[-\u2010-\u2015:._ ]", "", match[0]) if kind != "mailbox" else match[0]
        known = self._names.setdefault(kind, {})
        return known.setdefault(plain.upper(), f"[{kind}-{len(known) + 1}]")
