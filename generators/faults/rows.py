"""Editing the records of a draft's CSV file, with the place of what is edited."""

from __future__ import annotations

from msgspec import Struct

from conformance.findings import Place
from generators.draft import Draft
from generators.faults.fault import Change, Faulty, edit_bytes


class Row(Struct, frozen=True):
    """A record of a conforming file: its number (from 1), byte offset and fields."""

    number: int
    offset: int
    fields: tuple[bytes, ...]

    @property
    def length(self) -> int:
        """Bytes of the record, its separator not counted."""
        return sum(len(f) for f in self.fields) + len(self.fields) - 1

    def start(self, field: int) -> int:
        """The offset in the file of field ``field`` (from 1)."""
        return self.offset + sum(len(f) + 1 for f in self.fields[: field - 1])


def rows(draft: Draft) -> list[Row]:
    """The records of the conforming draft's file."""
    found: list[Row] = []
    offset = 0
    for number, line in enumerate((draft.csv or b"").split(b"\n")[:-1], 1):
        found.append(Row(number, offset, tuple(line.split(b","))))
        offset += len(line) + 1
    return found


def has_room(draft: Draft) -> bool:
    """Return True if the file may have one record more."""
    return draft.format.has_room_for(len(rows(draft)) + 1)


def middle(draft: Draft) -> Row:
    """A record that is neither the first nor the last, if there is one."""
    found = rows(draft)
    return found[len(found) // 2]


def set_field(draft: Draft, row: Row, field: int, value: bytes) -> Faulty:
    """The draft with ``value`` in field ``field`` (from 1) of ``row``."""
    start = row.start(field)
    changed, change = edit_bytes(draft, start, len(row.fields[field - 1]), value)
    place = Place(None, row.number, field, start)
    return Faulty(changed, (change,), place)


def set_record(draft: Draft, row: Row, value: bytes) -> tuple[Draft, Change]:
    """The draft with the bytes ``value`` in place of ``row``, its separator left alone."""
    return edit_bytes(draft, row.offset, row.length, value)
