"""Problems with a profile: where, what, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from conformance.errors import ModelError
from conformance.model.problem import Path, Problem, inner, named, nearest


class Source(Struct, frozen=True):
    """A profile as one file states it: its name as it was given, its text and its table."""

    name: str
    text: str
    table: Mapping[str, Any]


class Located(Struct, frozen=True):
    """A problem with the file, the line and the entry where it is."""

    source: str
    line: int | None
    entry: str
    what: str
    right: str

    @property
    def where(self) -> str:
        """The file and the line."""
        return f"profile {self.source}" + (f", line {self.line}" if self.line else "")

    def __str__(self) -> str:
        entry = f"{self.entry}: " if self.entry else ""
        return f"{self.where}: {entry}{self.what}" + (f" ({self.right})" if self.right else "")


class ProfileError(ModelError):
    """A profile cannot be used; ``problems`` is all that is wrong with it."""

    def __init__(self, name: str, problems: Sequence[Located]) -> None:
        self.problems = tuple(problems)
        first, more = problems[0], len(problems) - 1
        remedy = first.right
        if more:
            rest = f"{more} more: tadp profile check {name}"
            remedy = f"{remedy}; {rest}" if remedy else rest
        entry = f"{first.entry}: " if first.entry else ""
        super().__init__(f"{entry}{first.what}", where=first.where, remedy=remedy or None)


def located(problem: Problem, table: Mapping[str, Any], sources: Sequence[Source]) -> Located:
    """Return ``problem`` of a ``table`` with its place in what was merged, the topmost first."""
    # Most profiles have nothing wrong, and need no lines.
    from conformance.model.lines import lines_of_toml

    source, path = _stated(problem.path, table, sources)
    line = nearest(lines_of_toml(source.text), path)
    return Located(source.name, line, named(table, problem.path), problem.what, problem.right)


def _stated(path: Path, table: Mapping[str, Any], sources: Sequence[Source]) -> tuple[Source, Path]:
    """Return the topmost source that states the most of ``path``, and the path there."""
    if path[:1] == ("assumptions",) and len(path) > 1 and isinstance(path[1], int):
        # The assumptions of all files are one list once they are merged.
        said = table["assumptions"][path[1]].get("entry")
        for source in sources:
            for index, one in enumerate(source.table.get("assumptions", ())):
                if one.get("entry") == said:
                    return source, ("assumptions", index, *path[2:])
    ways = [(source, _in_source(path, table, source.table)) for source in sources]
    return max(ways, key=lambda way: _depth(way[0].table, way[1]))


def _in_source(path: Path, table: Any, stated: Any) -> Path:
    """Return ``path`` as it is in a file that states some of the tables of a list, by name."""
    found: list[str | int] = []
    for step in path:
        table = inner(table, step)
        name, place = _name(table) if isinstance(step, int) else None, step
        if name is not None and isinstance(stated, list) and _name(inner(stated, step)) != name:
            # One that is not there is not looked for at another's place.
            place = next((i for i, one in enumerate(stated) if _name(one) == name), len(stated))
        found.append(place)
        stated = inner(stated, place)
    return tuple(found)


def _name(table: Any) -> Any:
    entries = ("name", "id", "repeat")
    found = (table[entry] for entry in entries if isinstance(table, dict) and entry in table)
    return next(found, None)


def _depth(table: Any, path: Path) -> int:
    depth = 0
    for step in path:
        table = inner(table, step)
        if table is None:
            break
        depth += 1
    return depth
