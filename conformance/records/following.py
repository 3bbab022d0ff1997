"""Fields that are the same as another of their record or of one above it, or are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from conformance.model.column import Column
from conformance.model.derived import DerivedName
from conformance.model.rule import Rule
from conformance.records.fault import Fault
from conformance.records.layout import Layout
from conformance.records.splitting import Field
from conformance.records.wording import quoted


class _Followed(Struct, frozen=True):
    """A column, and what it follows: the column at ``other``, or the value ``known``."""

    index: int
    column: Column
    other: int | None = None
    known: bytes | None = None


class Following:
    """Compares fields with what they follow from, where that is in the row or known at once."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._all = _all_followed(layout)

    def __bool__(self) -> bool:
        return bool(self._all)

    def all_valid(self, rows: Sequence[Sequence[bytes]]) -> bool:
        """Return True if all fields of rows surely have the values that they follow from."""
        return all(
            one.known == row[one.index] if one.other is None else row[one.other] == row[one.index]
            for one in self._all
            for row in rows
        )

    def faults(self, fields: Sequence[Field | None]) -> Iterator[Fault]:
        """Yield the faults of one row; a field that cannot be read is ``None``."""
        for one in self._all:
            field = fields[one.index]
            wanted = Field(b"", 0, one.known or b"") if one.other is None else fields[one.other]
            if field is not None and wanted is not None:
                yield from self._fault(one, field, wanted.value)

    def _fault(self, one: _Followed, field: Field, wanted: bytes) -> Iterator[Fault]:
        column = one.column
        if field.value == wanted or (not field.value and column.nullable):
            return
        source = column if one.other is None else self._layout.columns[one.other]
        if field.value and wanted and column.type.same(field.value) == source.type.same(wanted):
            return
        entries: tuple[str, ...] = (self._layout.column_entry(one.index),)
        if one.other is not None:
            whose = source.name
        elif column.equals is not None:
            whose = "the number of the request"
        else:
            whose, entries = "delivery.recipient of the profile", (*entries, "delivery.recipient")
        yield Fault(
            Rule.DERIVED,
            f"{column.name} is not the same as {whose}",
            found=quoted(field.value) if field.value else "null",
            expected=wanted.decode(errors="replace") or "null",
            start=field.start,
            length=len(field.raw),
            field=one.index + 1,
            profile=entries,
        )


@lru_cache(maxsize=64)
def _all_followed(layout: Layout) -> tuple[_Followed, ...]:
    return tuple(_followed(layout))


def _followed(layout: Layout) -> Iterator[_Followed]:
    for index, column in enumerate(layout.own):
        known = layout.given(column)
        if known is not None:
            yield _Followed(index, column, known=known)
        elif column.derived is not None and column.derived.way is DerivedName.SAME:
            yield _Followed(index, column, other=layout.format.index(column.derived.of[0]))
