"""An edition that somebody states in a file of their own: amendments that came later, as data.

The file is read and compared with its schema here; what it makes of the model is in
``edition_extending``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from math import isfinite
from pathlib import Path
from typing import Any

from conformance.errors import ModelError
from conformance.inputs import read_input
from conformance.model.lines import lines_of_toml
from conformance.model.loading import parse_toml
from conformance.model.problem import ENOUGH, collected, nearest, printable
from conformance.model.requirement import EditionFile
from conformance.model.schema import problems

#: An edition file is a short text; anything longer is something else.
MAXIMUM_BYTES = 1 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: Texts in which each space and line end is meant.
_LITERAL = frozenset({"example", "with"})


class Statement:
    """An edition file that was read: its ``table``, and the errors in it, each with its line."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            TadpError: it cannot be read, or is not TOML.
        """
        self.path = path
        data = read_input(path, MAXIMUM_BYTES, ModelError)
        text = _text(data, str(path))
        table = parse_toml(text.encode(), str(path))
        try:
            self.table: dict[str, Any] = _plain(table)
            unprintable = list(_unprintable(self.table))
        except RecursionError:
            raise ModelError("is nested too deeply", where=str(path)) from None
        found = problems("edition-file", self.table)
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.errors: list[ModelError] = []
        self._line_of: dict[str, int] = {}
        self._lines = lines_of_toml(text)
        self._broken: set[Sequence[str | int]] = set()
        for where, what in unprintable:
            self.refuse(where, what)
        for one in found:
            self.refuse(one.path, one.what, one.right or None)
        if len(found) >= ENOUGH:
            # Entries that were not compared with the schema are not read.
            self.end()

    def refuse(self, path: Sequence[str | int], what: str, remedy: str | None = None) -> None:
        """Note that the entry at ``path`` cannot be used.

        Raises:
            CollectedError: there are enough errors already.
        """
        self._broken |= {tuple(path[:1]), tuple(path[:2])}
        names = [str(step) for step in path if not isinstance(step, int)]
        line = nearest(self._lines, path)
        where = [str(self.path), f"line {line}" if line else "", self._record(path)]
        if len(path) != 2 or isinstance(path[1], str):
            where.append(".".join(names[1:] if len(path) > 1 else names))
        error = ModelError(what, where=", ".join(filter(None, where)), remedy=remedy)
        if str(error) not in self._line_of:
            self._line_of[str(error)] = line or 0
            self.errors.append(error)
        if len(self.errors) == ENOUGH:
            self.end()

    def _record(self, path: Sequence[str | int]) -> str:
        """The record that ``path`` leads into, by its id or else by its number."""
        if len(path) < 2 or not isinstance(path[1], int):
            return ""
        record = self.table[str(path[0])][path[1]]
        label = record.get("id", record.get("clause")) if isinstance(record, Mapping) else None
        named = label if isinstance(label, str) else f"number {path[1] + 1}"
        return printable(f"{path[0]} {named}", 60)

    def is_sound(self, *path: str | int) -> bool:
        """Return True if the entry or record at ``path`` is there and nothing in it was refused."""
        return path[0] in self.table and path not in self._broken

    def records(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the records called ``name`` that fit the schema, each with its place."""
        listed = self.table.get(name, ())
        for place, record in enumerate(listed if isinstance(listed, list) else ()):
            if self.is_sound(name, place):
                yield place, record

    def end(self) -> None:
        """Raise what was refused, if anything was.

        Raises:
            CollectedError: of each error one line, at most ``MOST``.
        """
        if not self.errors:
            return
        ordered = sorted(self.errors, key=lambda error: self._line_of[str(error)])
        raise collected(ordered, ModelError, str(self.path))

    @property
    def source(self) -> EditionFile:
        """Return whose word the edition is."""
        table = self.table
        return EditionFile(
            edition=table["id"],
            extends=table["extends"],
            path=str(self.path),
            sha256=self.sha256,
            source=table["source"],
            verified=table.get("verified", False),
            by=table.get("by", ""),
            on=table.get("on", ""),
        )


def _text(data: bytes, where: str) -> str:
    try:
        return data.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ModelError(
            "is not UTF-8", where=f"{where}, line {line}", remedy="save it as UTF-8"
        ) from None


def _plain(value: Any, key: str = "") -> Any:
    """Return ``value`` as JSON can have it, its dates as texts, with no line ends in sentences."""
    match value:
        case dict():
            return {name: _plain(one, key if key in _LITERAL else name)
                    for name, one in value.items()}  # fmt: skip
        case list():
            return [_plain(one, key) for one in value]
        case str() if "\n" in value and key not in _LITERAL:
            return " ".join(value.split(None))
        case date() | time():
            return value.isoformat()
        case _:
            # JSON has no word for what is not a number.
            return None if isinstance(value, float) and not isfinite(value) else value


def _unprintable(value: Any, *path: str | int) -> Iterator[tuple[Sequence[str | int], str]]:
    """Yield the texts that a terminal might obey."""
    match value:
        case dict():
            for key, one in value.items():
                yield from _unprintable(key, *path)
                yield from _unprintable(one, *path, key)
        case list():
            for place, one in enumerate(value):
                yield from _unprintable(one, *path, place)
        case str():
            allowed = "\t\r\n" if _LITERAL & set(map(str, path)) else ""
            odd = next((c for c in value if not c.isprintable() and c not in allowed), None)
            if odd is not None:
                yield path, f"has the character U+{ord(odd):04X}, which cannot be shown"
