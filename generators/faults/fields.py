"""Faults in single fields, derived from the columns of the profile: clauses 6.1, 6.3 to 6.5."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from conformance.findings import Place
from conformance.model.column import Column, ColumnType, Role
from conformance.model.requirement import Requirement
from generators.draft import Draft
from generators.faults.fault import Faulty, Variant, edit_bytes, operator
from generators.faults.rows import Row, middle, rows, set_field

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


def _with(number: int, change: Callable[[bytes], bytes]) -> Callable[[Draft], Faulty]:
    """A fault that changes one field of a record in the middle that is not null there."""

    def apply(draft: Draft) -> Faulty:
        row = _filled(draft, number)
        return set_field(draft, row, number, change(row.fields[number - 1]))

    return apply


def _always(value: bytes) -> Callable[[bytes], bytes]:
    """Whatever was there, ``value``."""
    return lambda _: value


def _filled(draft: Draft, number: int) -> Row:
    """A record whose field ``number`` is not null; the middle one if it can be."""
    found = rows(draft)
    start = len(found) // 2
    return next((r for r in found[start:] + found[:start] if r.fields[number - 1]), found[start])


def _columns(draft: Draft) -> Iterator[tuple[int, Column]]:
    yield from enumerate(draft.format.columns, 1)


@operator("field-form")
def field_form(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Values that are not of their column's form."""
    for number, column in _columns(draft):
        for name, title, change in _forms(column):
            yield f"{column.name}/{name}", f"{column.name}: {title}", _with(number, change)


_Form = tuple[str, str, Callable[[bytes], bytes]]


def _forms(column: Column) -> Iterator[_Form]:
    spaced: list[_Form] = [
        ("leading-space", "a space before", lambda v: b" " + v),
        ("trailing-space", "a space after", lambda v: v + b" "),
    ]
    match column.type:
        case ColumnType.EUI64:
            yield from spaced
            if column.upper_case:
                yield "lower-case", "hex digits in lower case", lambda _: b"0a-00-00-00-00-00-00-bc"
            yield "colons", "colons for hyphens", lambda v: v.replace(b"-", b":")
            yield "seven-pairs", "a pair too few", lambda v: v[:-3]
            yield "nine-pairs", "a pair too many", lambda v: v + b"-00"
            yield "not-hex", "a letter that is no hex digit", lambda v: b"G" + v[1:]
        case ColumnType.REQUEST_ID:
            yield from spaced
            if column.upper_case:
                yield (
                    "lower-case",
                    "hex digits in lower case",
                    lambda v: v[:24] + b"0a-00-00-00-00-00-00-bc" + v[47:],
                )
            yield "no-counter", "no counter", lambda v: v.rsplit(b":", 1)[0]
            yield (
                "leading-zero",
                "a counter with a leading zero",
                lambda v: b":0".join(v.rsplit(b":", 1)),
            )
            yield "hyphens", "hyphens for colons", lambda v: v.replace(b":", b"-")
        case ColumnType.INTEGER:
            yield from spaced
            yield "plus", "a plus sign", lambda v: b"+" + v
            yield "minus", "a minus sign", lambda v: b"-" + v
            yield "leading-zero", "a leading zero", lambda v: b"0" + v
            yield "decimal", "a decimal point", lambda v: v + b".0"
            yield "exponent", "an exponent", lambda v: v + b"e0"
            yield "text", "letters", lambda _: b"ten"
        case ColumnType.INSTANT:
            yield from spaced
            yield "no-such-day", "a day that does not exist", lambda v: v[:5] + b"02-30" + v[10:]
            yield "no-leap-day", "29 February in a common year", lambda v: b"2025-02-29" + v[10:]
            yield "no-such-hour", "hour 24", lambda v: v[:11] + b"24" + v[13:]
            yield "offset", "an offset for Z", lambda v: v[:-1] + b"+00:00"
            yield "space-for-t", "a space for T", lambda v: v.replace(b"T", b" ")
            yield "date-only", "no time", lambda v: v[:10]
        case ColumnType.TEXT:
            wrong = _mismatch(column.pattern or "")
            if wrong is not None:
                yield "no-match", "text that the pattern does not admit", lambda _: wrong
        case ColumnType.NOTHING:
            yield "value", "a value where there must be none", lambda _: b"Release"
        case _:
            return


def _mismatch(pattern: str) -> bytes | None:
    for text in ("~", "?!", "0", "zzzzzzzz", "x" * 200):
        if not re.fullmatch(pattern, text):
            return text.encode()
    return None


