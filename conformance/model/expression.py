"""Regular expressions in the syntax that RE2 and the standard library share."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Matches nothing.
NEVER = b"[^\\x00-\\xff]"


def compile_expression(pattern: str) -> re.Pattern[str]:
    """Compile ``pattern``, which must be usable by either engine.

    Raises:
        ValueError: it is not an expression, or has what only one engine knows (a back reference, a
            look-around), which could cost more than linear time.
    """
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from None
    try:
        import re2
    except ImportError:
        return compiled
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern.encode(), options)
    except re2.error as error:
        raise ValueError(str(error)) from None
    return compiled


def alternatives(expressions: Iterable[bytes]) -> bytes:
    """An expression for any one of ``expressions``; for nothing, if there are none."""
    found = b"|".join(expressions)
    return b"(?:" + found + b")" if found else NEVER


def between(low: int, high: int) -> bytes:
    """An expression for exactly the numbers from ``low`` to ``high``, without leading zeros."""
    parts: list[bytes] = []
    for digits in range(len(str(low)), len(str(high)) + 1):
        least = max(low, 10 ** (digits - 1) if digits > 1 else 0)
        most = min(high, 10**digits - 1)
        if least <= most:
            parts.extend(same_length(str(least), str(most)))
    return alternatives(parts)


def same_length(low: str, high: str) -> list[bytes]:
    """Expressions for the numbers from ``low`` to ``high``, which have as many digits."""
    rest = len(low) - 1
    whole = set(low[1:]) <= {"0"} and set(high[1:]) <= {"9"}
    if whole:
        return [_digits(low[0], high[0]) + _any_digits(rest)]
    if low[0] == high[0]:
        return [low[0].encode() + tail for tail in same_length(low[1:], high[1:])]
    parts = [low[0].encode() + tail for tail in same_length(low[1:], "9" * rest)]
    if int(high[0]) - int(low[0]) > 1:
        middle = _digits(str(int(low[0]) + 1), str(int(high[0]) - 1))
        parts.append(middle + _any_digits(rest))
    return parts + [high[0].encode() + tail for tail in same_length("0" * rest, high[1:])]


def _digits(low: str, high: str) -> bytes:
    return low.encode() if low == high else f"[{low}-{high}]".encode()


def _any_digits(count: int) -> bytes:
    return b"[0-9]{%d}" % count if count else b""
