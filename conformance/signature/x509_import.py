"""The import of ``cryptography.x509``, without an expression that takes longer than Python's start.

It reads names that are written as text (RFC 4514), which nothing here does. It has ranges over all
of Unicode, which Python takes some 17 ms to compile. Here it is compiled when it is first used.
"""

from __future__ import annotations

import re
import sys
from typing import Any

_LAST_CHARACTER = chr(sys.maxunicode)


class _Late:
    """A regular expression that is compiled when it is first used."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._words = pattern, flags

    def __getattr__(self, name: str) -> Any:
        return getattr(re.compile(*self._words), name)


def import_x509() -> None:
    """Import ``cryptography.x509``, unless somebody else has."""
    if "cryptography.x509" in sys.modules:
        return
    compile_now = re.compile

    def compile_late(pattern: Any, flags: Any = 0) -> Any:
        over_all = isinstance(pattern, str) and _LAST_CHARACTER in pattern
        return _Late(pattern, flags) if over_all else compile_now(pattern, flags)

    # All other expressions are compiled as ever, those of other threads too.
    re.compile = compile_late
    try:
        import cryptography.x509  # noqa: F401
    finally:
        re.compile = compile_now
