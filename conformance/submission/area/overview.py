"""An area in brief, for a person: what is in production for whom, and what was not looked at."""

from __future__ import annotations

from msgspec import Struct

from conformance.submission.area.stray import Stray


class Latest(Struct, frozen=True):
    """Of the new submissions of a User ID the one with the greatest Request Id.

    ``against_live`` says what it has other than the file in Live, if both can be read.
    """

    file: str
    reference: str
    against_live: str | None


class Production(Struct, frozen=True):
    """The files of a User ID in Live, and those submitted; ``None``: User ID not known."""

    user_id: str | None
    live: tuple[str, ...]
    submitted: int
    latest: Latest | None


class Overview(Struct, frozen=True):
    """An area in brief. ``twice``: files that are the same, byte for byte, under several names.

    ``incidents``: Incidents that several different QCAFs answer, with the names of those.
    """

    production: tuple[Production, ...]
    twice: tuple[tuple[str, ...], ...]
    incidents: tuple[tuple[str, tuple[str, ...]], ...]
    bare_signatures: tuple[str, ...]
    strays: tuple[Stray, ...]
