"""The rules of a profile across records, as the generator keeps them: it does not ask the checker.

Rows are lists of values, one for each column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.profile import FileFormat
from conformance.model.types.given import as_read
from conformance.records.arranging import Downwards, in_places, sorted_rows

#: The values of a row that is looked at again and again.
Row = tuple[str, ...]
#: Rows that are known at once.
_KNOWN = 20_000
#: The User Roles that may send each Service Reference Variant.
Eligible = Mapping[str, frozenset[str]]


class About:
    """Which rows a rule is about, and what they have in columns."""

    def __init__(self, form: FileFormat, rule: CrossRule) -> None:
        self.rule = rule
        self._types = [column.type for column in form.columns]
        self._folds = {place: kind.fold for place, kind in enumerate(self._types) if kind.fold}
        self._when = [(form.index(one.column), one) for one in rule.when]
        self.places = [form.index(name) for name in rule.columns]
        #: The columns that decide whether the rule is about a row.
        self.guards = [place for place, _ in self._when]

    def holds(self, row: Sequence[str]) -> bool:
        """Return True if the rule is about ``row``."""
        return not self._when or all(
            one.holds(self._types[place], row[place].encode()) for place, one in self._when
        )

    def same(self, row: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
        """Return what the values at ``places`` share with other spellings of theirs."""
        if not self._folds:
            return tuple([row[place] for place in places])
        return tuple([self._same(row[place], self._folds.get(place)) for place in places])

    def _same(self, value: str, fold: Callable[[bytes], bytes] | None) -> str:
        return fold(value.encode()).decode() if fold and value else value

    def read(self, row: Sequence[str], place: int) -> str:
        """Return what the value at ``place`` is read as; empty for null."""
        return as_read(self._types[place], row[place].encode()) if row[place] else ""

    def rank(self, row: Sequence[str]) -> tuple[Any, ...]:
        """Return what rows are sorted by."""
        found: list[Any] = []
        for key, place in zip(self.rule.by, self.places, strict=True):
            value = row[place].encode()
            kind = self._types[place]
            order = (0, value) if key.as_bytes else kind.order(value) if value else ()
            one = (bool(value), order)
            found.append(Downwards(one) if key.descending else one)
        return tuple(found)


def of_kind(form: FileFormat, name: CrossRuleName) -> list[About]:
    """Return the rules of a kind across the records of a file."""
    return [About(form, rule) for rule in form.rules_of(name)]


# --- Kept or not ----------------------------------------------------------------------------------


class Together:
    """The rules across records that rows keep; what they need of a row is found once."""

    def __init__(self, form: FileFormat, eligible: Eligible) -> None:
        complete = (
            (about, Groups(form, about.rule, eligible))
            for about in of_kind(form, CrossRuleName.COMPLETE)
        )
        #: Each rule, with what it needs of a row that it is about, and whether that will do.
        self._rules: list[tuple[About, Callable[[Row], Any], Callable[[list[Any]], bool]]] = [
            *(
                (one, partial(_places_of, one), lambda found: len({*found}) == len(found))
                for one in of_kind(form, CrossRuleName.UNIQUE)
            ),
            *(
                (one, one.rank, lambda found: found == sorted(found))
                for one in of_kind(form, CrossRuleName.SORTED)
            ),
            *((one, groups.said_by, groups.are_whole) for one, groups in complete),
        ]
        self._known: dict[Row, list[Any]] = {}

    def unmet(self, rows: Iterable[Row]) -> Iterator[CrossRule]:
        """Yield the rules across records that rows of conforming values do not keep."""
        known = [self._of(row) for row in rows]
        for number, (about, _, is_kept) in enumerate(self._rules):
            if not is_kept([one[number] for one in known if one[number] is not None]):
                yield about.rule

    def _of(self, row: Row) -> list[Any]:
        known = self._known.get(row)
        if known is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            known = self._known[row] = [
                take(row) if about.holds(row) else None for about, take, _ in self._rules
            ]
        return known


def _places_of(about: About, row: Row) -> tuple[str, ...]:
    return about.same(row, about.places)


def unmet_together(
    form: FileFormat, rows: Iterable[Sequence[str]], eligible: Eligible
) -> Iterator[CrossRule]:
    """Yield the rules across records that rows of conforming values do not keep."""
    return Together(form, eligible).unmet(tuple(row) for row in rows)


class Groups:
    """The combinations of values for each of which a rule wants records, and what they lack."""

    def __init__(self, form: FileFormat, rule: CrossRule, eligible: Eligible) -> None:
        self.about = About(form, rule)
        self.place, *self.others = self.about.places
        self._eligible = eligible
        self._type = form.columns[self.place].type
        self.values = rule.wanted(form.columns[self.place])
        self._role = None if rule.eligible_for is None else form.index(rule.eligible_for)
        #: What each combination lacks; and of those that lack something, a row that has it.
        self._lacking: dict[tuple[str, ...], set[str]] = {}
        self._open: dict[tuple[str, ...], Sequence[str]] = {}
        self.owed = 0
        if not self.others:
            self._add((), set(self.values), ())

    def _add(self, group: tuple[str, ...], values: set[str], row: Sequence[str]) -> None:
        self._lacking[group] = values
        self._open[group] = row
        self.owed += len(values)

    def wanted(self, row: Sequence[str]) -> set[str]:
        """Return the values that have a record where there is ``row``."""
        if self._role is None:
            return set(self.values)
        role = self.about.read(row, self._role)
        return {value for value in self.values if role in self._eligible.get(value, ())}

    def after(self, row: Sequence[str]) -> int:
        """Return how many records are owed once there is ``row`` as well."""
        if not self.about.holds(row):
            return self.owed
        value = self.about.read(row, self.place)
        known = self._lacking.get(self.about.same(row, self.others))
        if known is None:
            return self.owed + len(self.wanted(row) - {value})
        return self.owed - (value in known)

    def said_by(self, row: Sequence[str]) -> tuple[tuple[str, ...], str, set[str]]:
        """Return the combination of a row, its value, and the values that are wanted with it."""
        return self.about.same(row, self.others), self.about.read(row, self.place), self.wanted(row)

    def are_whole(self, rows: Iterable[tuple[tuple[str, ...], str, set[str]]]) -> bool:
        """Return True if rows that the rule is about, by what they say, lack nothing."""
        lacking: dict[tuple[str, ...], set[str]]
        lacking = {} if self.others else {(): set(self.values)}
        for group, value, wanted in rows:
            lacking.setdefault(group, set(wanted)).discard(value)
        return not any(lacking.values())

    def take(self, row: Sequence[str]) -> None:
        """Note a row."""
        if not self.about.holds(row):
            return
        group = self.about.same(row, self.others)
        if group not in self._lacking:
            self._add(group, self.wanted(row), row)
        missing = self._lacking[group]
        value = self.about.read(row, self.place)
        self.owed -= value in missing
        missing.discard(value)
        if not missing:
            self._open.pop(group, None)

    def missing(self, kept: Mapping[int, str]) -> tuple[Sequence[str], str] | None:
        """Return a row and the value that a record like it has to have, if one is missing.

        It is one that a record with the values ``kept`` at their places can be.
        """
        for group, row in self._open.items():
            if row and any(row[place] != kept.get(place, row[place]) for place in self.others):
                continue
            wanted = self._lacking[group]
            if self.place in kept:
                wanted = wanted & {as_read(self._type, kept[self.place].encode())}
            if wanted:
                return row, min(wanted)
        return None


# --- Sorted ---------------------------------------------------------------------------------------


def ordered(form: FileFormat, rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield ``rows`` in the order that the rules of the file ask for, in little memory."""
    rules = of_kind(form, CrossRuleName.SORTED)
    if not rules:
        yield from rows
        return
    encoded = ([text.encode() for text in row] for row in rows)
    for row in sorted_rows(encoded, lambda row: _rank(rules, [value.decode() for value in row])):
        yield [value.decode() for value in row]


def in_turn(form: FileFormat, rows: Sequence[Sequence[str]]) -> list[int]:
    """Return which of ``rows`` comes first, second and so on in the order that rules ask for."""
    rules = of_kind(form, CrossRuleName.SORTED)
    return in_places(range(len(rows)), lambda place: _rank(rules, rows[place]))


def _rank(rules: Sequence[About], row: Sequence[str]) -> tuple[Any, ...]:
    """Return the number of the rule that a row is about, and what the rule compares."""
    for number, about in enumerate(rules):
        if about.holds(row):
            return (number, about.rank(row))
    return (len(rules),)
