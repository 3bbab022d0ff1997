"""Faults in the kinds of records of a file, and in what is computed from them: 6.3 to 6.5."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from random import Random

from conformance.findings import Place
from conformance.model.column import Column, Role
from conformance.model.record_kind import RecordKind
from conformance.model.requirement import Requirement
from conformance.model.types.column_type import ColumnType
from conformance.records.composing import RoleValue
from conformance.records.found import Found, records_in
from conformance.submission.moments import parse_moment
from generators.draft import Draft
from generators.faults.dialect import empty_after
from generators.faults.fault import Faulty, Variant, edit_bytes, operator, with_totals
from generators.faults.rows import changed, middle, rows
from generators.settling import conforms

#: Values that are made up for a field, so that one is another than it has.
_TRIES = 5


@operator("record-kinds")
def record_kinds(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Records of no kind, in other places, without what is above them, or missing."""
    form = draft.format
    if form.header:
        title = "the record with the names of the columns left out"
        yield "names-left-out", title, _without_names
    if not form.several:
        return
    yield from _unknown(draft)
    yield "blank-record", "an empty record", lambda draft: empty_after(draft, middle(draft))
    for kind in form.kinds:
        there = [one for one in _found(draft) if one.kind == kind]
        if not there:
            continue
        if fewest := _fewest(_found(draft), kind):
            title = f"a record {kind.name} left out, which has to be there"
            yield f"{kind.name}-left-out", title, _moved(fewest[-1], None, None)
        if before := _before_last(_found(draft), kind):
            title = f"the record {kind.name} before another of its group, of which it is the last"
            apply = _moved(before[1], before[0].offset, before[1].number)
            yield f"{kind.name}-not-last", title, apply
        if kind.at is not None:
            last = _found(draft)[-1]
            place = last.offset + len(last.line) + 1 if kind.at > 0 else 0
            number = last.number if kind.at > 0 else 1
            title = f"the record {kind.name} at the other end of the file"
            yield f"{kind.name}-elsewhere", title, _moved(there[0], place, number)
        if kind.parent is not None:
            first = next(one for one in _found(draft) if one.kind and one.kind.name == kind.parent)
            title = f"a record {kind.name} before the record {kind.parent} that it belongs to"
            apply = _moved(there[0], first.offset, first.number)
            yield f"{kind.name}-before-{kind.parent}", title, apply


def _fewest(found: Sequence[Found], kind: RecordKind) -> list[Found]:
    """Return records of a kind that has just enough of them, in the file or in one group."""
    groups: list[list[Found]] = [[]]
    for one in found:
        if one.kind is not None and one.kind.name == kind.parent:
            groups.append([])
        if one.kind == kind:
            groups[-1].append(one)
    least = kind.occurs.minimum
    return next((group for group in groups if least and len(group) == least), [])


def _before_last(found: Sequence[Found], kind: RecordKind) -> tuple[Found, Found] | None:
    """Return a record and the last of its group behind it, if that is of ``kind``."""
    for before, one in pairwise(found):
        if kind.closes and one.kind == kind and before.kind and before.kind.name != kind.parent:
            return before, one
    return None


def _found(draft: Draft) -> list[Found]:
    return records_in(draft.layout, draft.csv or b"")


def _without_names(draft: Draft) -> Faulty:
    separator = draft.layout.dialect.record_separator
    length = (draft.csv or b"").index(separator) + len(separator)
    changed, recorded = edit_bytes(draft, 0, length, b"")
    return Faulty(changed, (recorded,), Place(record=1))


