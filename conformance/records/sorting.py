"""Records in the order that a rule ``sorted`` of a profile asks for: clauses 6.3 to 6.5."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from math import inf
from typing import Any

from conformance.model.column import Column
from conformance.model.cross_rule import CrossRule, SortKey
from conformance.model.rule import Rule
from conformance.records.fault import Fault
from conformance.records.ledger import Ledger, LocatedRecord
from conformance.records.lines import Run
from conformance.records.plan import LayoutPlan
from conformance.records.sink import Readable, readable, values_at
from conformance.records.where import Columns, Values, Where
from conformance.records.wording import quoted

#: The key of null in comparisons: it comes before any value.
_NULL = (-inf, b"")


class _Level:
    """A column that records are sorted by, in its place in the list."""

    def __init__(self, key: SortKey, place: int, column: Column) -> None:
        self.name, self.place, self.descending = key.column, place, key.descending
        self._kind = column.type
        self._as_bytes = key.as_bytes
        #: True if a value may be one of several, as clocks that are put back show a time twice.
        self._doubtful = column.type.clocks is not None and not key.as_bytes

    def options(self, value: bytes) -> tuple[Any, ...]:
        """Return all that a value may be compared by."""
        if self._as_bytes:
            return (value,)
        return self._kind.orders(value) if value else (_NULL,)

    def keys(self, values: Sequence[bytes]) -> Sequence[Any] | None:
        """Return what each of ``values`` is compared by, unless one may be several."""
        if self._as_bytes:
            return values
        kind = self._kind
        if kind.sorts_as_bytes and len(set(map(len, values))) == 1:
            return values
        if self._doubtful and any(len(self.options(value)) > 1 for value in set(values)):
            return None
        order = kind.order
        return [order(value) if value else _NULL for value in values]


class SortingSink:
    """Compares each record that a rule is about with the last one before it that can be read."""

    def __init__(self, plan: LayoutPlan, rule: CrossRule, ledger: Ledger) -> None:
        layout = plan.layout
        self._layout, self._rule, self._ledger = layout, rule, ledger
        self._splitter = plan.splitter
        self._where = Where(layout, rule)
        self._levels = [
            _Level(key, place, layout.columns[place])
            for key, place in zip(rule.by, layout.positions(rule), strict=True)
        ]
        self._looked_at = layout.looked_at(rule)
        self._before: tuple[int, Values] | None = None
        self._undecided = 0

    def run(self, run: Run) -> None:
        """Take a run of conforming records."""
        columns = Columns(run, self._layout, self._where)
        last = columns.last
        if last is None:
            return
        if self._in_order(columns):
            self._before = run.number_of(last), columns.row(last)
            return
        for fields, record in readable(run, self._splitter):
            self.record(fields, record)

    def _in_order(self, columns: Columns) -> bool:
        """Return True if the records, and the one before them, are surely in order."""
        same: Sequence[int] | None = None  # those that are the same as the next so far; all of them
        for level in self._levels:
            values = columns.at(level.place)
            if self._before:
                values.insert(0, self._before[1][level.place])
            keys = level.keys(values)
            if keys is None:
                return False
            if same is None:
                holds = operator.ge if level.descending else operator.le
                if not all(map(holds, keys, islice(keys, 1, None))):
                    return False
                if keys[0] != keys[-1]:
                    same = [i for i, (one, other) in enumerate(pairwise(keys)) if one == other]
            else:
                if any(_is_wrong(keys[i], keys[i + 1], level) for i in same):
                    return False
                same = [i for i in same if keys[i] == keys[i + 1]]
        return True

    def record(self, fields: Readable, record: LocatedRecord) -> None:
        """Take one record."""
        values = values_at(fields, self._looked_at)
        if values is None or not self._where.holds(values):
            return
        if self._before:
            outcomes = _outcomes(self._before[1], values, self._levels)
            if outcomes == {False}:
                self._ledger.add(self._fault(*self._before, fields, values), record)
            self._undecided += len(outcomes) > 1
        self._before = record.number, values

    def _fault(self, number: int, before: Values, fields: Readable, values: Values) -> Fault:
        level = next(
            one for one in self._levels
            if one.options(before[one.place]) != one.options(values[one.place])
        )  # fmt: skip
        field, form = fields[level.place], self._layout.format
        number += self._ledger.records_before
        other = before[level.place]
        bound = "after" if level.descending else "before"
        expected = f"nothing {bound} {quoted(other)}, which record {number} has"
        if not other:
            expected = f"null, as in record {number}"
        return Fault(
            Rule.PROFILE_RULES,
            f"{level.name} is out of order{self._rule.condition} "
            f"(rule {form.clause}:{self._rule.id})",
            found=quoted(values[level.place]) if values[level.place] else "null",
            expected=expected,
            start=field.start if field else 0,
            length=len(field.raw) if field else 0,
            field=level.place + 1,
            profile=(self._layout.entry(f"rules.{self._rule.id}"),),
        )

    def close(self) -> None:
        """Note what the file leaves open."""
        if self._undecided:
            self._ledger.leave_open(
                "the clocks showed a time twice, and whether records are in order depends on which "
                f"is meant, {self._undecided:,} times (rule {self._layout.format.clause}:"
                f"{self._rule.id})"
            )


def _is_wrong(one: Any, other: Any, level: _Level) -> bool:
    return bool(one < other if level.descending else one > other)


def _outcomes(before: Values, now: Values, levels: Sequence[_Level]) -> set[bool]:
    """Return whether two records are in order: both, if a value may be several."""
    if not levels:
        return {True}
    level, *rest = levels
    found: set[bool] = set()
    for one, other in _pairs(level.options(before[level.place]), level.options(now[level.place])):
        if one == other:
            found |= _outcomes(before, now, rest)
        else:
            found.add(not _is_wrong(one, other, level))
    return found


def _pairs(ones: Sequence[Any], others: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    return ((one, other) for one in ones for other in others)
