"""One departure from a rule, placed inside a record."""

from __future__ import annotations

from msgspec import Struct

from conformance.model.rule import Rule


class Fault(Struct, frozen=True):
    """``rule`` is broken by ``length`` bytes from ``start`` on, counted from the record's start.

    ``field`` counts from 1; a fault of the record as a whole has none. ``parts`` are the positions
    of all columns that a value in several is made of. ``profile`` and ``notes`` are what decided
    it, as in ``Finding``.
    """

    rule: Rule
    message: str
    found: str
    expected: str
    start: int = 0
    length: int = 0
    field: int | None = None
    parts: tuple[int, ...] = ()
    hint: str | None = None
    notes: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()