@operator("null-allowed")
def null_allowed(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Null where the column admits none."""
    for number, column in _columns(draft):
        if not column.nullable and column.type is not ColumnType.ACTION:
            yield column.name, f"{column.name}: null", _with(number, lambda _: b"")


@operator("null-form")
def null_form(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A null written as a word, a space or quotes (6.1)."""
    for number, column in _columns(draft):
        if not column.nullable:
            continue
        for name, word in NULL_WORDS.items():
            yield (
                f"{column.name}/{name}",
                f"{column.name}: {word!r} for null",
                _with(number, _always(word.encode())),
            )


@operator("range")
def in_range(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Numbers outside their limits."""
    for number, column in _columns(draft):
        if column.type is ColumnType.REQUEST_ID:
            yield (
                f"{column.name}/counter",
                f"{column.name}: a counter of 2 to the 64th",
                _with(number, lambda v: v.rsplit(b":", 1)[0] + b":18446744073709551616"),
            )
        if column.type is not ColumnType.INTEGER:
            continue
        if column.minimum:
            low = str(column.minimum - 1).encode()
            yield (
                f"{column.name}/below",
                f"{column.name}: {low.decode()}",
                _with(number, _always(low)),
            )
        if column.maximum is not None:
            high = str(column.maximum + 1).encode()
            yield (
                f"{column.name}/above",
                f"{column.name}: {high.decode()}",
                _with(number, _always(high)),
            )
        if column.maximum_digits is not None:
            digits = b"1" * (column.maximum_digits + 1)
            yield (
                f"{column.name}/too-long",
                f"{column.name}: {len(digits)} digits",
                _with(number, _always(digits)),
            )


@operator("listed-value")
def listed_value(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Values that a code does not have."""
    for number, column in _columns(draft):
        if column.type is not ColumnType.CODE:
            continue
        yield (
            f"{column.name}/unknown",
            f"{column.name}: a value that is not listed",
            _with(number, lambda _: b"99.99"),
        )
        yield (
            f"{column.name}/trailing-space",
            f"{column.name}: a space after",
            _with(number, lambda v: v + b" "),
        )
        if any(v.swapcase() not in column.values for v in column.values if v.swapcase() != v):
            yield (
                f"{column.name}/other-case",
                f"{column.name}: in the other case",
                _with(number, lambda v: v.swapcase()),
            )


@operator("action-values")
def action_values(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Actions that are neither Release nor Delete (4.7(b), 4.13(b))."""
    number = draft.format.index_of_role(Role.ACTION)
    if number is None:
        return
    for name, title, change in (
        ("null", "no action", lambda _: b""),
        ("lower-case", "an action in lower case", lambda v: v.lower()),
        ("upper-case", "an action in upper case", lambda v: v.upper()),
        ("other-word", "another word", lambda _: b"Hold"),
        ("letter", "a letter for the action", lambda v: v[:1]),
        ("trailing-space", "a space after the action", lambda v: v + b" "),
    ):
        yield name, title, _with(number + 1, change)


@operator("unique-key")
def unique_key(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A key twice."""
    if not draft.format.key:
        return

    def apply(draft: Draft) -> Faulty:
        first = rows(draft)[0]
        end = len(draft.csv or b"")
        again = b",".join(first.fields) + b"\n"
        changed, recorded = edit_bytes(draft, end, 0, again)
        return Faulty(changed, (recorded,), Place(record=rows(changed)[-1].number))

    yield "first-again", "the first record again at the end", apply


def other_value(draft: Draft, number: int) -> tuple[Row, bytes] | None:
    """A record in the middle and another conforming value for its field ``number``, if any.

    The value breaks nothing but agreement with something else: it is of the column's form,
    inside its limits, and does not touch a rule across fields.
    """
    column = draft.format.columns[number - 1]
    row = middle(draft)
    old = row.fields[number - 1].decode()
    match column.type:
        case ColumnType.CODE:
            values = [v for v in column.values if v != old]
            return (row, values[0].encode()) if values else None
        case ColumnType.INTEGER:
            least = column.minimum or 0
            new = least if old != str(least) else least + 1
            return row, str(new).encode()
        case ColumnType.INSTANT:
            # Later, so that nothing becomes late.
            return row, (old[:17] + ("00" if old[17:19] != "00" else "01") + old[19:]).encode()
        case _:
            return None
