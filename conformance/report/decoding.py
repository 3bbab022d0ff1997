"""The JSON of a report, decoded a submission at a time.

Most submissions have most of their results in the same words. These are decoded once and are the
same objects, so that a report of thousands of submissions takes little more memory than its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from msgspec import DecodeError, Raw
from msgspec.json import decode

from conformance.model.json_text import parse_json

#: The largest report that is read, and the bytes in it that may differ from all before them: the
#: objects made of these take several times the memory.
MAXIMUM_BYTES = 2 << 30
MAXIMUM_DISTINCT = 256 << 20
#: Bytes of a broken report up to which it is read once more as a whole, to find the line.
_PLACED = 32 << 20
_SUBMISSIONS, _RESULTS = "submissions", "requirements"
#: What comes before a value in an object, with its name.
_NAME = re.compile(rb'[ \t\r\n]*[{,][ \t\r\n]*("[^"\\]*+(?:\\.[^"\\]*+)*+")[ \t\r\n]*:[ \t\r\n]*')
#: Bytes that are compared at a time.
_BLOCK = 1 << 20


def decode_report(data: bytes) -> Any:
    """Return the value of ``data``, in which results that are the same are one object.

    Raises:
        ValueError: it is not JSON in UTF-8, says something twice, or too much of it differs; its
            text is for people.
    """
    try:
        return _Decoding().report(memoryview(data))
    except (ValueError, RecursionError) as error:
        if len(data) <= _PLACED:
            return parse_json(data)[1]
        raise ValueError(_words(error)) from None


def too_large(size: int, distinct: int = 0) -> str:
    """Return why a report of so many bytes is not read, ``distinct`` of them; empty if it is."""
    if size > MAXIMUM_BYTES:
        return f"has {size:,} bytes, more than the {MAXIMUM_BYTES:,} that are read"
    if distinct > MAXIMUM_DISTINCT:
        limit = f"more than {MAXIMUM_DISTINCT:,} bytes"
        return f"has too much in it that is not alike: {limit}, beside what is repeated"
    return ""


class _TooMuchError(ValueError):
    """More of a report differs than is read."""


class _Decoding:
    """The decoding of one report: what was decoded, by its bytes, and how many these were."""

    def __init__(self) -> None:
        self._lists: dict[bytes, list[Any]] = {}
        self._results: dict[bytes, Any] = {}
        self._distinct = 0

    def report(self, data: memoryview) -> Any:
        rest, submissions = _without(data, _SUBMISSIONS)
        value = self._new(rest)
        if submissions is not None:
            several = enumerate(_items(submissions), 1)
            value[_SUBMISSIONS] = [self._numbered(number, one) for number, one in several]
        return value

    def _numbered(self, number: int, data: memoryview) -> Any:
        try:
            return self._submission(data)
        except _TooMuchError:
            raise
        except ValueError as error:
            # Lines are counted in the submission.
            raise ValueError(f"submission {number:,} {_words(error)}") from None

    def _submission(self, data: memoryview) -> Any:
        rest, results = _without(data, _RESULTS)
        value = self._new(rest)
        if results is not None:
            # A digest takes less memory than a list in which something is unlike all others.
            key = blake2b(results, digest_size=16).digest()
            found = self._lists.get(key)
            if found is None:
                found = self._lists[key] = [self._result(bytes(one)) for one in _items(results)]
            value[_RESULTS] = found
        return value

    def _result(self, data: bytes) -> Any:
        found = self._results.get(data)
        if found is None:
            found = self._new(data)
            if isinstance(found, dict) and not found.get("findings"):
                self._results[data] = found
        return found

    def _new(self, data: bytes | memoryview) -> Any:
        self._distinct += len(data)
        if problem := too_large(0, self._distinct):
            raise _TooMuchError(problem)
        return parse_json(bytes(data))[1]


def _without(data: memoryview, name: str) -> tuple[bytes | memoryview, memoryview | None]:
    """Return ``data`` with an empty list for the list that is ``name`` in it, and that list.

    Where there is none, return ``data`` as it is, and nothing.
    """
    if data[:_BLOCK].tobytes().lstrip()[:1] != b"{":
        return data, None
    values = {key: memoryview(raw) for key, raw in decode(data, type=dict[str, Raw]).items()}
    if name not in values or values[name][:1].tobytes() != b"[":
        return data, None
    end = 0
    while match := _NAME.match(data, end):
        key, start = decode(match[1], type=str), match.end()
        end = start + len(values[key])
        if not _same(data[start:end], values[key]):
            # Another value of the same name comes later, for which the whole is refused.
            break
        if key == name:
            return b"".join((data[:start], b"[]", data[end:])), values[name]
    return data, None


def _same(one: memoryview, other: memoryview) -> bool:
    starts = range(0, len(other), _BLOCK)
    return all(
        one[at : at + _BLOCK].tobytes() == other[at : at + _BLOCK].tobytes() for at in starts
    )


def _items(data: memoryview) -> Iterator[memoryview]:
    return map(memoryview, decode(data, type=list[Raw]))


def _words(error: Exception) -> str:
    match error:
        case RecursionError():
            return "is nested too deeply"
        case DecodeError():
            return f"is not JSON: {str(error).removeprefix('JSON is malformed: ')}"
        case _:
            return str(error)
