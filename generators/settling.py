"""Records that keep the rules of a profile on the values of one record, or are made to."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.column import Column, carried
from conformance.model.condition import Condition
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.profile import FileFormat
from conformance.model.rule import Rule
from conformance.model.types.column_type import ColumnType
from conformance.model.types.given import Given, as_read, conforming_value, given
from conformance.model.types.number import BEYOND
from generators.values import Subjectmatter, value

#: How far from the value that a rule compares with others are tried.
_AROUND = 10_000
#: Times that the values of a comparison are made up again, where none near them keep it.
_REDRAWN = 8


class Settling(Struct, frozen=True):
    """Gives a record of ``form`` values that keep its rules; those at ``fixed`` stay.

    What is made up is about ``about``.
    """

    form: FileFormat
    about: Subjectmatter
    fixed: Collection[int]
    rules: tuple[Placed, ...]

    @classmethod
    def of(cls, form: FileFormat, about: Subjectmatter, fixed: Collection[int] = ()) -> Settling:
        """Return what settles records of ``form``."""
        return cls(form, about, fixed, placed(form))

    def settle(self, fields: list[str], index: int, random: Random) -> bool:
        """Change ``fields``, those of record ``index``; return True if they keep the rules."""
        if not self.rules:
            return True
        for _ in range(len(self.form.rules) + 1):
            encoded = [text.encode() for text in fields]
            missed = [one.rule for one in self.rules if one.is_missed(encoded)]
            if not missed:
                return True
            for rule in missed:
                if rule.rule is CrossRuleName.COMPARE:
                    self._compare(rule, fields, index, random)
                else:
                    for place in map(self.form.index, rule.columns):
                        if place not in self.fixed:
                            fields[place] = self._better(rule, place, fields[place], index, random)
        return False

    def _compare(self, rule: CrossRule, fields: list[str], index: int, random: Random) -> None:
        """Give the columns of a comparison values, near those that they have, by which it holds."""
        places = [self.form.index(name) for name in rule.columns]
        columns = [replace(self.form.columns[place], nullable=False) for place in places]
        kinds = [column.type for column in columns]
        mine = [fields[place] for place in places]
        compared = comparing(rule, kinds)
        for step in range(_REDRAWN):
            for texts in self._near(rule, columns, mine, random):
                pairs = list(zip(places, texts, strict=True))
                values = [text.encode() for text in texts]
                if any(place in self.fixed and fields[place] != text for place, text in pairs):
                    continue
                if all(map(conforms, kinds, values)) and compared(values):
                    for place, text in pairs:
                        fields[place] = text
                    return
            mine = [
                fields[place] if place in self.fixed
                else value(column, self.about, index + step, random)
                for place, column in zip(places, columns, strict=True)
            ]  # fmt: skip

    def _near(
        self, rule: CrossRule, columns: list[Column], mine: list[str], random: Random
    ) -> Iterator[tuple[str, ...]]:
        if rule.value is not None:
            yield from ((one,) for one in _keeping(columns[0].type, rule.value, random))
        elif all(mine):
            yield tuple(mine)
            yield from _alternatives(columns, mine)

    def _better(self, rule: CrossRule, place: int, mine: str, index: int, random: Random) -> str:
        """Return a value that may help to keep ``rule``, in the place of ``mine``."""
        column = self.form.columns[place]
        match rule.rule:
            case CrossRuleName.REQUIRE:
                there = replace(column, nullable=False)
                return mine or value(there, self.about, index, random)
            case CrossRuleName.FORBID:
                return ""
            case CrossRuleName.ONE_OF:
                found = conforming_value(column.type, random.choice(rule.values))
                return found.decode() if found else mine
            case _:
                return mine


def _keeping(kind: ColumnType, value: Given, random: Random) -> Iterator[str]:
    """Yield values around one that a rule compares a column with, any as low or the next ones."""
    edge = given(kind, value) or b""
    bounds = kind.bounds
    if bounds is not None and kind.order(edge) < BEYOND:
        top = int(Decimal(kind.same(edge).decode()))
        yield kind.near(max(top - _AROUND, -_AROUND), top, random) or ""
    yield edge.decode()
    yield from (one.decode() for one in kind.beside(kind.same(edge)))
    yield kind.other(edge.decode()) or ""


def comparing(rule: CrossRule, kinds: Sequence[ColumnType]) -> Callable[[Sequence[bytes]], bool]:
    """Return a test of whether values, one for each column of a comparison, compare as it says."""
    holds, first = rule.comparator.holds, kinds[0].order
    if rule.value is not None:
        edge = first(given(kinds[0], rule.value) or b"")
        return lambda values: holds(first(values[0]), edge)
    second = kinds[1].order
    return lambda values: holds(first(values[0]), second(values[1]))


def _alternatives(columns: Sequence[Column], values: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield values near those of two columns, equal ones first."""
    (left, right), (this, that) = columns, values
    like_that = carried(that.encode(), right, left).decode()
    like_this = carried(this.encode(), left, right).decode()
    yield like_that, that
    yield this, like_this
    yield left.type.other(like_that) or like_that, that
    yield this, right.type.other(like_this) or like_this


