"""A profile put over the one that it extends: tables are merged, and lists of tables by name.

A list of columns, rules or records is merged with the one below where it says of one of its tables
what is otherwise there (``remove``, ``after``, or some entries alone); any other list replaces it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from conformance.model.problem import Path, Problem

#: Where a table of a list goes, and that there is none.
REMOVE, AFTER = "remove", "after"
#: The lists that merge: what names a table of each, and what a whole one has.
_LISTS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "columns": (("name", "repeat"), "type"),
    "composed": (("name",), "type"),
    "rules": (("id",), "rule"),
    "records": (("name",), "columns"),
}
#: Entries of a file of several kinds of records, and of one of a single kind.
_SEVERAL, _SINGLE = ("records", "unit"), ("columns", "key", "header", "composed")

Table = Mapping[str, Any]


class Merger(Struct):
    """Merges tables; notes what is wrong, and which tables of lists were stated or kept.

    ``stated`` has, by the path of a list that was merged, the paths that are as the upper profile
    has them; ``kept`` those that are as they were below.
    """

    lists: bool = True  #: lists are merged, too
    problems: list[Problem] = field(default_factory=list)
    stated: dict[str, list[str]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def merged(self, below: Table, above: Table) -> dict[str, Any]:
        """Return ``above`` with those lists whole that are merged with lists of ``below``."""
        whole = self.over(below, above)
        return _with(above, whole, [tuple(path.split(".")) for path in self.stated])

    def over(self, below: Table, above: Table, path: Path = ()) -> dict[str, Any]:
        """Return ``above`` over ``below``."""
        gone = {*_of_other_kinds(below, above)}
        merged = {key: value for key, value in below.items() if key not in gone}
        if gone and "rules" in merged:
            merged["rules"] = []
        for key, value in above.items():
            old = merged.get(key)
            if isinstance(old, dict) and isinstance(value, dict):
                merged[key] = self.over(old, value, (*path, key))
            elif (
                self.lists
                and _is_list(key, value)
                and (_says_of_others(key, value) or _is_part(key, value, merged, above))
            ):
                tables = [one for one in old if isinstance(one, dict)] if old else []
                merged[key] = self._list(tables, value, (*path, key))
            else:
                merged[key] = value
        return merged

    def _list(self, below: Sequence[Table], above: Sequence[Table], path: Path) -> list[Any]:
        """Return a list with the tables of ``above`` in it."""
        where, key = ".".join(map(str, path)), str(path[-1])
        found: list[Any] = list(below)
        stated: list[str] = []
        moved = False
        for index, one in enumerate(above):
            name = _name(key, one)
            at = next((i for i, old in enumerate(found) if _name(key, old) == name), None)
            own = {entry: value for entry, value in one.items() if not _directs(entry, value)}
            if one.get(REMOVE) is True:
                moved = True
                self._remove(found, at, (one, name), (*path, index))
                self.removed.append(f"{where}.{name}")
                continue
            stated.append(f"{where}.{name}")
            if at is not None:
                old = found[at]
                whole = _LISTS[key][1] in own or "repeat" in own
                found[at] = own if whole and key != "records" else self._inner(old, own, path)
            else:
                moved = True
                found.append(own)
                at = len(found) - 1
            if _directs(AFTER, one.get(AFTER)):
                moved = True
                self._move(found, at, one[AFTER], (*path, index))
        names = [f"{where}.{_name(key, one)}" for one in found]
        self.kept += [one for one in names if one not in stated]
        self.stated[where] = [*([where] if moved else []), *stated]
        return found

    def _inner(self, old: Table, own: Table, path: Path) -> dict[str, Any]:
        inner = Merger()
        merged = inner.over(old, own, (*path, _name(str(path[-1]), own)))
        self.problems += inner.problems
        return merged

    def _remove(
        self, found: list[Any], at: int | None, named: tuple[Table, str], path: Path
    ) -> None:
        one, name = named
        others = [e for e in one if e not in (REMOVE, *_LISTS[str(path[-2])][0])]
        if at is None:
            self._missing(found, name, (*path, REMOVE))
        elif others:
            what = f"is removed, so that {', '.join(others)} of it says nothing"
            self.problems.append(Problem(path, what, "leave out the one or the other"))
        else:
            del found[at]

    def _move(self, found: list[Any], at: int, after: str, path: Path) -> None:
        one = found.pop(at)
        names = [_name(str(path[-2]), other) for other in found]
        if after in names:
            found.insert(names.index(after) + 1, one)
        else:
            found.insert(at, one)
            self._missing(found, after, (*path, AFTER))

    def _missing(self, found: Sequence[Table], name: str, path: Path) -> None:
        from conformance.model.schema_words import suggestion

        names = [_name(str(path[-3]), one) for one in found]
        what = f"there is no {name} in the profile that this one extends"
        self.problems.append(
            Problem(path, what, suggestion(name, names, f"one of: {', '.join(names)}"))
        )


def _of_other_kinds(below: Table, above: Table) -> Iterator[str]:
    """Yield the entries of a file that go when another profile has other kinds of records."""
    if _SEVERAL[0] in above and _SEVERAL[0] not in below:
        yield from _SINGLE
    elif "columns" in above and "columns" not in below:
        yield from _SEVERAL


def _is_list(key: str, value: object) -> bool:
    """Return True if ``value`` is a list of tables, each with a name."""
    return (
        key in _LISTS
        and isinstance(value, list)
        and all(isinstance(one, dict) and _name(key, one) for one in value)
    )


def _says_of_others(key: str, tables: Sequence[Table]) -> bool:
    """Return True if a table is about one that is elsewhere: it moves, goes, or is not whole."""
    whole = _LISTS[key][1]
    return any(
        REMOVE in one or AFTER in one or not (whole in one or "repeat" in one) for one in tables
    )


def _is_part(key: str, tables: Sequence[Table], below: Table, above: Table) -> bool:
    """Return True if a list of columns lacks some of the key, which those below have."""
    if key != "columns" or not isinstance(below.get(key), list):
        return False
    wanted, composed = above.get("key", below.get("key")), above.get("composed", [])
    if not isinstance(wanted, list) or not _is_list("composed", composed):
        return False
    mine = {_name(key, one) for one in (*tables, *composed)}
    theirs = {_name(key, one) for one in below[key] if isinstance(one, dict)}
    return any(name not in mine and name in theirs for name in wanted if isinstance(name, str))


def _directs(entry: str, value: object) -> bool:
    """Return True if an entry says where a table goes; what cannot be used, the schema refuses."""
    return (entry == REMOVE and value is True) or (entry == AFTER and isinstance(value, str))


def _name(key: str, table: Table) -> str:
    return next((str(table[entry]) for entry in _LISTS[key][0] if entry in table), "")


def _with(above: Table, whole: Table, paths: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """Return ``above`` with what is at ``paths`` as in ``whole``."""
    found = dict(above)
    for key in dict.fromkeys(path[0] for path in paths):
        inner = [path[1:] for path in paths if path[0] == key and path[1:]]
        found[key] = _with(above[key], whole[key], inner) if inner else whole[key]
    return found
