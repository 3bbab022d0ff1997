"""Values from a list: what the types that have one share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

#: Values that a profile can list: printable ASCII without a comma, with no space at either end.
VALUE = r"^[\x21-\x2b\x2d-\x7e]([\x20-\x2b\x2d-\x7e]*[\x21-\x2b\x2d-\x7e])?$"
VALUE_WANTED = "write printable ASCII without a comma, and without a space first or last"

#: Words that programs write for null, in lower case.
NULL_WORDS = frozenset(b"null nil none n/a na nan \\n - -- #n/a (null) undefined '' \"\"".split())


def is_null_word(text: str) -> bool:
    """Return True if ``text`` is a word that programs write for null, or spaces alone."""
    bare = text.strip(" ").lower().encode()
    return not bare or bare in NULL_WORDS


def plain(values: Iterable[str], separators: bytes) -> list[bytes]:
    """Return those of ``values`` that a field can hold without a doubt: printable, no quote."""
    found = []
    for text in values:
        code = text.encode()
        if code.strip(b" ") and all(0x20 <= b < 0x7F and b not in separators + b'"' for b in code):
            found.append(code)
    return found


def any_case(text: bytes) -> bytes:
    """Return an expression for ``text``, in upper or lower case."""
    return b"".join(
        b"[" + c.upper() + c.lower() + b"]" if c.isalpha() else re.escape(c)
        for c in (bytes((byte,)) for byte in text)
    )


def longest(values: Iterable[str]) -> int:
    """Return the length in bytes of the longest of ``values``."""
    return max((len(value.encode()) for value in values), default=0)


def encoded(values: Iterable[str]) -> frozenset[bytes]:
    """Return ``values`` as the file has them."""
    return frozenset(value.encode() for value in values)


def in_any_case(known: frozenset[bytes]) -> Callable[[bytes], bool]:
    """Return a test of whether a value is one of ``known`` in any case."""
    folded = {code.lower() for code in known}
    return lambda value: value.lower() in folded


def difference(value: bytes, known: frozenset[bytes]) -> str:
    """Return in what little ``value`` differs from one of ``known``, if it does."""
    bare = value.strip(b" ")
    if bare in known:
        return "; only the spaces beside it are wrong"
    if in_any_case(known)(bare):
        return "; only upper and lower case differ" if bare == value else "; case and spaces differ"
    return ""


def listed(values: tuple[str, ...]) -> str:
    """Return ``A, B or C``; only the number of them when there are more than eight."""
    if len(values) > 8:
        return f"one of the {len(values)} values of the profile"
    return " or ".join(filter(None, (", ".join(values[:-1]), values[-1]))) if values else "no value"
