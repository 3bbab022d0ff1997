"""Checks on the rules of a file that a schema cannot express: they can be met, and broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, assert_never

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.catalogue import Catalogue
from conformance.model.column import Column, Role
from conformance.model.condition import Condition
from conformance.model.cross_rule import Comparator, CrossRule, CrossRuleName, cross_rule
from conformance.model.problem import Path, Problem
from conformance.model.record_tables import FileTables, KindTables
from conformance.model.requirement import Kind
from conformance.model.rule import Rule
from conformance.model.together_sense import TogetherSense
from conformance.model.types.choice import listed
from conformance.model.types.column_type import Meaning, Number
from conformance.model.types.given import Given, as_read, conforming_value, given
from conformance.model.types.registry import names_of

#: Meanings that the columns of a rule may have: sets, each with a choice for each column.
_MEANINGS: Mapping[CrossRuleName, Sequence[tuple[tuple[Meaning, ...], ...]]] = {
    CrossRuleName.COMPARE: (
        ((Meaning.NUMBER,), (Meaning.NUMBER,)),
        ((Meaning.INSTANT,), (Meaning.INSTANT,)),
        ((Meaning.PERIOD,), (Meaning.PERIOD,)),
        ((Meaning.DATE,), (Meaning.DATE,)),
        ((Meaning.TIME,), (Meaning.TIME,)),
    ),
    CrossRuleName.ONE_SENDER: (((Meaning.PARTY, Meaning.REQUEST),),),
    CrossRuleName.ELIGIBLE_VARIANT: (((Meaning.CODE,), (Meaning.CODE,)),),
    CrossRuleName.BREACH_FITS: (((Meaning.CODE,),),),
}

#: The same of the column that is compared with a value.
_WITH_VALUE = ((tuple(way[0][0] for way in _MEANINGS[CrossRuleName.COMPARE]),),)


class RuleSense(Struct, frozen=True):
    """Looks at the rules of the file of one kind, whose columns make sense.

    ``checked`` are the rules that some requirement on the file is about.
    """

    kind: Kind
    tables: FileTables
    columns_of: Callable[[KindTables], Mapping[str, Column]]
    catalogue: Catalogue
    checked: frozenset[Rule]

    def problems(self) -> Iterator[Problem]:
        """Yield what does not fit."""
        # Ids are parts of the names of folders, which some systems compare without regard to case.
        ids = Counter(rule["id"].lower() for rule in self.tables.table["rules"])
        for identifier, count in ids.items():
            if count > 1:
                what = f"{count} rules have the id {identifier!r}"
                yield Problem(self._path(), what, "give each an id of its own")
        seen: dict[CrossRule, str] = {}
        known = list(self._known())
        for index, stated in enumerate(self.tables.table["rules"]):
            path = self._path(index)
            subject = self._subject(path, stated)
            if isinstance(subject, Problem):
                yield subject
                continue
            table = self.tables.renamed(subject, stated)
            rule = cross_rule(table)
            like = _in_one_order(rule)
            if like in seen:
                yield Problem(path, f"says what rule {seen[like]!r} says", "leave one of them")
            seen.setdefault(like, rule.id)
            columns = self.columns_of(subject)
            found = list(self._rule(path, rule, table, columns))
            yield from found
            if rule.rule.is_across_records and not found:
                others = [one for name, one in known if name == subject.name]
                yield from self._together(path, rule, subject, others)

    def _known(self) -> Iterator[tuple[str, CrossRule]]:
        """Yield the rules whose columns are there, each with the kind that it is about."""
        for stated in self.tables.table["rules"]:
            subject = self._subject((), stated)
            if not isinstance(subject, Problem):
                rule = cross_rule(self.tables.renamed(subject, stated))
                if self.columns_of(subject).keys() >= {*rule.looks_at}:
                    yield subject.name, rule

    def _together(
        self, path: Path, rule: CrossRule, subject: KindTables, others: Sequence[CrossRule]
    ) -> Iterator[Problem]:
        """Yield what does not fit in a rule across the records of a kind, which has ``others``."""
        columns, key = self.columns_of(subject), self.tables.key(subject)
        known = key if columns.keys() >= {*key} else ()
        sense = TogetherSense(path, rule, columns, known, others)
        table = self.tables.table
        most = table.get("maximum_records")
        yield from sense.problems(table["minimum_records"], most, self.catalogue)

    def _subject(self, path: Path, stated: Mapping[str, Any]) -> KindTables | Problem:
        """Return the kind of record that a rule is about, or why there is none."""
        if "on" not in stated:
            return self.tables.unit
        name, _, repeated = stated["on"].partition(".")
        kinds = self.tables.kinds if self.tables.several else {}
        if not kinds:
            what = "the file has one kind of record, which each rule is about"
            return Problem((*path, "on"), what, "leave it out")
        if name not in kinds or (repeated and kinds[name].repeated != repeated):
            what = f"there is no kind of record {stated['on']!r}"
            return Problem((*path, "on"), what, f"one of {', '.join(kinds)}")
        return kinds[name]

    def _rule(
        self,
        path: Path,
        rule: CrossRule,
        table: Mapping[str, Any],
        columns: Mapping[str, Column],
    ) -> Iterator[Problem]:
        missing = [name for name in rule.looks_at if name not in columns]
        if missing:
            yield no_column(path, missing[0], columns)
            return
        found = [columns[name] for name in rule.columns]
        unfit = _unfit(path, rule, found)
        if unfit:
            yield unfit
            return
        if rule.rule.laid_at not in self.checked:
            what = f"no requirement on the {self.kind.label} looks at rules of the kind {rule.rule}"
            yield Problem((*path, "rule"), what, "leave the rule out")
            return
        yield from self._of_kind(path, rule, found, table)
        for index, one in enumerate(rule.when):
            at = (*path, "when", index)
            yield from _condition(at, one, columns[one.column])
            if any(one.excludes(other) for other in rule.when[:index]):
                what = f"no record meets this and the condition on {one.column} before it"
                yield Problem(at, what, "give conditions that some records meet")
            about_itself = rule.rule is CrossRuleName.COMPARE or rule.rule.is_across_records
            if one.column in rule.columns and not about_itself:
                what = f"{one.column} is what the rule is about"
                yield Problem(at, what, "give conditions on other columns")

    def _of_kind(
        self, path: Path, rule: CrossRule, found: Sequence[Column], table: Mapping[str, Any]
    ) -> Iterator[Problem]:
        match rule.rule:
            case CrossRuleName.COMPARE:
                yield from _compared(path, rule, found, table)
            case CrossRuleName.ELIGIBLE_VARIANT:
                yield from self._eligible(path, found)
            case CrossRuleName.BREACH_FITS:
                yield from self._fitting(path, found[0])
            case CrossRuleName.REQUIRE | CrossRuleName.FORBID:
                yield from _nullable(path, rule.rule, found)
            case CrossRuleName.ONE_OF:
                yield from _values((*path, "values"), found[0], rule.values)
                yield from _all_of((*path, "values"), found[0], rule.values, "the rule allows all")
            case CrossRuleName.ONE_SENDER:
                for word in found[0].type.sentinels:
                    what = f"{found[0].name} can have {word}, which is not a sender"
                    yield Problem(path, what, "leave out the rule, or the word")
            case CrossRuleName.UNIQUE | CrossRuleName.SORTED | CrossRuleName.COMPLETE:
                pass  # looked at once all else makes sense
            case _:
                assert_never(rule.rule)

    def _eligible(self, path: Path, found: Sequence[Column]) -> Iterator[Problem]:
        role, variant = found
        known = sorted({one for roles in self.catalogue.eligible.values() for one in roles})
        unknown = [value for value in role.type.choices if value not in known]
        if unknown:
            what = f"{role.name} has {listed(tuple(unknown))}, which no variant is for"
            yield Problem(path, what, f"values of it may be {', '.join(known)}")
        listed_variants = (v for v in variant.type.choices if v not in variant.type.sentinels)
        strange = [v for v in listed_variants if v not in self.catalogue.eligible]
        if strange:
            what = f"{variant.name} has {listed(tuple(strange))}, not a Service Reference Variant"
            yield Problem(path, what, 'give it values_from = "service-reference-variants"')

    def _fitting(self, path: Path, column: Column) -> Iterator[Problem]:
        if column.role is not Role.BREACH:
            what = f"{column.name} does not have the role breach"
            yield Problem(path, what, 'give the column the entry role = "breach"')

    def _path(self, *steps: str | int) -> Path:
        return ("files", self.kind.value, "rules", *steps)


def _in_one_order(rule: CrossRule) -> CrossRule:
    """Return a rule without its id, the same for each order in which it could be written."""
    columns = rule.columns
    match rule.rule:
        case CrossRuleName.COMPARE if rule.comparator.is_of_order:
            pass
        case CrossRuleName.SORTED | CrossRuleName.ELIGIBLE_VARIANT:
            pass
        case CrossRuleName.COMPLETE:
            columns = (columns[0], *sorted(columns[1:]))
        case _:
            columns = tuple(sorted(columns))
    values = tuple(sorted(rule.values))
    when = (replace(one, among=tuple(sorted(one.among))) for one in rule.when)
    return replace(rule, id="", columns=columns, values=values, when=tuple(sorted(when, key=repr)))


def no_column(path: Path, name: str, columns: Iterable[str]) -> Problem:
    """Return the problem that there is no column ``name``."""
    return Problem(path, f"there is no column {name!r}", f"one of {', '.join(columns)}")


def _unfit(path: Path, rule: CrossRule, found: Sequence[Column]) -> Problem | None:
    """Return why a rule does not go with the types of its columns, if so."""
    ways = _MEANINGS.get(rule.rule) if rule.value is None else _WITH_VALUE
    if ways is None or any(
        len(found) == len(way)
        and all(column.type.reads_as in may for column, may in zip(found, way, strict=True))
        for way in ways
    ):
        return None
    said = "; or ".join(
        ", ".join(" or ".join(names_of(*one).split()) for one in way) for way in ways
    )
    return Problem(path, f"goes with columns of the types {said}")


def _nullable(path: Path, name: CrossRuleName, found: Sequence[Column]) -> Iterator[Problem]:
    """Yield the columns that a rule can never find wrong, or never right."""
    required = name is CrossRuleName.REQUIRE
    for column in found:
        if column.type.always_null:
            never = "always null, so that it cannot have a value"
            what = never if required else "always null, so that the rule forbids nothing"
        elif not column.nullable:
            what = "never null, so that the rule " + (
                "requires nothing" if required else "can never be kept"
            )
        else:
            continue
        yield Problem((*path, "columns"), f"{column.name} is {what}", "name a nullable column")


def _values(path: Path, column: Column, values: Sequence[str]) -> Iterator[Problem]:
    """Yield the values that no conforming field of a column has."""
    for index, value in enumerate(values):
        if conforming_value(column.type, value) is None:
            known = column.type.choices
            right = listed(known) if known else "a value that the column can have, as it is read"
            yield Problem((*path, index), f"{column.name} is never {value}", right)


def _all_of(path: Path, column: Column, values: Sequence[str], why: str) -> Iterator[Problem]:
    """Yield that the values are all that a column can have."""
    known = {as_read(column.type, v.encode()) for v in column.type.choices}
    if known and known <= set(values):
        yield Problem(path, f"{why} that {column.name} can have", "leave out some, or the entry")


def _condition(path: Path, one: Condition, column: Column) -> Iterator[Problem]:
    """Yield why a condition holds always, or never."""
    if one.null is not None:
        if column.type.always_null or not column.nullable:
            always = column.type.always_null
            what = f"{column.name} is {'always' if always else 'never'} null"
            yield Problem((*path, "null"), what, "give a condition that some records meet")
        return
    entry = "not_in" if one.refused else "in"
    yield from _values((*path, entry), column, one.among)
    if one.refused or not column.nullable:
        yield from _all_of((*path, entry), column, one.among, "has all values")


def _compared(
    path: Path, rule: CrossRule, found: Sequence[Column], table: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield why a comparison never decides, or never holds."""
    if rule.value is not None:
        yield from _compared_with(path, rule, rule.value, found[0])
        return
    left, right = found
    if left.name == right.name:
        yield Problem(path, f"compares {left.name} with itself")
        return
    if table.get("null") == "fails" and not (left.nullable or right.nullable):
        yield Problem((*path, "null"), "neither column can be null", "leave it out")
    yield from _unordered(path, rule, found)
    yield from _deciding(path, rule, (left.type.bounds, right.type.bounds))


