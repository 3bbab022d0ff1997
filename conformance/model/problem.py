"""A problem with an entry of a document: where, what, and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from conformance.errors import (
    BrokenFileError,
    CollectedError,
    ModelError,
    SubmissionError,
    TadpError,
)
from conformance.phrases import counted

#: The steps from the root of a document to a value: names, and positions in a list from 0.
Path = tuple[str | int, ...]
#: The lines of the entries of a document.
Lines = Mapping[Path, int]
#: The problem of a required entry that is not there.
MISSING = "is missing"
#: Errors that are reported of one document, and those after which it is not looked at any further.
MOST, ENOUGH = 20, 200
#: Entries that name an item of a list, where it has one of these.
_NAMES = ("id", "srv", "name", "entry", "clause", "repeat")
#: Characters of a document whose lines are looked for.
_COUNTED = 1 << 20


class Problem(Struct, frozen=True):
    """One thing that is wrong, at a path of the table; ``right`` is what would be right."""

    path: Path
    what: str
    right: str = ""

    def line(self, value: Any) -> str:
        """Return it on one line, as a problem of the document ``value``."""
        entry = f"{named(value, self.path)}: " if self.path else ""
        return f"{entry}{self.what}" + (f" ({self.right})" if self.right else "")


class Document(Struct, frozen=True):
    """A document that was read: its place for people, its text, and what is in it.

    ``lines_of`` finds the lines of the entries in the text.
    """

    where: str
    text: str
    value: Any
    lines_of: Callable[[str], Lines]

    def refused(self, found: Iterable[Problem], kind: type[TadpError] = ModelError) -> TadpError:
        """Return an error of that ``kind`` with all of ``found``, in the order of their lines."""
        lines = self.lines_of(self.text) if len(self.text) <= _COUNTED else {}
        placed = [(nearest(lines, one.path) or 0, one) for one in found]
        placed.sort(key=lambda pair: pair[0])
        return collected([self._error(*pair, kind) for pair in placed], kind, self.where)

    def _error(self, line: int, one: Problem, kind: type[TadpError]) -> TadpError:
        entry = f"{named(self.value, one.path)}: " if one.path else ""
        where = f"{self.where}, line {line}" if line else self.where
        return kind(f"{entry}{one.what}", where=where, remedy=one.right or None)


def collected(errors: Sequence[TadpError], kind: type[TadpError], where: str) -> TadpError:
    """Return an error of that ``kind`` that has each of ``errors``; of many, the first few."""
    said, more = list(errors[:MOST]), len(errors) - MOST
    if more > 0:
        what = f"has {counted(more, 'more error')}"
        said.append(kind(what, where=where, remedy="fix these first"))
    if len(said) == 1:
        return said[0]
    several = BrokenFileError if issubclass(kind, SubmissionError) else CollectedError
    return several(said)


def nearest(lines: Lines, path: Sequence[str | int]) -> int | None:
    """Return the line of the entry at ``path``, or of what it would be in."""
    for end in range(len(path), 0, -1):
        line = lines.get(tuple(path[:end]))
        if line is not None:
            return line
    return None


def printable(text: str, width: int = 200) -> str:
    """``text`` on one line of at most ``width``, without anything that a terminal would obey.

    What is too long is cut in the middle: the end of a message often says what is wrong.
    """
    plain = "".join(c if c.isprintable() else " " for c in text)
    if len(plain) <= width:
        return plain
    head = (width - 3) // 2
    return f"{plain[:head]}...{plain[len(plain) - (width - 3 - head) :]}"


def named(table: Any, path: Sequence[str | int]) -> str:
    """Return the path in words: an item of a list by its name, or its number from 1."""
    steps = []
    for step in path:
        if isinstance(step, int):
            one = table[step] if isinstance(table, list) and step < len(table) else None
            own = one if isinstance(one, Mapping) else {}
            name = next((own[key] for key in _NAMES if key in own), None)
            steps.append(name if isinstance(name, str) else str(step + 1))
        else:
            steps.append(step)
        table = inner(table, step)
    return printable(".".join(steps))


def path_of(table: Any, entry: str) -> Path:
    """Return the path of an entry that is named with dots, as findings name it."""
    path: list[str | int] = []
    for name in entry.split("."):
        step: str | int = name
        if isinstance(table, list):
            own = [one if isinstance(one, Mapping) else {} for one in table]
            step = next(
                (
                    n
                    for n, one in enumerate(own)
                    if name in (one.get("name"), one.get("id"), one.get("repeat"))
                ),
                0,
            )
        path.append(step)
        table = inner(table, step)
    return tuple(path)


def inner(table: Any, step: str | int) -> Any:
    """Return what ``table`` has at one step, or None."""
    if isinstance(table, Mapping):
        return table.get(step)
    if isinstance(table, list) and isinstance(step, int) and step < len(table):
        return table[step]
    return None
