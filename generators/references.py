"""References of the shapes that a profile gives them: one for each number."""

from __future__ import annotations

import re
from collections.abc import Collection
from random import Random

from conformance.errors import TadpError
from conformance.model.types.text import matching

#: Letters, and digits of which there are always so many.
_NUMBERED = re.compile(r"([\w -]*)(?:\[0-9\]|\\d)\{(\d{1,3})\}", re.ASCII)
#: References that are made up before it is said that there are no others.
_TRIES = 50


def reference(shape: str, number: int, unlike: Collection[str] = ()) -> str:
    """Return a reference of a ``shape``, which is that of ``number`` unless it is ``unlike`` ones.

    A number below zero counts from the last of all.

    Raises:
        TadpError: there is none.
    """
    for step in range(_TRIES):
        made = _of(shape, number - step if number < 0 else number + step)
        if made not in unlike:
            return made
    raise TadpError(f"no other reference of the shape {shape} was found", where="references")


def _of(shape: str, number: int) -> str:
    found = _NUMBERED.fullmatch(shape)
    if not found:
        return matching(shape, "", Random(f"{shape}/{number}"))  # noqa: S311 - reproducible
    digits = int(found[2])
    return found[1] + str(number % 10**digits).rjust(digits, "0")
