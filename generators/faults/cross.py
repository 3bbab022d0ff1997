"""Faults across fields and records: clauses 6.3 to 6.5, as far as the profile has the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from conformance.model.column import Column, Role, carried
from conformance.model.cross_rule import Comparator, CrossRule, CrossRuleName
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind, Requirement
from conformance.model.types.column_type import ColumnType, Meaning
from conformance.model.types.given import given
from conformance.model.types.value_fault import always
from conformance.records.found import Row
from generators.composing import of_role
from generators.draft import Draft
from generators.faults.fault import DraftChange, Faulty, Variant, operator
from generators.faults.rows import has_room, in_report_too, middle, place_of, rows, set_field
from generators.faults.search import breaking
from generators.faults.together import breaks_alone, keeps_rules, with_record
from generators.pki import KNOWN
from generators.settling import conforms, key_of

#: A User ID that no scenario has.
STRANGER = KNOWN[-1]


#: The counter of a request that is not in any scenario.
_COUNTER = 999_999_999

#: Variants that a role may not send, of which one at least breaks no other rule.
_TRIED = 8
#: In words, what a fault makes of the left value of a comparison.
_WORDS = {
    Comparator.BELOW: "not below",
    Comparator.AT_MOST: "above",
    Comparator.EQUAL: "other than",
    Comparator.UNEQUAL: "the same as",
}


@operator("compare")
def compare(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Values that do not compare as a rule wants, such as a Warning Threshold above its ADT."""
    form = draft.format
    allowed = draft.layout.readings["warning-above-adt"] == "allowed"
    for rule in form.rules_of(CrossRuleName.COMPARE):
        if allowed and form.is_of_thresholds(rule):
            continue
        name = f"{rule.id}-{_NAMES[rule.comparator]}"
        title = f"{rule.columns[0]} {_WORDS[rule.comparator]} {rule.against}"
        if found := _uncomparable(draft, rule):
            yield name, title, _field(rule, *found)
        elif wider := breaking(draft, rule, *map(form.index, rule.columns)):
            yield name, title, wider
        null = None if rule.null_passes else _without_value(draft, rule)
        if null:
            name = form.columns[null[1]].name
            yield f"{rule.id}-null", f"no {name} to compare", _field(rule, *null)


_NAMES = {
    Comparator.BELOW: "equal",
    Comparator.AT_MOST: "above",
    Comparator.EQUAL: "unequal",
    Comparator.UNEQUAL: "equal",
}


def _field(rule: CrossRule, row: Row, index: int, value: bytes) -> Callable[[Draft], Faulty]:
    """Change a field that ``rule`` looks at; what is wrong is found at its left column."""

    def apply(draft: Draft) -> Faulty:
        faulty = in_report_too(draft, row, index + 1, always(value))
        at = index if not value else draft.format.index(rule.columns[0])
        # A field before the left one changes where that begins.
        return replace(faulty, place=place_of(rows(faulty.draft)[row.index], at))

    return apply


def _uncomparable(draft: Draft, rule: CrossRule) -> tuple[Row, int, bytes] | None:
    """Return a record, a column of the rule and a value there that breaks this rule alone."""
    form = draft.format
    positions = [form.index(name) for name in rule.columns]
    there = rows(draft)
    keys = [form.index(name) for name in form.key]
    used = {key_of(form, row.fields) for row in there}
    # From the end, so that the fault is far down a long file.
    for row in reversed(there):
        # What the last record of an ADT File is a rule for is not in the file in force.
        free = draft.kind is Kind.ADT and row is there[-1]
        for index in positions:
            if index in keys and not (free and rule.value is not None):
                continue
            for value in _edges(form, rule, row, index):
                fields = [*row.fields[:index], value, *row.fields[index + 1 :]]
                if index in keys and key_of(form, fields) in used:
                    continue
                if breaks_alone(draft, row, fields, rule):
                    return row, index, value
    return None


def _edges(form: FileFormat, rule: CrossRule, row: Row, index: int) -> Iterator[bytes]:
    """Yield what may break a rule in a column of it: what the other side has, or is next to."""
    column = form.columns[index]
    if rule.value is not None:
        value = given(column.type, rule.value)
        yield from _neighbours(value or b"", column, column)
        return
    (other,) = (form.index(name) for name in rule.columns if form.index(name) != index)
    yield from _neighbours(row.fields[other], form.columns[other], column)


def _without_value(draft: Draft, rule: CrossRule) -> tuple[Row, int, bytes] | None:
    """Return a record and a column of the rule in which null breaks this rule alone."""
    form = draft.format
    for row in rows(draft):
        for index in map(form.index, rule.columns):
            fields = [*row.fields[:index], b"", *row.fields[index + 1 :]]
            nullable = form.columns[index].nullable and form.columns[index].name not in form.key
            if nullable and breaks_alone(draft, row, fields, rule):
                return row, index, b""
    return None


def _neighbours(value: bytes, source: Column, target: Column) -> Iterator[bytes]:
    """Yield conforming values of a column that are, or are next to, a value of another."""
    kind, same = target.type, carried(value, source, target)
    found = [same, *kind.beside(source.type.same(value))] if conforms(source.type, value) else []
    yield from (one for one in found if one and conforms(kind, one))


