"""The lines of a TOML file that its records and entries are on, which the parser does not keep."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*[.=]")


class TomlLines:
    """Finds lines by the path of an entry, as far as the records of ``table`` are tables.

    Where the text has another number of headers than the table has records, such as in a text of
    several lines that looks like one, nothing is found.
    """

    def __init__(self, text: str, table: Mapping[str, Any]) -> None:
        self._lines = text.splitlines()
        self._table = table
        self._headers = [
            (number, match[1])
            for number, line in enumerate(self._lines)
            if (match := _HEADER.match(line))
        ]

    def line(self, path: Sequence[str | int]) -> int | None:
        """Return the number, from 1, of the line of the entry or of the record that it is in."""
        if not path:
            return None
        starts = [number for number, name in self._headers if name == path[0]]
        if len(path) == 1 and starts:
            return starts[0] + 1
        if len(path) == 1 or not isinstance(path[1], int) or not starts:
            end = self._headers[0][0] if self._headers else len(self._lines)
            return self._entry(str(path[0]), 0, end)
        if len(starts) != len(self._table.get(str(path[0]), ())):
            return None
        start = starts[path[1]]
        after = next((n for n, name in self._headers if n > start and name == path[0]), None)
        entry = self._entry(str(path[2]), start + 1, after) if len(path) > 2 else None
        return entry or start + 1

    def _entry(self, key: str, start: int, end: int | None) -> int | None:
        for number, line in enumerate(self._lines[start:end], start + 1):
            match = _KEY.match(line)
            if match and match[1] == key:
                return number
        return None
