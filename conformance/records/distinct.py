"""Columns whose values together distinguish records: a profile's key, or a rule ``unique``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.rule import Rule
from conformance.records.keys import Key
from conformance.records.layout import Layout
from conformance.records.lines import Run
from conformance.records.where import Columns, Values, Where


class Distinct:
    """Columns whose values no two records may share; null is a value.

    ``rule`` is the profile's, where they are not its key.
    """

    def __init__(self, layout: Layout, columns: Sequence[int], rule: CrossRule | None) -> None:
        self._layout = layout
        self.rule = rule
        self.columns = tuple(columns)
        self.where = Where(layout, rule)
        #: All columns that decide.
        self.looked_at = tuple(dict.fromkeys((*self.columns, *self.where.places)))
        self._take: Callable[[Values], Key] = itemgetter(*self.columns)
        #: Positions in the key at which a value has several spellings, and what these share.
        self._folds = [
            (place, fold)
            for place, index in enumerate(self.columns)
            if (fold := layout.columns[index].type.fold)
        ]
        self._only_case = all(
            layout.columns[self.columns[place]].type.any_case for place, _ in self._folds
        )
        #: The start of each record, before the key.
        self._lead = layout.lead
        rest = re.escape(layout.between) + b".*+\n"
        if self._lead:
            rest += b"(?:" + re.escape(self._lead) + b")?+"
        place = self._lead.count(layout.between)
        first = self.columns == (place,) and rule is None and self._only_case
        one_case = self._lead == self._lead.upper() or not self._folds
        more = len(layout.columns) > place + 1
        self._after_first = re.compile(rest) if first and one_case and more else None

    @property
    def laid_at(self) -> Rule:
        """The rule that a repetition breaks."""
        return Rule.UNIQUE_KEY if self.rule is None else Rule.PROFILE_RULES

    @property
    def names(self) -> str:
        """The columns in words."""
        return " and ".join(self._layout.format.columns[index].name for index in self.columns)

    @property
    def entry(self) -> str:
        """The entry of the profile that says so."""
        return self._layout.entry("key" if self.rule is None else f"rules.{self.rule.id}")

    def key(self, values: Values) -> Key:
        """Return what a record has in the columns, with one spelling for each value."""
        found = self._take(values)
        if not self._folds:
            return found
        if isinstance(found, bytes):
            return self._folds[0][1](found)
        parts = list(found)
        for place, fold in self._folds:
            parts[place] = fold(parts[place])
        return tuple(parts)

    def keys(self, run: Run) -> Iterator[Sequence[Key]]:
        """Yield the keys of the records of ``run``, whose values conform, many at a time."""
        folded = bool(self._folds) and not (run.usual and self._only_case)
        if self._after_first and run.split is None:
            # Nearly always so in a QCAF: what is between the rests of records is their keys.
            for data in run.slices():
                keys = bytes(data).upper() if folded else data
                yield self._after_first.split(keys[len(self._lead) :])[:-1]
            return
        columns = Columns(run, self._layout, self.where)
        found = [columns.at(place) for place in self.columns]
        for place, fold in self._folds if folded else ():
            found[place] = list(map(fold, found[place]))
        yield found[0] if len(found) == 1 else list(zip(*found, strict=True))


def distinct_of(layout: Layout) -> Iterator[Distinct]:
    """Yield the key of a layout, if it has one, and its rules ``unique``."""
    key = layout.cross_columns(Rule.UNIQUE_KEY)
    if key:
        yield Distinct(layout, key, None)
    for rule in layout.rules_of(CrossRuleName.UNIQUE):
        yield Distinct(layout, layout.positions(rule), rule)
