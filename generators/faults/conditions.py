"""Faults of rules that hold where a condition does: clauses 6.3 to 6.5 as a profile has them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from conformance.model.column import Column, Role
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.requirement import Kind, Requirement, SetBy
from conformance.model.types.given import written
from conformance.records.found import Row
from generators.draft import Draft
from generators.faults.cross import changed
from generators.faults.fault import Variant, operator
from generators.faults.rows import rows
from generators.faults.together import across_records, breaks_alone
from generators.settling import conforms

#: What a value may be changed to without a word on it in another requirement.
_FREE = frozenset({Role.OTHER, Role.EVENT, Role.PERIOD, Role.WARNING, Role.THRESHOLD})
#: Values of a type that are tried.
_TRIED = 12
#: Records, each with other values, that are tried for one rule.
_SEARCHED = 4000

#: In words, what a fault makes of the column that a rule is about, by its name.
_TITLES = {
    CrossRuleName.REQUIRE: "no {}",
    CrossRuleName.FORBID: "a value of {}",
    CrossRuleName.ONE_OF: "another {}",
}

#: Values by the positions of their columns.
_Edits = dict[int, bytes]


@operator("profile-rules")
def profile_rules(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A value that a rule of the profile requires, forbids or does not list, or such records."""
    form = draft.format
    for rule in form.rules:
        if rule.rule.is_across_records:
            yield from across_records(draft, rule)
        if rule.rule not in _TITLES:
            continue
        for name in rule.columns:
            found = _breaking(draft, rule, form.index(name))
            if found:
                title = f"{_TITLES[rule.rule].format(name)}{rule.condition}"
                variant = f"{rule.id}-{name}" if len(rule.columns) > 1 else f"{rule.id}-broken"
                yield variant, title, changed(*found, form.index(name))


def _breaking(draft: Draft, rule: CrossRule, target: int) -> tuple[Row, _Edits] | None:
    """Return a record, and the fewest values to be changed in it to break ``rule`` alone."""
    form = draft.format
    places = [target, *dict.fromkeys(form.index(one.column) for one in rule.when)]
    keys = [form.index(name) for name in form.key]
    there = rows(draft)
    used = {tuple(row.fields[key] for key in keys) for row in there}
    best: tuple[Row, _Edits] | None = None
    for row in reversed(there):
        # The last rule is not in the file in force, from which nothing may be left out.
        free = draft.kind is Kind.ADT and row is there[-1]
        choices = (
            list(_values(draft, rule, place, row.fields[place]))
            if free or place not in keys
            else [row.fields[place]]
            for place in places
        )
        for values in islice(product(*choices), _SEARCHED):
            edits = {
                place: value
                for place, value in zip(places, values, strict=True)
                if value != row.fields[place]
            }
            if target not in edits or (best and len(edits) >= len(best[1])):
                continue
            fields = [edits.get(place, value) for place, value in enumerate(row.fields)]
            if not edits.keys().isdisjoint(keys) and tuple(fields[key] for key in keys) in used:
                continue
            if breaks_alone(draft, row, fields, rule):
                best = row, edits
        if best and len(best[1]) == 1:
            break
    return best


def _values(draft: Draft, rule: CrossRule, place: int, mine: bytes) -> Iterator[bytes]:
    """Yield what a column can have in a record without another fault: what it has first."""
    form = draft.format
    column = form.columns[place]
    yield mine
    if column.nullable:
        yield b""
    if column.role in _FREE or (column.role is Role.ACTION and draft.set_by is not SetBy.DCC):
        found = (column.type.nth(index) for index in range(min(_TRIED, column.type.count)))
        wanted = [text.encode() for text in found if text]
        for one in rule.when:
            if one.column == column.name:
                wanted += filter(None, (written(column.type, value) for value in one.among))
        yield from (value for value in wanted if _allowed(column, value))
    elif column.role in (Role.VARIANT, Role.BREACH):
        # What another record has goes with this one's sender.
        yield from dict.fromkeys(row.fields[place] for row in rows(draft) if row.fields[place])


def _allowed(column: Column, value: bytes) -> bool:
    return conforms(column.type, value) and b"," not in value and b'"' not in value
