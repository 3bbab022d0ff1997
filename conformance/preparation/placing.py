"""Where the rows of a sheet came to be in the file that was made of it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from conformance.findings import Finding
from conformance.records import Layout
from conformance.records.found import rows_in


class Placing(Struct, frozen=True):
    """The rows, from 1, by the number of a record; and rows and columns by record and field.

    None: each row is the record of its number.
    """

    rows: Mapping[int, int] | None = None
    cells: Mapping[tuple[int, int], tuple[int, int]] = {}

    @classmethod
    def of(cls, layout: Layout, data: bytes) -> Placing:
        """Return the places of the rows that ``data`` was made from."""
        if not layout.format.several and not layout.format.header:
            return cls()
        rows: dict[int, int] = {}
        cells: dict[tuple[int, int], tuple[int, int]] = {}
        for number, row in enumerate(rows_in(layout, data), 1):
            rows.setdefault(row.number, number)
            for column, spot in enumerate(row.spots, 1):
                rows.setdefault(spot.record, number)
                cells.setdefault((spot.record, spot.field), (number, column))
        return cls(rows, cells)

    def row(self, record: int) -> int | None:
        """Return the row of a record, the first one if it has several."""
        return record if self.rows is None else self.rows.get(record)

    def in_rows(self, finding: Finding) -> Finding:
        """Return a finding with the numbers of its row and column, where it has those of a file."""
        record, field = finding.place.record, finding.place.field
        if self.rows is None or record is None:
            return finding
        row, column = self.rows.get(record), None
        if field is not None:
            row, column = self.cells.get((record, field), (row, None))
        return replace(finding, place=replace(finding.place, record=row, field=column))
