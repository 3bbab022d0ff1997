"""A report as JSON text: the canonical form that its digest is over, and the one that is written.

Thousands of submissions have most of their results in common, as the same objects. What is below
the fourth level is written once for each object, and in C.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from conformance.report.visible import escape_invisible

#: Levels that are taken apart: the report, its submissions, each of them, its requirements.
_LEVELS = 4
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_plain = json.JSONEncoder(ensure_ascii=False).encode


def canonical(report: Mapping[str, Any]) -> Iterator[str]:
    """The canonical form of RFC 8785, in pieces: names in order, no white space.

    A report has neither fractions nor names outside ASCII, where that form is harder to write.
    """
    shared = _shared(report)
    once = _Once(_canonical, shared)

    def pieces(value: Any, level: int) -> Iterator[str]:
        if level == _LEVELS or not isinstance(value, (dict, list)) or not value:
            yield _canonical(value)
        elif isinstance(value, dict):
            mark = "{"
            for name in sorted(value):
                yield f"{mark}{_canonical(name)}:"
                yield from pieces(value[name], level + 1)
                mark = ","
            yield "}"
        elif level == _LEVELS - 1:
            # What nothing else shares is written at one go.
            runs = groupby(value, key=lambda inner: id(inner) in shared)
            yield f"[{','.join(x for many, run in runs for x in _run(list(run), once, many))}]"
        else:
            mark = "["
            for inner in value:
                yield mark
                yield from pieces(inner, level + 1)
                mark = ","
            yield "]"

    yield from pieces(dict(report), 0)


def _run(values: list[Any], once: Callable[[Any], str], shared: bool) -> Iterator[str]:
    if shared:
        yield from map(once, values)
    else:
        yield _canonical(values)[1:-1]


def _shared(report: Mapping[str, Any]) -> set[int]:
    """The identities of the results that several submissions have in common."""
    seen: set[int] = set()
    again: set[int] = set()
    for submission in report.get("submissions", ()):
        for result in submission.get("requirements", ()):
            (again if id(result) in seen else seen).add(id(result))
    return again


def dump_report(report: Mapping[str, Any]) -> str:
    """The report as JSON text, ending in a line feed."""
    return "".join(report_pieces(report))


def report_pieces(report: Mapping[str, Any]) -> Iterator[str]:
    """The report as JSON text, a piece at a time; a requirement or a case has a line.

    What a terminal would obey, and nobody could see, is escaped.
    """
    once = _Once(lambda value: escape_invisible(_plain(value)), _shared(report))

    def pieces(value: Any, level: int) -> Iterator[str]:
        if level == _LEVELS or not isinstance(value, (dict, list)) or not value:
            yield once(value)
            return
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        mark = f"{opening}\n{' ' * (level + 1)}"
        for key in value:
            yield mark
            if isinstance(value, dict):
                yield f"{once(key)}: "
                yield from pieces(value[key], level + 1)
            else:
                yield from pieces(key, level + 1)
            mark = f",\n{' ' * (level + 1)}"
        yield f"\n{' ' * level}{closing}"

    yield from pieces(dict(report), 0)
    yield "\n"


class _Once:
    """Writes each object that is ``shared`` once; what was written lives as long as this does."""

    def __init__(self, write: Callable[[Any], str], shared: set[int]) -> None:
        self._write = write
        self._shared = shared
        self._written: dict[int, str] = {}

    def __call__(self, value: Any) -> str:
        if id(value) not in self._shared:
            return self._write(value)
        found = self._written.get(id(value))
        if found is None:
            found = self._written[id(value)] = self._write(value)
        return found
