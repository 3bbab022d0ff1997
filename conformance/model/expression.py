"""Expressions of a profile, in the syntax that RE2 and the standard library share."""

from __future__ import annotations

import re


def compile_expression(pattern: str) -> re.Pattern[str]:
    """Compile ``pattern``, which must be usable by either engine.

    Raises:
        ValueError: it is no expression, or has what only one engine knows (a back reference, a
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
