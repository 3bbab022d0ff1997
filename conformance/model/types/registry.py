"""The list of the types of columns, and what a profile may say of a column of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.model.types.action import Action
from conformance.model.types.code import Code
from conformance.model.types.column_type import ColumnType, Meaning
from conformance.model.types.constant import Constant
from conformance.model.types.date import Date
from conformance.model.types.decimal_number import DecimalNumber
from conformance.model.types.eui64 import Eui64
from conformance.model.types.instant import Instant
from conformance.model.types.integer import Integer
from conformance.model.types.nothing import Nothing
from conformance.model.types.period import Period
from conformance.model.types.request_id import RequestId
from conformance.model.types.text import Text
from conformance.model.types.time_of_day import TimeOfDay

#: The types by name. A profile's column has a copy of one of these, with the column's entries.
TYPES: dict[str, ColumnType] = {
    known.name: known
    for known in (
        Eui64(), RequestId(), Integer(), DecimalNumber(), Period(), Instant(), Date(), TimeOfDay(),
        Code(), Constant(), Text(), Action(), Nothing(),
    )
}  # fmt: skip

#: The entries that a column of any type has.
_COMMON = frozenset({"name", "type", "role", "nullable", "reason"})
#: The entries that are called limits.
_LIMITS = frozenset({"minimum", "maximum", "maximum_digits"})


def type_of(column: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]) -> ColumnType:
    """Return the type that the table of a column describes; ``lists`` are values by their name."""
    known = TYPES[column["type"]]
    entries = {key: value for key, value in column.items() if key not in _COMMON}
    return known.configured(entries, lists)


def misplaced(column: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each entry that does not go with the type of its column, and why."""
    taken = TYPES[column["type"]].entries
    for entry in column:
        if entry in _COMMON or entry in taken:
            continue
        owners = " or ".join(
            f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
            for name, known in TYPES.items()
            if entry in known.entries
        )
        yield entry, f"only {owners} has {'limits' if entry in _LIMITS else f'the entry {entry}'}"


def names_of(*meanings: Meaning) -> str:
    """Return the names of the types whose values are read as one of ``meanings``."""
    return " ".join(name for name, known in TYPES.items() if known.reads_as in meanings)


def with_types(schema: dict[str, Any]) -> dict[str, Any]:
    """Fill the list of types, and the entries of each, into the schema of a profile, in place."""
    column = schema["$defs"]["column"]
    own = {entry: True for known in TYPES.values() for entry in known.entries}
    common = {key: value for key, value in column["properties"].items() if key in _COMMON}
    known_types = {**common["type"], "enum": list(TYPES)}
    column["properties"] = {**common, "type": known_types, **own}
    column["allOf"] = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": {"properties": dict(known.entries), **known.needs},
        }
        for name, known in TYPES.items()
        if known.entries
    ]
    return schema
