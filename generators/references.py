"""References of the shapes that a profile gives them: one for each number."""

from __future__ import annotations

from collections.abc import Collection

from conformance.errors import TadpError
from conformance.model.reference_shape import numbered

#: References that are made up before it is said that there are no others.
_TRIES = 50


def reference(shape: str, number: int, unlike: Collection[str] = ()) -> str:
    """Return a reference of a ``shape``, which is that of ``number`` unless it is ``unlike`` ones.

    A number below zero counts from the last of all.

    Raises:
        TadpError: there is none.
    """
    for step in range(_TRIES):
        made = numbered(shape, number - step if number < 0 else number + step)
        if made not in unlike:
            return made
    raise TadpError(f"no other reference of the shape {shape} was found", where="references")
