"""One of two files whose records are compared: what is read of it, and by what it is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from operator import itemgetter

from msgspec import Struct

from conformance.checks.differences import Values
from conformance.content import Content
from conformance.model.column import Column, conforming
from conformance.model.profile import FileFormat
from conformance.records import Layout, read_records
from conformance.records.stretches import Stretch

#: A record's number, its offset, and all its fields.
NumberedRow = tuple[int, int, list[bytes]]


class Side(Struct, frozen=True, dict=True):
    """One of the two files: its records, its form, and the columns that are compared."""

    content: Content
    layout: Layout
    names: tuple[str, ...]
    #: The form in which each value of the key, then each other value, is compared; none: as it is.
    by: tuple[Callable[[bytes], bytes] | None, ...] = ()

    @property
    def form(self) -> FileFormat:
        return self.layout.format

    @property
    def whole(self) -> Stretch:
        """All of the file."""
        return Stretch(self.content)

    def records(self) -> Iterator[NumberedRow]:
        """The records that have all their fields."""
        return read_records(self.content, self.layout)

    def rows(
        self, stretch: Stretch, unread: Callable[[int], object] = lambda _: None
    ) -> Iterator[Values]:
        """The key of each record, and behind it the values that are compared, as they are.

        ``unread`` gets the numbers of records that do not have all their fields.
        """
        row_of = picker(self.form, (*self.form.key, *self.names))
        return (row_of(fields) for _, _, fields in stretch.records(self.layout, unread))

    def key_of(self) -> Callable[[list[bytes]], Values]:
        """Takes the key of a record, as it is compared."""
        take = picker(self.form, self.form.key)
        return lambda fields: self.alike(take(fields))

    def has_key(self) -> Callable[[list[bytes]], bool]:
        """Return a test of whether the key of a record is made of values that conform."""
        tests = [admits(self.layout.columns[self.form.index(name)]) for name in self.form.key]
        take = picker(self.form, self.form.key)
        return lambda fields: all(
            test(value) for test, value in zip(tests, take(fields), strict=True)
        )

    def is_value(self) -> tuple[Callable[[bytes], bool], ...]:
        """Return tests of whether the values that are compared conform to their columns."""
        return tuple(admits(self.layout.columns[self.form.index(name)]) for name in self.names)

    def written_of(self) -> Callable[[list[bytes]], Values]:
        """Takes the values of a record that are compared, as they are written."""
        return picker(self.form, self.names)

    def values_of(self) -> Callable[[list[bytes]], Values]:
        """Takes the values of a record that are compared, as they are compared."""
        take, width = self.written_of(), len(self.form.key)
        by = [(place - width, same) for place, same in self._by if place >= width]
        return (lambda fields: _alike(by, take(fields))) if by else take

    def alike(self, row: Values) -> Values:
        """Return a row, or its first values, as they are compared."""
        return _alike(self._by, row)

    @cached_property
    def _by(self) -> list[tuple[int, Callable[[bytes], bytes]]]:
        """What is compared otherwise than as it is: its place in a row, and its form."""
        return [(place, same) for place, same in enumerate(self.by) if same]


def _alike(by: list[tuple[int, Callable[[bytes], bytes]]], row: Values) -> Values:
    for place, same in by:
        if place < len(row) and (value := same(row[place])) != row[place]:
            row = (*row[:place], value, *row[place + 1 :])
    return row


def admits(column: Column) -> Callable[[bytes], bool]:
    """Return a test of whether a field of ``column`` may have a value, or be null."""
    conforms = conforming(column)
    return lambda value: conforms(value) if value else column.nullable


def picker(form: FileFormat, names: tuple[str, ...]) -> Callable[[list[bytes]], Values]:
    """Takes the fields of some columns, always as a tuple."""
    positions = tuple(form.index(name) for name in names)
    if len(positions) > 1:
        return itemgetter(*positions)
    return lambda fields: tuple(fields[p] for p in positions)
