"""A report as JSON text: the canonical form that its digest is over, and the one that is written.

Thousands of submissions have most of their results in common, as the same objects. In what is
written, each object below the fourth level is made into text once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from json.encoder import encode_basestring
from typing import Any, Generic, TypeVar

import msgspec

from conformance.report.visible import escape_invisible

#: Levels that are taken apart: the report, its submissions, each of them, its requirements.
_LEVELS = 4
#: The level whose values are a piece each: a submission or a case.
_PIECE = 2
#: The name of the results of a submission.
_RESULTS = "requirements"
_sorted = msgspec.json.Encoder(order="sorted").encode
_any_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_plain = json.JSONEncoder(ensure_ascii=False).encode
_Written = TypeVar("_Written")


def canonical(report: Mapping[str, Any]) -> Iterator[bytes]:
    """The canonical form of RFC 8785, in pieces: names in order, no white space.

    A report has neither fractions nor names outside ASCII, where that form is harder to write.
    """
    once = _Once(_canonical, _shared(report))
    mark = b"{"
    for name in sorted(report):
        yield mark + _canonical(name) + b":"
        value = report[name]
        if isinstance(value, list) and value:  # such as thousands of submissions
            opening = b"["
            for inner in value:
                yield opening + _canonical_piece(inner, once)
                opening = b","
            yield b"]"
        else:
            yield _canonical(value)
        mark = b","
    yield b"}" if report else b"{}"


def _canonical_piece(value: Any, once: _Once[bytes]) -> bytes:
    """Return the canonical form of a submission, whose results others may share, or of a case."""
    results = value.get(_RESULTS) if isinstance(value, dict) else None
    if not isinstance(results, list):
        return _canonical(value)
    entries = [
        (_canonical(name), b"[%b]" % b",".join(map(once, results)))
        if name == _RESULTS
        else (_canonical(name), _canonical(value[name]))
        for name in sorted(value)
    ]
    return b"{%b}" % b",".join([b"%b:%b" % entry for entry in entries])


def _canonical(value: Any) -> bytes:
    try:
        return _sorted(value)
    except UnicodeEncodeError:  # half a character, such as a report has that somebody altered
        return _any_text(value).encode("utf-8", "surrogatepass")


def _shared(report: Mapping[str, Any]) -> set[int]:
    """The identities of the results that several submissions have in common."""
    seen: set[int] = set()
    again: set[int] = set()
    for submission in report.get("submissions", ()):
        for result in submission.get(_RESULTS, ()):
            (again if id(result) in seen else seen).add(id(result))
    return again


def dump_report(report: Mapping[str, Any]) -> str:
    """The report as JSON text, ending in a line feed."""
    return "".join(report_pieces(report))


def report_pieces(report: Mapping[str, Any]) -> Iterator[str]:
    """The report as JSON text, a submission or a case at a time.

    A requirement or a case has a line. What a terminal would obey, and what is invisible, is
    escaped.
    """
    once = _Once(lambda value: escape_invisible(_plain(value)), _shared(report))
    name = cache(_quoted)

    def text(value: Any, level: int) -> str:
        if isinstance(value, str):
            return _quoted(value)
        if level == _LEVELS or not _is_branch(value):
            return once(value)
        gap = f"\n{' ' * (level + 1)}"
        end = f"\n{' ' * level}"
        if isinstance(value, list):
            return f"[{gap}{f',{gap}'.join([text(one, level + 1) for one in value])}{end}]"
        entries = [f"{name(key)}: {text(one, level + 1)}" for key, one in value.items()]
        return f"{{{gap}{f',{gap}'.join(entries)}{end}}}"

    def pieces(value: Any, level: int) -> Iterator[str]:
        if level == _PIECE or not _is_branch(value):
            yield text(value, level)
            return
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        mark = f"{opening}\n{' ' * (level + 1)}"
        for key in value:
            yield mark
            if isinstance(value, dict):
                yield f"{name(key)}: "
                yield from pieces(value[key], level + 1)
            else:
                yield from pieces(key, level + 1)
            mark = f",\n{' ' * (level + 1)}"
        yield f"\n{' ' * level}{closing}"

    yield from pieces(dict(report), 0)
    yield "\n"


def _quoted(value: str) -> str:
    return escape_invisible(encode_basestring(value))


def _is_branch(value: Any) -> bool:
    return isinstance(value, (dict, list)) and bool(value)


class _Once(Generic[_Written]):
    """Writes each object that is ``shared`` once; what was written lives as long as this does."""

    def __init__(self, write: Callable[[Any], _Written], shared: set[int]) -> None:
        self._write = write
        self._shared = shared
        self._written: dict[int, _Written] = {}

    def __call__(self, value: Any) -> _Written:
        if id(value) not in self._shared:
            return self._write(value)
        found = self._written.get(id(value))
        if found is None:
            found = self._written[id(value)] = self._write(value)
        return found
