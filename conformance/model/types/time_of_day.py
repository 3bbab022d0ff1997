"""Times of day, without a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.model.types.clock import dates
from conformance.model.types.column_type import Meaning
from conformance.model.types.dated import Dated


class TimeOfDay(Dated, frozen=True):
    """A time from 00:00 to 23:59, with seconds if the format has them, but no leap second."""

    name = "time"
    reads_as = Meaning.TIME
    usual = "hh:mm:ss"
    needed = ("hh", "mm")
    known = ("hh", "mm", "ss")

    def _dates(self) -> Iterator[Mapping[str, bytes]]:
        yield next(dates())

    def _what(self) -> str:
        return "a time of day"

    @property
    def count(self) -> int:
        return 86_400 if all("ss" in one.parts for one in self.formats) else 1_440