class Placed(Struct, frozen=True):
    """A rule on the values of one record, with where its columns are, and a test of their values.

    ``when`` has its conditions, each behind where its column is and the type of that.
    """

    rule: CrossRule
    places: tuple[int, ...]
    is_kept_by: Callable[[Sequence[bytes]], bool]
    when: tuple[tuple[int, ColumnType, Condition], ...]

    @classmethod
    def of(cls, form: FileFormat, rule: CrossRule) -> Placed | None:
        """Return ``rule``, one of ``form``, if one record can miss it."""
        places = tuple(map(form.index, rule.columns))
        is_kept_by = _test(rule, [form.columns[place].type for place in places])
        asked = [(form.index(one.column), one) for one in rule.when]
        when = tuple((place, form.columns[place].type, one) for place, one in asked)
        return None if is_kept_by is None else cls(rule, places, is_kept_by, when)

    def is_missed(self, fields: Sequence[bytes]) -> bool:
        """Return True if a record meets the conditions of the rule and does not keep it."""
        if self.when and not all(one.holds(kind, fields[place]) for place, kind, one in self.when):
            return False
        return not self.is_kept_by([fields[place] for place in self.places])


def placed(form: FileFormat) -> tuple[Placed, ...]:
    """Return the rules that one record of ``form`` can miss, for many records."""
    found = (Placed.of(form, rule) for rule in form.rules)
    return tuple(one for one in found if one is not None)


def unmet(form: FileFormat, fields: Sequence[bytes]) -> Iterator[CrossRule]:
    """Yield the rules on the values of one record that one of conforming values does not keep."""
    return (one.rule for one in placed(form) if one.is_missed(fields))


def _test(rule: CrossRule, kinds: Sequence[ColumnType]) -> Callable[[Sequence[bytes]], bool] | None:
    """Return a test of the values of one record in the columns of ``rule``, if it is on these."""
    match rule.rule:
        case CrossRuleName.COMPARE:
            compared = comparing(rule, kinds)
            return lambda values: compared(values) if all(values) else rule.null_passes
        case CrossRuleName.REQUIRE:
            return all
        case CrossRuleName.FORBID:
            return lambda values: not any(values)
        case CrossRuleName.ONE_OF:
            return lambda values: not values[0] or as_read(kinds[0], values[0]) in rule.values
        case CrossRuleName.ONE_SENDER | CrossRuleName.ELIGIBLE_VARIANT | CrossRuleName.BREACH_FITS:
            return None  # by how values are made
        case CrossRuleName.UNIQUE | CrossRuleName.SORTED | CrossRuleName.COMPLETE:
            return None  # by which records are made, and in what order
        case _:
            assert_never(rule.rule)


def key_of(form: FileFormat, fields: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the key of a record as keys are compared, whatever way its values are written."""
    places = map(form.index, form.key)
    return tuple(fields[p] and form.columns[p].type.same(fields[p]) for p in places)


def conforms(kind: ColumnType, value: bytes) -> bool:
    """Return True if ``value`` is one of the type's."""
    return broken(kind, value) is None


def broken(kind: ColumnType, value: bytes) -> Rule | None:
    """Return the rule that ``value`` breaks as a value of the type, or None."""
    return kind.judge(lambda pattern: lambda text: bool(re.fullmatch(pattern, text)))(value)
