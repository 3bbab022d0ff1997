"""The lines of a text of TOML or JSON in which its entries are: no reader of these says so.

The text has been read before, so that what is neither need not be recognised.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import lru_cache

from conformance.model.problem import Path

_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]*")


@lru_cache(maxsize=8)
def lines_of_toml(text: str) -> dict[Path, int]:
    """Return the line, from 1, of each entry, table and item of a list in ``text``."""
    try:
        return _Scan(text).run()
    except RecursionError:
        return {}  # Nested deeper than any profile; the schema says so.


def lines_of_json(text: str) -> dict[Path, int]:
    """Return the line, from 1, of each entry and item of a list in ``text``."""
    try:
        return _Scan(text).run_value()
    except RecursionError:
        return {}


def _name(key: str) -> str:
    """Return the name that a part of a key gives, in quotes or without."""
    if key[0] not in "\"'":
        return key
    if "\\" in key and key[0] == '"':
        with suppress(ValueError):  # An escape that TOML has and JSON has not.
            return str(json.loads(key))
    return key[1:-1]


class _Scan:
    """One pass over a text; ``at`` is where it is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[Path, int] = {}
        #: How many tables each list of tables has, by its path.
        self._counts: dict[Path, int] = {}
        self._counted = (0, 1)

    def run(self) -> dict[Path, int]:
        table: Path = ()
        self._skip()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._entry(table)
            self._skip()
        return self._lines

    def run_value(self) -> dict[Path, int]:
        """Read a value of JSON, whose objects are like the tables in braces of TOML."""
        self._value(())
        return self._lines

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _header(self) -> Path:
        """Read ``[a.b]`` or ``[[a.b]]``."""
        several = self._text.startswith("[[", self._at)
        line = self._line()
        self._at += 1 + several
        *outer, last = self._key()
        self._at = self._text.index("]", self._at) + 1 + several
        path: Path = ()
        for step in outer:
            path = self._into((*path, step))
        path = (*path, last)
        if several:
            number = self._counts.get(path, 0)
            self._counts[path] = number + 1
            self._lines.setdefault(path, line)
            path = (*path, number)
        else:
            path = self._into(path)
        self._note(path, line)
        return path

    def _into(self, path: Path) -> Path:
        """Return ``path``, or the last of the tables that it lists."""
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _key(self) -> list[str]:
        """Read a key, which may have several parts with dots between them."""
        parts = []
        while True:
            self._skip()
            found = _STRING.match(self._text, self._at) or _PLAIN.match(self._text, self._at)
            assert found is not None  # noqa: S101 - the text was read before
            plain = found[0]
            parts.append(_name(plain))
            self._at = found.end()
            self._skip()
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _entry(self, table: Path) -> None:
        """Read ``key = value``."""
        line = self._line()
        path: Path = (*table, *self._key())
        self._at += 1  # A sign of equality, or a colon.
        self._note(path, line)
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        string = _STRING.match(self._text, self._at)
        if string:
            self._at = string.end()
        elif self._text[self._at] in "[{":
            self._several(path, "]" if self._text[self._at] == "[" else "}")
        else:
            found = _SCALAR.match(self._text, self._at)
            self._at = found.end() if found else self._at

    def _several(self, path: Path, end: str) -> None:
        """Read the items of a list, or the entries of a table in braces."""
        self._at += 1
        number = 0
        while True:
            self._skip()
            if self._text[self._at] == end:
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
            elif end == "}":
                self._entry(path)
            else:
                self._note((*path, number), self._line())
                self._value((*path, number))
                number += 1

    def _note(self, path: Path, line: int) -> None:
        """Keep the first line of ``path``, and of the tables that its key makes on the way."""
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], line)

    def _line(self) -> int:
        """Return the line of where the pass is; it never goes back."""
        start, line = self._counted
        line += self._text.count("\n", start, self._at)
        self._counted = (self._at, line)
        return line
