"""Where a value of a row that was read is in the file, for findings that compare rows."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.content import Content
from conformance.findings import Place
from conformance.records.engine import DEFAULT
from conformance.records.layout import Layout
from conformance.records.lines import first_record
from conformance.records.plan import plan_of
from conformance.records.splitting import Field

#: A row as it was read: the number and the offset of its record, and its values.
ReadRow = tuple[int, int, Sequence[bytes]]


def place_in(content: Content, layout: Layout, row: ReadRow, column: int) -> Place:
    """Return where the value of a column (from 0) of a row is.

    What the row has from a record above is in no field of its own record.
    """
    number, offset, values = row
    own, room = len(layout.own), plan_of(layout, DEFAULT).cut.limit + 16
    data = first_record(content.slice(offset, room).head(room))
    if column < own:
        for places, fields in _rows(layout, data):
            if [fields[place].value for place in places] == list(values[:own]):
                field = fields[places[column]]
                start = offset + field.start
                return Place(content.name, number, places[column] + 1, start)
    return Place(content.name, number, None, offset)


def _rows(layout: Layout, data: bytes) -> list[tuple[Sequence[int], Sequence[Field]]]:
    """Return the places of the fields of each row of a record, and all its fields."""
    form = layout.format
    if not form.several:
        split = plan_of(layout, DEFAULT).splitter.split(data)
        return [(range(len(split.fields)), split.fields)] if split.readable else []
    # Loads what reads a file whose records are of several kinds.
    from conformance.records.kinds import kinds_of

    kinds = kinds_of(layout, DEFAULT)
    plan = kinds.by_code[kinds.code_of[form.unit.partition(".")[0]]]
    whole = plan.padded(data)
    split = plan.shape(plan.count(data)).splitter.split(whole)
    rows = plan.kind.rows(len(split.fields))
    return [(places, split.fields) for places in rows] if split.readable else []
