"""A word of a command as a person types it, in the shells of this system."""

from __future__ import annotations

import re
import shlex
import sys

#: A word that no shell reads in another way. A backslash is one for Windows alone.
_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
_PLAIN_ON_WINDOWS = re.compile(r"[\w@+=:./\\-]+", re.ASCII)
#: Characters that PowerShell reads inside double quotation marks; cmd allows them there.
_READ_INSIDE = re.compile("[$`]")


def quoted(word: str, *, windows: bool = sys.platform == "win32") -> str:
    """Return ``word`` with quotation marks if it needs them, for cmd and PowerShell on Windows.

    A name on Windows has no quotation mark in it. One with a dollar sign is for PowerShell.
    """
    if not windows:
        return word if _PLAIN.fullmatch(word) else shlex.quote(word)
    if _PLAIN_ON_WINDOWS.fullmatch(word):
        return word
    if _READ_INSIDE.search(word):
        return "'" + word.replace("'", "''") + "'"
    return f'"{word}"'
