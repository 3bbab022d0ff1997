"""The list of the types of columns, and what a profile may say of a column of each."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

from conformance.model.types.column_type import ColumnType, Meaning

#: Where the types are, by their names: a module of this package, and the class in it.
_PLACES = {
    "eui64": "eui64.Eui64",
    "request-id": "request_id.RequestId",
    "integer": "integer.Integer",
    "decimal": "decimal_number.DecimalNumber",
    "period": "period.Period",
    "instant": "instant.Instant",
    "date": "date.Date",
    "time": "time_of_day.TimeOfDay",
    "code": "code.Code",
    "constant": "constant.Constant",
    "text": "text.Text",
    "action": "action.Action",
    "nothing": "nothing.Nothing",
}

#: The modules that the types are in.
MODULES = tuple(f"{__package__}.{place.split('.')[0]}" for place in _PLACES.values())


class _Types(UserDict[str, ColumnType]):
    """The types by name, each loaded when it is first asked for: a profile has few of them."""

    def __missing__(self, name: str) -> ColumnType:
        module, kind = _PLACES[name].split(".")
        found: ColumnType = getattr(import_module(f"{__package__}.{module}"), kind)()
        self.data[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter({**_PLACES, **self.data})

    def __len__(self) -> int:
        return len({**_PLACES, **self.data})

    def __contains__(self, name: object) -> bool:
        return name in _PLACES or name in self.data


#: The types by name. A profile's column has a copy of one of these, with the column's entries.
TYPES: MutableMapping[str, ColumnType] = _Types()

#: The entries that a column of any type has, or where it goes in a list that is merged.
_COMMON = frozenset(
    {"name", "type", "role", "nullable", "also", "tag", "derived", "equals", "reason"}
    | {"remove", "after"}
)
#: The entries that are called limits.
_LIMITS = frozenset({"minimum", "maximum", "maximum_digits"})


def type_of(column: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]) -> ColumnType:
    """Return the type that the table of a column describes; ``lists`` are values by their name."""
    known = TYPES[column["type"]]
    entries = {key: value for key, value in column.items() if key not in _COMMON}
    configured = known.configured(entries, lists)
    if not column.get("also"):
        return configured
    from conformance.model.types.word import words_of
    from conformance.model.types.worded import Worded

    return Worded(configured, words_of(column["also"]))


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


def _in_any(entry: str) -> dict[str, Any]:
    """Return the schema of an entry in any column: all of it that the types with it agree on.

    Editors look here for what the entry is, so it says of which types it is.
    """
    having = {name: known.entries[entry] for name, known in TYPES.items() if entry in known.entries}
    schemas = list(having.values())
    types: dict[str, list[str]] = {}
    for name, schema in having.items():
        types.setdefault(schema.get("description", ""), []).append(name)
    said = (f"{text} ({', '.join(names)})".strip() for text, names in types.items())
    agreed = schemas[0] if all(one == schemas[0] for one in schemas) else {}
    return {**agreed, "description": " ".join(said)}


def with_types(schema: dict[str, Any]) -> dict[str, Any]:
    """Fill the list of types, and the entries of each, into the schema of a profile, in place."""
    column = schema["$defs"]["column"]
    own = {entry: _in_any(entry) for known in TYPES.values() for entry in known.entries}
    common = {key: value for key, value in column["properties"].items() if key in _COMMON}
    known_types = {**common["type"], "enum": list(TYPES)}
    column["properties"] = {**common, "type": known_types, **own}
    column["allOf"] = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": then,
        }
        for name, known in TYPES.items()
        if (then := _of_type(known, own))
    ]
    return schema


def _of_type(known: ColumnType, own: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what holds of columns of a type alone."""
    entries = {
        entry: one for entry, one in known.entries.items() if own[entry].keys() != one.keys()
    }
    return {**({"properties": entries} if entries else {}), **known.needs}
