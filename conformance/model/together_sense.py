"""Checks on rules across records that a schema cannot express: they can be met, and matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import prod

from msgspec import Struct

from conformance.model.catalogue import Catalogue
from conformance.model.column import Column, Role
from conformance.model.condition import Condition
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.problem import Path, Problem
from conformance.model.types.choice import listed
from conformance.model.types.column_type import Meaning
from conformance.model.types.given import conforming_value


class TogetherSense(Struct, frozen=True):
    """Looks at one rule across records of a file with ``key``; ``before`` are the rules before it.

    ``rules`` are all of the file, and ``path`` is that of this one. Its columns are there.
    """

    path: Path
    rule: CrossRule
    columns: Mapping[str, Column]
    key: Sequence[str]
    rules: Sequence[CrossRule]

    @property
    def _before(self) -> Iterator[CrossRule]:
        """The rules of the same kind before this one."""
        place = self.rules.index(self.rule)
        return (one for one in self.rules[:place] if one.rule is self.rule.rule)

    def problems(
        self, minimum: int, maximum: int | None, catalogue: Catalogue
    ) -> Iterator[Problem]:
        """Yield what does not fit; the file has ``minimum`` to ``maximum`` records."""
        match self.rule.rule:
            case CrossRuleName.UNIQUE:
                yield from self._idle("columns")
                yield from self._unique(minimum)
            case CrossRuleName.SORTED:
                yield from self._idle("by")
                yield from self._sorted()
            case _:
                yield from self._idle("for_each")
                yield from self._complete()
                yield from self._too_many(maximum)
                yield from self._eligible(catalogue)

    def _idle(self, entry: str) -> Iterator[Problem]:
        """Yield the columns that are there twice, or are the same in each record."""
        path = (*self.path, entry)
        for name, count in Counter(self.rule.columns).items():
            if count > 1:
                yield Problem(path, f"has {name} {count} times", "leave it there once")
            column = self.columns[name]
            constant = column.type.reads_as is Meaning.CONSTANT and not column.nullable
            if column.type.always_null or constant:
                what = f"{name} is the same in each record"
                yield Problem(path, f"{what}, so that the rule says nothing of it", "leave it out")

    def _unique(self, minimum: int) -> Iterator[Problem]:
        path, mine = (*self.path, "columns"), set(self.rule.columns)
        if self.key and mine >= set(self.key):
            what = f"the key, {' and '.join(self.key)}, is unique already"
            yield Problem(path, what, "leave the rule out, or name other columns")
        for one in self.rules:
            if (
                one != self.rule
                and one.rule is CrossRuleName.UNIQUE
                and one.when in ((), self.rule.when)
                and mine >= set(one.columns)
            ):
                yield Problem(path, f"rule {one.id!r} says so already", "leave one of them")
        counts = [self._count(self.columns[name]) for name in self.rule.columns]
        if not self.rule.when and None not in counts:
            most = prod(count or 1 for count in counts)
            if most < minimum:
                what = f"there are {most} different values for minimum_records = {minimum}"
                yield Problem(path, what, "add a column, or lower minimum_records")

    def _count(self, column: Column) -> int | None:
        """Return how many values a column can have, null being one, where they are listed."""
        values = {column.type.same(value.encode()) for value in column.type.choices}
        return len(values) + column.nullable if values else None

    def _sorted(self) -> Iterator[Problem]:
        path = (*self.path, "by")
        for index, key in enumerate(self.rule.by):
            words = self.columns[key.column].type.sentinels
            met = [one for one in self.rule.when if one.column == key.column and one.among]
            for word, compared in words.items() if not key.as_bytes else ():
                if not compared and not any((word in one.among) is one.refused for one in met):
                    what = f"{word} in {key.column} is neither above nor below anything"
                    right = f'say what it means, add {{ column = "{key.column}", not_in = ["{word}"'
                    yield Problem((*path, index), what, f'{right}] }} to when, or as = "bytes"')
        for one in self._before:
            if _exclude(one.when, self.rule.when):
                continue
            pairs = zip(one.by, self.rule.by, strict=False)
            other = next(((a, b) for a, b in pairs if a != b), None)
            if other is None:
                longer = one if len(one.by) > len(self.rule.by) else self.rule
                what = f"rule {one.id!r} sorts the same records"
                yield Problem(path, what, f"leave {longer.id!r} alone, which says more")
            elif other[0].column == other[1].column:
                what = f"rule {one.id!r} sorts the same records by {other[0].column} otherwise"
                yield Problem(path, what, "leave one of them")
            else:
                what = f"rule {one.id!r} sorts the same records by {other[0].column} there"
                right = "give one rule with all columns, or conditions that exclude each other"
                yield Problem(path, what, right)

    def _complete(self) -> Iterator[Problem]:
        rule, first = self.rule, self.columns[self.rule.columns[0]]
        wanted, path = rule.wanted(first), (*self.path, "values")
        if not wanted:
            what = f"{first.name} has no list of values, so that it is not known what is wanted"
            yield Problem(self.path, what, "list them in values")
            return
        for index, value in enumerate(rule.values):
            if conforming_value(first.type, value) is None:
                known = first.type.choices
                right = listed(known) if known else "a value that it can have, as it is read"
                yield Problem((*path, index), f"{first.name} is never {value}", right)
        for index, one in enumerate(rule.when):
            at = (*self.path, "when", index)
            if one.column == first.name:
                yield from self._conditional(at, one, first, wanted)
        for said, columns in self._distinct():
            if len(wanted) > 1 and not rule.when and columns <= set(rule.for_each):
                what = f"wants {len(wanted)} records for each, and by {said} there is one"
                right = f"leave out one of {_and(columns)}"
                yield Problem((*self.path, "for_each"), what, right)
        for other in self.rules if len(wanted) > 1 else ():
            if other.rule is CrossRuleName.ONE_SENDER and first.name in other.columns:
                what = f"by rule {other.id!r} all records have the same {first.name}"
                yield Problem((*self.path, "column"), what, "name another column")

    def _too_many(self, maximum: int | None) -> Iterator[Problem]:
        wanted = self.rule.wanted(self.columns[self.rule.columns[0]])
        if maximum is not None and self.rule.eligible_for is None and len(wanted) > maximum:
            what = f"wants {len(wanted)} records, where maximum_records = {maximum}"
            yield Problem(self.path, what, "raise maximum_records, or name fewer values")

    def _conditional(
        self, at: Path, one: Condition, column: Column, wanted: Sequence[str]
    ) -> Iterator[Problem]:
        if one.null is False:
            what = f"records without a value of {column.name} do not count anyway"
            yield Problem(at, what, "leave the condition out")
            return
        spelled = ((value, conforming_value(column.type, value)) for value in wanted)
        left = [value for value, text in spelled if text and not one.holds(column.type, text)]
        if left:
            what = f"leaves out the records with {listed(tuple(left))}, which are wanted"
            yield Problem(at, what, "leave the condition out, or these values")

    def _distinct(self) -> Iterator[tuple[str, set[str]]]:
        """Yield what of the file is unique in every record, in words, and its columns."""
        if self.key:
            yield "the key", set(self.key)
        for one in self.rules:
            if one.rule is CrossRuleName.UNIQUE and not one.when:
                yield f"rule {one.id!r}", set(one.columns)

    def _eligible(self, catalogue: Catalogue) -> Iterator[Problem]:
        rule, first = self.rule, self.columns[self.rule.columns[0]]
        wanted = rule.wanted(first)
        path = (*self.path, "eligible_for")
        name = rule.eligible_for
        if name is None:
            yield from self._refused(catalogue)
            return
        if name not in rule.for_each:
            right = f"add {name} to for_each" if name in self.columns else "a User Role's column"
            yield Problem(path, f"{name} is not in for_each", right)
            return
        roles = self.columns[name].type.choices
        known = {one for roles in catalogue.eligible.values() for one in roles}
        if self.columns[name].role is not Role.USER_ROLE and not known.issuperset(roles or ("?",)):
            what = f"{name} is not known to hold User Roles"
            yield Problem(path, what, 'give the column the entry role = "user-role"')
        strange = [value for value in wanted if value not in catalogue.eligible]
        if strange:
            what = f"{listed(tuple(strange))} is not a Service Reference Variant"
            yield Problem((*self.path, "values"), what, "leave eligible_for out, or these values")
        elif roles and not any(set(roles) & catalogue.eligible[value] for value in wanted):
            what = f"none of the values may be sent in a User Role that {name} can have"
            yield Problem(path, what, "name other values")

    def _refused(self, catalogue: Catalogue) -> Iterator[Problem]:
        """Yield that a rule on eligible variants forbids what is wanted."""
        rule, first = self.rule, self.columns[self.rule.columns[0]]
        for one in self.rules:
            if one.rule is not CrossRuleName.ELIGIBLE_VARIANT or one.columns[1] != first.name:
                continue
            name = one.columns[0]
            for role in self.columns[name].type.choices if name in rule.for_each else ():
                wrong = [
                    value for value in rule.wanted(first)
                    if catalogue.eligible.get(value) and role not in catalogue.eligible[value]
                ]  # fmt: skip
                if wrong:
                    what = f"by rule {one.id!r}, {role} may not send {listed(tuple(wrong))}"
                    yield Problem(self.path, what, f'add eligible_for = "{name}"')
                    return


def _and(names: set[str]) -> str:
    return " and ".join(sorted(names))


def _exclude(ones: Sequence[Condition], others: Sequence[Condition]) -> bool:
    """Return True if no record meets both lists of conditions, as far as that is plain."""
    return any(
        one.column == other.column and _apart(one, other) for one in ones for other in others
    )


def _apart(one: Condition, other: Condition) -> bool:
    if one.null is not None or other.null is not None:
        null = one if one.null is not None else other
        rest = other if null is one else one
        return (not null.null) is rest.null if rest.null is not None else bool(null.null)
    if one.refused and other.refused:
        return False
    if one.refused or other.refused:
        refused, among = (one, other) if one.refused else (other, one)
        return set(among.among) <= set(refused.among)
    return set(one.among).isdisjoint(other.among)