def _compared_with(path: Path, rule: CrossRule, value: Given, left: Column) -> Iterator[Problem]:
    """Yield why a comparison with a value never decides, or never holds."""
    conforming_value = given(left.type, value)
    at = (*path, "right", "value")
    if conforming_value is None:
        right = "write a number, or a value as the column writes it and within its limits"
        yield Problem(at, f"{value.text} is not a value of {left.name}", right)
        return
    if not rule.null_passes and not left.nullable:
        yield Problem((*path, "null"), f"{left.name} cannot be null", "leave it out")
    yield from _unordered(path, rule, (left,))
    if not left.type.sentinels.get(conforming_value.decode(), True) and rule.comparator.is_of_order:
        yield Problem(at, f"{value.text} is neither above nor below anything", "say what it means")
    meant = left.type.same(conforming_value).decode()
    if left.type.bounds is not None and left.type.sentinels.get(meant, True):
        number = Decimal(meant)
        yield from _deciding(path, rule, (left.type.bounds, (number, number)))


def _deciding(
    path: Path, rule: CrossRule, bounds: Sequence[tuple[Number, Number] | None]
) -> Iterator[Problem]:
    """Yield that a comparison of what is within these bounds always holds, or never."""
    low, high = bounds
    if low is None or high is None:
        return
    always, never = _outcome(rule.comparator, low, high)
    if always or never:
        what = "holds for all values" if always else "holds for no values"
        names = f"{rule.columns[0]} and {rule.against}" if rule.value is None else rule.columns[0]
        yield Problem(path, f"{what} of {names} within their limits")


def _unordered(path: Path, rule: CrossRule, found: Sequence[Column]) -> Iterator[Problem]:
    """Yield the words that have no order, and that a comparison may meet."""
    if not rule.comparator.is_of_order:
        return
    for column in found:
        conditions = [one for one in rule.when if one.column == column.name and one.among]
        for word, compared in column.type.sentinels.items():
            if not compared and not any((word in one.among) is one.refused for one in conditions):
                what = f"{word} in {column.name} is neither above nor below anything"
                right = f'say what it means, or add {{ column = "{column.name}", '
                yield Problem(path, what, f'{right}not_in = ["{word}"] }} to when')


def _outcome(
    comparator: Comparator, left: tuple[Number, Number], right: tuple[Number, Number]
) -> tuple[bool, bool]:
    """Return whether a comparison of numbers within these limits always holds, or never."""
    below, at_most = left[1] < right[0], left[1] <= right[0]
    above, at_least = left[0] > right[1], left[0] >= right[1]
    match comparator:
        case Comparator.BELOW:
            return below, at_least
        case Comparator.AT_MOST:
            return at_most, above
        case Comparator.EQUAL:
            return False, below or above
        case Comparator.UNEQUAL:
            return below or above, False
