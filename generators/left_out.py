"""The cases that a corpus does not have, and why: nothing is missing unreported."""

from __future__ import annotations

from msgspec import Struct

from conformance.errors import TadpError

#: What making a case raises where the files of a profile cannot have it.
UNFIT = (TadpError, ValueError, LookupError, StopIteration)


class NoPlaceError(Exception):
    """The profile has no place for something; the text says what it lacks."""


class LeftOut(Struct, frozen=True):
    """A case, or the first parts of the ids of several, or a requirement, that is left out."""

    id: str
    reason: str


def without(story: str) -> str:
    """Return why something is left out that is made from a story that is left out."""
    return f"is made from conforming/{story}, which is left out"
