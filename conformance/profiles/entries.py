"""The entries of a profile, each by its dotted path, with its value in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from conformance.report.visible import visible_text

#: Entries that identify the tables of a list: the first of these that all of them have.
_NAMED_BY = ("name", "id", "entry", "repeat", "word")
#: Longer than any value can be: a profile is at most 1 MiB.
_WHOLE = 1 << 21


class Entry(Struct, frozen=True):
    """An entry of a profile that is not a table: its dotted path, and its value."""

    path: str
    value: Any

    @property
    def words(self) -> str:
        """The value in words."""
        return in_words(self.value)


def entries_of(value: Any, path: str = "") -> Iterator[Entry]:
    """Yield the entries of a table of a profile, and of the tables in it.

    A table in a list is named by its name, or by its number from 1. A table or a list without
    entries is an entry itself.
    """
    inner = parts_of(value)
    if inner:
        for key, part in inner.items():
            yield from entries_of(part, joined(path, key))
    else:
        yield Entry(path, value)


def parts_of(value: Any) -> Mapping[str, Any] | None:
    """Return the entries of a table, or the tables of a list by what each is called there."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        return dict(_steps(value))
    return None


def joined(path: str, key: str) -> str:
    """Return the path of the entry ``key`` of the table at ``path``."""
    return f"{path}.{key}" if path else key


def _steps(tables: list[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the tables of a list, each with what it is called there."""
    for ways in ((entry,) for entry in _NAMED_BY[:-1]), (_NAMED_BY,):
        for way in ways:
            names = [next((str(t[entry]) for entry in way if entry in t), "") for t in tables]
            if all(names) and len({*names}) == len(names):
                yield from zip(names, tables, strict=True)
                return
    yield from ((str(number), table) for number, table in enumerate(tables, 1))


def in_words(value: Any) -> str:
    """Return a value of a profile on one line, so that no terminal obeys it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(in_words, value)) or "none"
        case dict():
            return "; ".join(f"{shown(k)} {in_words(v)}" for k, v in value.items()) or "none"
        case _:
            return shown(str(value))


def shown(text: str) -> str:
    """Return ``text``, whole, with the characters escaped that a terminal obeys."""
    return visible_text(text, _WHOLE)