@operator("one-sender")
def one_sender(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A record of another User's."""
    for rule in draft.format.rules_of(CrossRuleName.ONE_SENDER):
        number = draft.format.index(rule.columns[0]) + 1
        kind = draft.format.columns[number - 1].type
        if kind.reads_as is Meaning.REQUEST:
            title = "a request of another User, with the sender as its target"
            yield f"{rule.id}-sender-as-target", title, _to_sender(number, kind)
        yield f"{rule.id}-another-user", "a record with another User ID", _stranger(number, kind)


def _to_sender(number: int, kind: ColumnType) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        mine = draft.manifest["sender"]["user_id"]
        request = (kind.of_request(STRANGER, mine, _COUNTER) or "").encode()
        return in_report_too(draft, middle(draft), number, lambda _: request)

    return apply


def _stranger(number: int, kind: ColumnType) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        mine = draft.manifest["sender"]["user_id"]
        # It differs in the last byte alone.
        other = f"{mine[:-2]}{int(mine[-2:], 16) ^ 3:02X}"
        return in_report_too(draft, middle(draft), number, lambda old: kind.renamed(old, other))

    return apply


@operator("eligible-variant")
def eligible_variant(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A Service Reference Variant that the User Role may not send, for each User Role."""
    form = draft.format
    for rule in form.rules_of(CrossRuleName.ELIGIBLE_VARIANT):
        role, variant = (form.index(name) for name in rule.columns)
        # The last record is not in the file in force, from which nothing may be left out.
        row = rows(draft)[-1]
        mine, values = row.fields[role].decode(), form.columns[variant].type.choices
        one_role = draft.profile.readings["file-per-role"] == "one"
        choices = () if one_role else form.columns[role].type.choices
        others = [one for one in choices if one != mine]
        for one in (mine, *others):
            name, title = "other-role", "a variant that the role may not send"
            if one != mine:
                name, title = (
                    one,
                    f"a record of the role {one}, with a variant that it may not send",
                )
            wrong = [
                v.srv for v in draft.ground.catalogue.variants.values()
                if one and v.roles and one not in v.roles and v.srv in values
            ]  # fmt: skip
            ways = (_ineligible(draft, row, {role: one, variant: srv}) for srv in wrong[:_TRIED])
            if apply := next(filter(None, ways), None):
                yield f"{rule.id}-{name}", title, apply


def _ineligible(
    draft: Draft, row: Row, values: Mapping[int, str]
) -> Callable[[Draft], Faulty] | None:
    """Return what gives a record other values, or adds one that has them, if either can be."""
    new = {
        place: text.encode() for place, text in values.items() if row.fields[place] != text.encode()
    }
    others = [one for one in rows(draft) if one.index != row.index]
    shared = any(one.spots[place] == row.spots[place] for place in new for one in others)
    if not shared and keeps_rules(draft, row, new):
        return _set(row, {place: values[place] for place in new or values})
    fields = [new.get(place, value) for place, value in enumerate(row.fields)]
    return with_record(draft, fields, []) if has_room(draft) else None


def _set(row: Row, values: Mapping[int, str]) -> Callable[[Draft], Faulty]:
    """Put values into a record, by the place of their column; what is wrong is at the last."""

    def apply(draft: Draft) -> Faulty:
        changes: tuple[DraftChange, ...] = ()
        for place, value in values.items():
            there = rows(draft)[row.index]
            faulty = set_field(draft, there, place + 1, value.encode())
            draft, changes = faulty.draft, (*changes, *faulty.changes)
        return Faulty(draft, changes, place_of(rows(draft)[row.index], place))

    return apply


@operator("breach-fits")
def breach_fits(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A breach of a threshold that somebody else set."""
    for rule in draft.format.rules_of(CrossRuleName.BREACH_FITS):
        number = draft.format.index(rule.columns[0]) + 1
        values = draft.format.columns[number - 1].type.choices
        for name, by in draft.profile.breaches.items():
            if by is not draft.set_by and name in values:
                title = f"{name} where the threshold was set by the other"
                yield f"{rule.id}-{name}", title, _breach(number, name.encode())


def _breach(number: int, value: bytes) -> Callable[[Draft], Faulty]:
    return lambda draft: in_report_too(draft, middle(draft), number, lambda _: value)


def of_another_request(draft: Draft, row: Row) -> list[bytes] | None:
    """Return the fields of a record of a QCAF with another Request ID than any in the file."""
    number = draft.format.index_of_role(Role.REQUEST_ID)
    if number is not None and draft.format.columns[number].type.reads_as is Meaning.REQUEST:
        separator = draft.format.columns[number].type.after_party
        other = row.fields[number].rsplit(separator, 1)[0] + separator + b"%d" % _COUNTER
        return [*row.fields[:number], other, *row.fields[number + 1 :]]
    composed = of_role(draft.format, Role.REQUEST_ID)
    if composed is None:
        return None
    used = {composed.value(one.fields) for one in rows(draft)}
    before = composed.joined(row.fields).rpartition(b":")[0]
    for digits in range(9, 0, -1):
        fields = composed.put(before + b":" + b"9" * digits, row.fields)
        kinds = [column.type for column in draft.format.columns]
        parts = all(conforms(kinds[place], fields[place]) for place in composed.places)
        if parts and composed.value(fields) not in used:
            return fields
    return None
