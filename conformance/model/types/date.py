"""Dates, without a time of day."""

from __future__ import annotations

from conformance.model.types.column_type import Meaning
from conformance.model.types.dated import Dated


class Date(Dated, frozen=True):
    """A day of the calendar, in one of the formats."""

    name = "date"
    reads_as = Meaning.DATE
    usual = "YYYY-MM-DD"
    needed = ("YYYY", "MM", "DD")
    known = needed
    #: Those of a century.
    count = 36_500

    def _what(self) -> str:
        return "a date"
