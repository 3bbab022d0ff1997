"""Faults in quotation marks: where the form of a file has none, or wants them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from conformance.model.dialect import Quoting
from conformance.model.requirement import Requirement
from conformance.records.found import Row
from generators.draft import Draft
from generators.faults.fault import Faulty, Variant, operator
from generators.faults.rows import middle, set_raw

#: Characters of a field before a quote that is inside it.
_BEFORE = 3


@operator("quoting-absent")
def quoting(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Quotes, which the dialect does not have."""
    row = middle(draft)
    for number, column in enumerate(draft.format.columns, 1):
        if column.tag:
            continue
        match draft.layout.quoting_of(number - 1):
            case Quoting.NONE if row.fields[number - 1]:
                yield f"quoted/{column.name}", f"{column.name} in quotes", _quoted(number)
            case Quoting.ALL if row.fields[number - 1] and not _needs_quotes(row, number):
                yield f"bare/{column.name}", f"{column.name} without quotes", _bare(number)
    inside = next((i for i, f in enumerate(middle(draft).fields, 1) if len(f) > _BEFORE), None)
    if inside is not None:
        yield "quote-inside", "a quote inside a field", _with_quote(inside)


def _needs_quotes(row: Row, number: int) -> bool:
    value = row.fields[number - 1]
    return b"," in value or b'"' in value


def _bare(number: int) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        row = middle(draft)
        return set_raw(draft, row, number, row.raw[number - 1].strip(b'"'))

    return apply


def _with_quote(number: int) -> Callable[[Draft], Faulty]:
    return _rewritten(number, lambda raw: raw[:_BEFORE] + b'"' + raw[_BEFORE:])


def _quoted(number: int) -> Callable[[Draft], Faulty]:
    return _rewritten(number, lambda raw: b'"' + raw + b'"')


def _rewritten(number: int, change: Callable[[bytes], bytes]) -> Callable[[Draft], Faulty]:
    """A fault that writes one field of a record otherwise, in the middle of the file."""

    def apply(draft: Draft) -> Faulty:
        row = middle(draft)
        faulty = set_raw(draft, row, number, change(row.raw[number - 1]))
        return replace(faulty, place=replace(faulty.place, offset=None))

    return apply
