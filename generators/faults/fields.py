"""Faults in single fields, derived from the columns of the profile: clauses 6.1, 6.3 to 6.5."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from conformance.findings import Place
from conformance.model.column import Column, Role
from conformance.model.counterparts import counterparts
from conformance.model.cross_rule import CrossRuleName
from conformance.model.requirement import Kind, Requirement
from conformance.model.rule import Rule
from conformance.model.types.choice import is_null_word
from conformance.model.types.value_fault import ValueFault, always
from conformance.records.found import Row
from generators.draft import Draft
from generators.faults.composed import faults_of_wholes
from generators.faults.fault import Faulty, Variant, operator
from generators.faults.rows import added, has_room, rows, set_field, set_raw, written
from generators.faults.together import with_record
from generators.settling import broken, conforms, key_of, unmet

#: Rules that are kept by how values are made, and that other values may break.
_OF_SENDER = frozenset(
    {CrossRuleName.ONE_SENDER, CrossRuleName.ELIGIBLE_VARIANT, CrossRuleName.BREACH_FITS}
)
#: Words that are written where a null is meant, by the name of the fault.
NULL_WORDS = {
    "null-in-capitals": "NULL",
    "null": "null",
    "None": "None",
    "NA": "N/A",
    "NaN": "NaN",
    "backslash-n": "\\N",
    "hyphen": "-",
    "space": " ",
    "quotes": '""',
}


def _with(
    number: int, change: Callable[[bytes], bytes], through: tuple[str, ...] = ()
) -> Callable[[Draft], Faulty]:
    """A fault that changes one field of a record in the middle that is not null there."""

    def apply(draft: Draft) -> Faulty:
        row = _filled(draft, number)
        faulty = set_field(draft, row, number, change(row.fields[number - 1]))
        return replace(faulty, through=through)

    return apply


def _raw(number: int, raw: bytes) -> Callable[[Draft], Faulty]:
    return lambda draft: set_raw(draft, _filled(draft, number), number, raw)


def _filled(draft: Draft, number: int) -> Row:
    """A record whose field ``number`` is not null; the middle one if it can be."""
    found = rows(draft)
    start = len(found) // 2
    return next((r for r in found[start:] + found[:start] if r.fields[number - 1]), found[start])


def _columns(draft: Draft) -> Iterator[tuple[int, Column]]:
    """The columns, numbered from 1, as the profile's readings have them.

    Not those that tell the kind of a record: without its tag it is of another kind, or of none.
    """
    yield from ((n, column) for n, column in enumerate(draft.layout.columns, 1) if not column.tag)


@operator("field-form")
def field_form(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Values that are not of their column's form."""
    yield from _by_type(draft, Rule.FIELD_FORM)
    yield from faults_of_wholes(draft, Rule.FIELD_FORM)


def _by_type(draft: Draft, rule: Rule) -> Iterator[Variant]:
    """The faults that the types of the columns have for ``rule``."""
    for number, column in _columns(draft):
        for fault in _faults(column, rule):
            if not _fits(draft, number, column, fault):
                continue
            yield (
                f"{column.name}/{fault.name}",
                f"{column.name}: {fault.title}",
                _with(number, fault.change),
            )


def _fits(draft: Draft, number: int, column: Column, fault: ValueFault) -> bool:
    """Return True if a field can have the fault.

    What it makes of the value there must break its rule, and be no word for null.
    """
    changed = fault.change(_filled(draft, number).fields[number - 1])
    null = column.nullable or draft.layout.readings["null-form"] == "words"
    if null and is_null_word(changed.decode("latin-1")):
        return False
    return broken(column.type, changed) is fault.rule


def _faults(column: Column, rule: Rule) -> list[ValueFault]:
    return [fault for fault in column.type.faults() if fault.rule is rule]


