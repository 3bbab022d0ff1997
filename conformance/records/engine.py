"""The engine for regular expressions: google-re2, or the standard library without it.

Both take time linear in what they are given: RE2 by design, ``re`` because the expression for
a record is in an atomic group that is repeated without going back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Any

from conformance.errors import ModelError

try:
    import re2
except ImportError:  # pragma: no cover - where there is no wheel of google-re2
    re2 = None

#: Bytes that RE2 may use for the states of one expression; beyond, it becomes slow, not wrong.
_MEMORY = 1 << 25


class Engine(StrEnum):
    """The interface of what runs the expressions."""

    RE2 = "re2"
    RE = "re"


#: The fastest engine there is.
DEFAULT = Engine.RE if re2 is None else Engine.RE2

_BROKEN = re.error if re2 is None else (re.error, re2.error)

#: ``(data, start, stop)`` to the end of the longest run of records that begins at ``start``.
RunEnd = Callable[[bytes, int, int], int]


@lru_cache(maxsize=64)
def run_end(record: bytes, engine: Engine, separator: bytes) -> RunEnd:
    """Return a function that finds the end of a run of records like ``record``."""
    match: Any
    if engine == Engine.RE2:
        options = _options()
        options.encoding = re2.Options.Encoding.LATIN1  # a byte is a character
        match = re2.compile(b"(?:" + record + separator + b")*", options).match
    else:
        match = re.compile(b"(?>" + record + separator + b")*+").match
    return lambda data, start, stop: int(match(data, start, stop).end())


@lru_cache(maxsize=256)
def whole(pattern: str, engine: Engine) -> Callable[[str], bool]:
    """Return a function that matches a whole text with ``pattern`` of the profile.

    Raises:
        ModelError: the pattern is not a regular expression.
    """
    try:
        compiled = re2.compile(pattern, _options()) if engine == Engine.RE2 else re.compile(pattern)
    except _BROKEN as error:
        reason = str(error.args[0]).removeprefix("b'").removesuffix("'")  # RE2 gives bytes
        raise ModelError(f"not a regular expression: {reason}", where=pattern) from None
    return lambda text: compiled.fullmatch(text) is not None


@lru_cache(maxsize=64)
def search(pattern: str) -> Any:
    """``pattern``, which may be a profile's, to be searched for in texts of any kind.

    Raises:
        ModelError: the pattern is not a regular expression.
    """
    try:
        return re.compile(pattern) if re2 is None else re2.compile(pattern, _options())
    except _BROKEN as error:
        raise ModelError(f"not a regular expression: {error}", where=pattern[:80]) from None


def _options() -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return options
