"""Sinks, which take the records of a file one after another, to look at them together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from conformance.records.ledger import LocatedRecord
from conformance.records.lines import Run, rows
from conformance.records.splitting import Field, Splitter

#: The fields of a record, where one that cannot be read is missing.
Readable = Sequence[Field | None]


class RecordSink(Protocol):
    """Takes records in the order of the file."""

    def run(self, run: Run) -> None:
        """Take a run of conforming records."""

    def record(self, fields: Readable, record: LocatedRecord) -> None:
        """Take one record, as far as it can be read."""


def readable(run: Run, splitter: Splitter) -> Iterator[tuple[Readable, LocatedRecord]]:
    """Yield the records of a run of conforming ones, as ``RecordSink.record`` takes them."""
    if run.wholes is None:
        for number, offset, data in rows(run):
            yield splitter.fields(data), LocatedRecord(number, offset, data)
        return
    for (number, offset, row), (data, numbers) in zip(rows(run), run.wholes(), strict=True):
        there = splitter.fields(data)
        beside = row.split(splitter.between)[len(numbers) :]
        fields = [*(there[n - 1] for n in numbers), *(Field(b"", 0, value) for value in beside)]
        yield fields, LocatedRecord(number, offset, data, numbers)


def values_at(fields: Readable, places: Sequence[int]) -> list[bytes] | None:
    """Return the values of a record if those at ``places`` can be read; others may be missing."""
    for place in places:
        if fields[place] is None:
            return None
    return [field.value if field else b"" for field in fields]