@operator("null-allowed")
def null_allowed(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Null where the column admits none."""
    for number, column in _columns(draft):
        if not column.nullable and column.type.null_rule is Rule.NULL_ALLOWED:
            yield column.name, f"{column.name}: null", _with(number, always(b""))
    yield from faults_of_wholes(draft, Rule.NULL_ALLOWED)


@operator("null-form")
def null_form(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A null written as a word, a space or quotes (6.1)."""
    for number, column in _columns(draft):
        if not column.nullable:
            continue
        for name, word in NULL_WORDS.items():
            if column.type.exact and conforms(column.type, word.encode()):
                continue  # A code, say, that looks like such a word.
            change = (
                _raw(number, b'""') if name == "quotes" else _with(number, always(word.encode()))
            )
            yield f"{column.name}/{name}", f"{column.name}: {word!r} for null", change


@operator("range")
def in_range(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Numbers outside their limits."""
    yield from _by_type(draft, Rule.RANGE)
    yield from faults_of_wholes(draft, Rule.RANGE)


@operator("listed-value")
def listed_value(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Values that a code does not have."""
    yield from _by_type(draft, Rule.LISTED_VALUE)


@operator("action-values")
def action_values(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Actions that are neither Release nor Delete (4.7(b), 4.13(b))."""
    number = draft.format.index_of_role(Role.ACTION)
    if number is None:
        return
    column = dict(_columns(draft))[number + 1]
    for fault in _faults(column, Rule.ACTION):
        null = fault.change(b"x") == b"" and not column.nullable
        through = (Rule.NULL_ALLOWED.value,) if null else ()
        yield fault.name, fault.title, _with(number + 1, fault.change, through)


@operator("unique-key")
def unique_key(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A key twice: with the whole record or with other fields, next to each other or not."""
    found = rows(draft)
    if not draft.format.key or not found or not has_room(draft):
        return
    again = [("first", found[0]), ("last", found[-1]), ("second", found[1 % len(found)])]
    if any(rule.rule.is_across_records for rule in draft.format.rules):
        yield from _keys_again(draft, again)
        return
    for name, row in again:
        yield f"{name}-again", f"the {name} record again at the end", _again(row.line)
    null = next((row for row in found if not all(key_of(draft.format, row.fields))), None)
    if null is not None:
        yield "null-again", "a record with a null in its key again at the end", _again(null.line)
    other = next(filter(None, (_same_key(draft, row) for row in found[1:] + found[:1])), None)
    if other is not None:
        title = "the key of another record again at the end, with another value beside it"
        yield "key-again", title, _again(other)


def _keys_again(draft: Draft, again: Sequence[tuple[str, Row]]) -> Iterator[Variant]:
    """Yield the keys of records again, where that keeps the rules across records."""
    # A QCAF has what the report has of a communication.
    named = draft.profile.files[Kind.REPORT].columns if draft.kind is Kind.QCAF else ()
    fixed = {*counterparts(draft.format.columns, named)}
    for name, row in again:
        found = with_record(draft, row.fields, ["key"], fixed)
        if found is not None:
            yield f"{name}-again", f"the key of the {name} record again", found


def _again(line: bytes) -> Callable[[Draft], Faulty]:
    """Put a record at the end of the file."""

    def apply(draft: Draft) -> Faulty:
        changed, recorded = added(draft, line)
        return Faulty(changed, (recorded,), Place(record=rows(draft)[-1].number + 1))

    return apply


def _same_key(draft: Draft, row: Row) -> bytes | None:
    """Return the line of ``row`` with another value outside the key, if there is one.

    In a QCAF it is the action: what else there is has to be as it is in the report.
    """
    form = draft.format
    if draft.manifest.get("quarantine", {}).get("advice"):
        return None  # Of two actions for a communication, one is against DCC's advice.
    of_sender = {name for rule in form.rules if rule.rule in _OF_SENDER for name in rule.columns}
    for place, column in enumerate(form.columns):
        fixed = draft.kind is Kind.QCAF and column.role is not Role.ACTION
        fixed |= column.name in of_sender
        old = row.fields[place].decode()
        if fixed or not old or column.name in form.key:
            continue
        for value in (column.type.other(old), *column.type.choices):
            if value in (None, old) or not conforms(column.type, value.encode()):
                continue
            fields = [*row.fields[:place], value.encode(), *row.fields[place + 1 :]]
            if not any(unmet(form, fields)):
                return written(draft, fields)
    return None


def other_value(draft: Draft, number: int) -> tuple[Row, bytes] | None:
    """Return a record and another conforming value for its field ``number``, if there is one.

    The value breaks nothing but agreement with something else: it is of the column's form,
    inside its limits, and does not touch a rule across fields.
    """
    row, kind = _filled(draft, number), draft.format.columns[number - 1].type
    before = row.fields[number - 1]
    value = (kind.other(before.decode()) or "").encode()
    # A word may mean just that value.
    if not value or not conforms(kind, value) or kind.same(value) == kind.same(before):
        return None
    return row, value
