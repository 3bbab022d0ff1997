"""The shape of a reference, as a profile gives it: what is of it, and how a person is shown it."""

from __future__ import annotations

import re

from conformance.errors import TadpError
from conformance.model.types.text import matching
from conformance.patterns import pattern

#: Letters, and digits of which there are always so many.
_NUMBERED = r"([\w -]*)(?:\[0-9\]|\\d)\{(\d{1,3})\}"

#: A letter or digit, beside which a word goes on.
_PART_OF_WORD = "[A-Za-z0-9]"


def numbered(shape: str, number: int) -> str:
    """Return the reference of ``number`` that is of a ``shape``.

    Raises:
        TadpError: none was found.
    """
    found = re.fullmatch(_NUMBERED, shape, re.ASCII)
    if not found:
        from random import Random

        made_up = Random(f"{shape}/{number}")  # noqa: S311 - reproducible
        return matching(shape, "", made_up)
    digits = int(found[2])
    return found[1] + str(number % 10**digits).rjust(digits, "0")


def example_of(shape: str) -> str:
    """Return an example of a reference, or the shape itself if none can be made."""
    try:
        return numbered(shape, 1)
    except TadpError:
        return shape


def described(shape: str) -> str:
    """Return the shape in words, with an example: ``REQ and 12 digits, such as ...``."""
    found = re.fullmatch(_NUMBERED, shape, re.ASCII)
    if found and found[1]:
        return f"{found[1]} and {found[2]} digits, such as {example_of(shape)}"
    return f"a reference such as {example_of(shape)}"


def miscounted(shape: str, text: str) -> str | None:
    """Return, in words, what in ``text`` is of the shape except for the number of its digits."""
    found = re.fullmatch(_NUMBERED, shape, re.ASCII)
    if not found or not found[1]:
        return None
    wanted = int(found[2])
    said = words_like(rf"{re.escape(found[1])}([0-9]+)").search(text)
    if said is None or len(said[1]) == wanted:
        return None
    return f"{said[0]} has {len(said[1])} digits, not {wanted}"


def references_in(text: str, shape: str) -> set[str]:
    """Return the words of ``text`` that are of that shape."""
    return {match[0] for match in words_like(shape).finditer(text)}


def mentions(text: str, word: str) -> bool:
    """Return True if ``word`` is in ``text`` as a word of its own.

    There is no expression for it, which would have to be compiled for each reference.
    """
    at = text.find(word)
    while at >= 0:
        beside = text[max(at - 1, 0) : at] + text[at + len(word) :][:1]
        if not pattern(_PART_OF_WORD).search(beside):
            return True
        at = text.find(word, at + 1)
    return False


def words_like(shape: str) -> re.Pattern[str]:
    """Return the pattern of a word of that shape, with no letter or digit beside it."""
    return pattern(rf"(?<![A-Za-z0-9])(?:{shape})(?![A-Za-z0-9])")