def _unknown(draft: Draft) -> Iterator[Variant]:
    """Yield a record with a tag that no kind has."""
    tags = {kind.tag[1] for kind in draft.format.kinds if kind.tag}
    middle = [one for one in _found(draft) if one.kind and one.kind.tag]
    if not middle:
        return
    one = middle[len(middle) // 2]
    assert one.kind is not None and one.kind.tag is not None  # noqa: S101, PT018 - just asked
    place, tag = one.kind.tag
    other = next(text for text in _others(tag) if text not in tags)
    yield "unknown-tag", f"a record with the tag {other}", _set(one, place, other.encode())


def _others(tag: str) -> Iterator[str]:
    yield from (tag[:-1] + letter for letter in "XYZ0123456789")
    yield from (tag + letter * 2 for letter in "XYZ")


def _moved(one: Found, offset: int | None, number: int | None) -> Callable[[Draft], Faulty]:
    """A fault that takes a record away and, if an offset is given, puts it there."""

    def apply(draft: Draft) -> Faulty:
        data, end = draft.csv or b"", draft.layout.dialect.record_separator
        line = one.line + end
        start = one.offset
        if not data[start:].startswith(line):
            line, start = one.line, max(0, start - len(end))  # the last one has no separator
            changed, removed = edit_bytes(draft, start, len(end) + len(line), b"")
        else:
            changed, removed = edit_bytes(draft, start, len(line), b"")
        if offset is None:
            return Faulty(changed, (removed,))
        target = offset if offset <= start else offset - len(one.line) - len(end)
        now = changed.csv or b""
        put = one.line + end if target < len(now) or now.endswith(end) else end + one.line
        changed, added = edit_bytes(changed, min(target, len(now)), 0, put)
        return Faulty(changed, (removed, added), Place(record=number))

    return apply


def _set(one: Found, place: int, value: bytes) -> Callable[[Draft], Faulty]:
    """A fault with other bytes in one field (from 0) of a record."""

    def apply(draft: Draft) -> Faulty:
        field, written = one.fields[place], draft.layout.encoded(value)
        # What tells a kind, and what is computed, is in quotes where the field was before.
        raw = b'"' + written + b'"' if field.enclosed else written
        start = one.offset + field.start
        changed, recorded = edit_bytes(draft, start, len(field.raw), raw)
        return Faulty(changed, (recorded,), Place(None, one.number, None))

    return apply


@operator("derived-values")
def derived_values(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Values that are not those that follow from others."""
    found = _found(draft)
    for kind in draft.format.kinds:
        records = [one for one in found if one.kind == kind]
        for place, column in enumerate(kind.columns):
            if column.derived is None and not column.is_given:
                continue
            other = _other(records, place, column.type)
            if other is not None:
                one, where, value = other
                title = f"{column.name} of a record {kind.name} with another value"
                apply = _with_others(_wrong(one, where, value), column, value)
                yield f"{kind.name}/{column.name}", title, apply
    yield from _created_later(draft)


def _created_later(draft: Draft) -> Iterator[Variant]:
    """Yield a file that says that it was made a minute after it was sent."""
    value, found = RoleValue.of(draft.layout, Role.CREATED_AT), rows(draft)
    if value is None or not found:
        return
    sent = parse_moment(draft.manifest["sent_at"], "sent_at")
    later = value.type.of_moment(sent + timedelta(minutes=1))
    if later is not None:
        whole = next((one for one in draft.layout.composed if one.role is Role.CREATED_AT), None)
        parts = [later.encode()] if whole is None else whole.split(later.encode())
        places = (value.index,) if whole is None else whole.places
        edits = dict(zip(places, parts, strict=True))
        title = f"{value.name} a minute after the file was sent"
        apply = changed(found[0], edits, value.index, there=True)
        yield "created-later", title, with_totals(apply)


def _with_others(
    apply: Callable[[Draft], Faulty], column: Column, value: bytes
) -> Callable[[Draft], Faulty]:
    """Return ``apply``, with all right that is computed except ``value`` in ``column``.

    Otherwise a checksum would give away a receiver that looks at it alone.
    """
    return with_totals(apply, lambda other, there: other.entry == column.entry and there == value)


def _other(
    records: Sequence[Found], place: int, kind: ColumnType
) -> tuple[Found, int, bytes] | None:
    """Return a record, the place of a field and another conforming value for it."""
    for one in records:
        where = one.kind.places(place, len(one.fields))[0] if one.kind else place
        mine = one.fields[where].value if where < len(one.fields) else b""
        for value in _others_than(mine.decode(errors="replace"), kind) if mine else ():
            if value.encode() != mine and conforms(kind, value.encode()):
                return one, where, value.encode()
    return None


def _others_than(value: str, kind: ColumnType) -> Iterator[str]:
    """Yield conforming values, most of them other than ``value``."""
    random = Random(value)  # noqa: S311 - reproducible, not secret
    yield from (found for found in [kind.other(value)] if found)
    yield from (kind.make(index, random) for index in range(_TRIES))


def _wrong(one: Found, place: int, value: bytes) -> Callable[[Draft], Faulty]:
    apply = _set(one, place, value)

    def applied(draft: Draft) -> Faulty:
        faulty = apply(draft)
        offset = one.offset + one.fields[place].start
        return Faulty(faulty.draft, faulty.changes, Place(None, one.number, place + 1, offset))

    return applied
