"""Why a sheet was not made into a file: every cell that has to be fixed, and how."""

from __future__ import annotations

from msgspec import Struct

from conformance.errors import TadpError

#: Troubles that are kept; more are counted.
CAP = 50


class Trouble(Struct, frozen=True):
    """One thing to fix: where, what was found, what was expected, and what to do."""

    place: str
    message: str
    found: str
    expected: str
    fix: str
    requirement: str | None = None  #: the requirement that it would break


class RefusedError(TadpError):
    """``name`` is not made into a file; ``count`` is the number of errors, not all listed."""

    def __init__(self, name: str, troubles: tuple[Trouble, ...], count: int) -> None:
        self.name = name
        self.troubles = troubles
        self.count = count
        super().__init__(f"has {count:,} things to fix", where=name)
