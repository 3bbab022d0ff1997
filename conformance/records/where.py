"""Which records a rule of a profile is about: those for which its conditions hold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

from conformance.model.cross_rule import CrossRule
from conformance.records.layout import Layout
from conformance.records.lines import Run

#: The values of a record, one for each column.
Values = Sequence[bytes]
Row = tuple[bytes, ...]


class Where:
    """The conditions of one rule; values are those of records that conform field by field."""

    def __init__(self, layout: Layout, rule: CrossRule | None) -> None:
        self._conditions = tuple(
            (layout.format.index(one.column), one) for one in (rule.when if rule else ())
        )
        self._columns = layout.columns
        #: The columns that are looked at.
        self.places = tuple(dict.fromkeys(place for place, _ in self._conditions))

    def holds(self, values: Values) -> bool:
        """Return True if the rule is about the record with ``values``."""
        return all(
            one.holds(self._columns[place].type, values[place]) for place, one in self._conditions
        )

    def mask(self, columns: Columns) -> list[bool] | None:
        """Return for each record whether the rule is about it; nothing if it is about all."""
        if not self._conditions:
            return None
        # Columns of conditions have few different values.
        found = list(zip(*(columns.at(place) for place in self.places), strict=True))
        known = {values: self._meets(values) for values in set(found)}
        return [known[values] for values in found]

    def among(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the records that the rule is about."""
        if not self._conditions:
            return rows
        known: dict[Row, bool] = {}
        found = []
        for row in rows:
            values = tuple([row[place] for place in self.places])
            holds = known.get(values)
            if holds is None:
                holds = known[values] = self._meets(values)
            if holds:
                found.append(row)
        return found

    def _meets(self, values: Row) -> bool:
        """Return True if values at ``places`` meet the conditions."""
        at = dict(zip(self.places, values, strict=True))
        return all(
            one.holds(self._columns[place].type, at[place]) for place, one in self._conditions
        )


def values_of(run: Run, layout: Layout) -> list[bytes]:
    """Return the values of all records of a run of conforming ones, one after another."""
    if run.split is None:
        run.split = run.data.replace(run.separator, layout.between).split(layout.between)
        run.split.pop()
    return run.split


def rows_of(run: Run, layout: Layout) -> list[Row]:
    """Return the values of each record of a run of conforming ones."""
    return list(zip(*[iter(values_of(run, layout))] * len(layout.columns), strict=True))


class Columns:
    """The values of a run of conforming records, by column; of some if ``where`` is not about all.

    ``mask`` says of each record whether it is there.
    """

    def __init__(self, run: Run, layout: Layout, where: Where | None = None) -> None:
        self._values = values_of(run, layout)
        self._width = len(layout.columns)
        self.mask: list[bool] | None = None
        self.mask = where.mask(self) if where else None

    def at(self, place: int) -> list[bytes]:
        """Return the values of the column at ``place``."""
        found = self._values[place :: self._width]
        return found if self.mask is None else list(compress(found, self.mask))

    @property
    def last(self) -> int | None:
        """The position of the last record that is there, if there is one."""
        if self.mask is None:
            return len(self._values) // self._width - 1
        return next((i for i in range(len(self.mask) - 1, -1, -1) if self.mask[i]), None)

    def row(self, number: int) -> list[bytes]:
        """Return the values of a record, by its position in the run."""
        return self._values[number * self._width : (number + 1) * self._width]
