"""Values that records have in several fields: a moment in two of them, a Request ID in three."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.column import Column, Role
from conformance.model.rule import Rule
from conformance.model.types.column_type import ColumnType, Judge, Meaning
from conformance.model.types.instant import Instant
from conformance.model.types.request_id import RequestId

#: The meanings of the parts of a value of each type, in the order of the parts.
PARTS: Mapping[str, tuple[Meaning, ...]] = {
    "instant": (Meaning.DATE, Meaning.TIME),
    "request-id": (Meaning.PARTY, Meaning.PARTY, Meaning.NUMBER),
}
#: The text between the parts, and the type of a value whose parts are written as usual.
_JOINTS: Mapping[str, bytes] = {"instant": b"T", "request-id": b":"}
_FORMAT = "YYYY-MM-DDThh:mm:ss"


class Composed(Struct, frozen=True, dict=True):
    """A value of ``type`` in the fields at ``places``, whose columns are ``parts``."""

    name: str
    type: ColumnType
    places: tuple[int, ...]
    parts: tuple[Column, ...]
    role: Role = Role.OTHER

    @property
    def nullable(self) -> bool:
        """Return True if the value can be null: then each of the fields can be null."""
        return all(part.nullable for part in self.parts)

    @property
    def index(self) -> int:
        """The position of the first of the fields."""
        return min(self.places)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns that have the parts."""
        return tuple(part.name for part in self.parts)

    def over(self, columns: Sequence[Column]) -> Composed:
        """Return the same of other columns in the same order, such as those under readings."""
        return replace(self, parts=tuple(columns[place] for place in self.places))

    @cached_property
    def _judge(self) -> Judge:
        return self.type.judge(lambda pattern: re.compile(pattern).fullmatch)

    def joined(self, fields: Sequence[bytes]) -> bytes:
        """Return the parts of a record as one text, each in its usual form."""
        values = (fields[place] for place in self.places)
        same = (part.type.same(one) for part, one in zip(self.parts, values, strict=True))
        return _JOINTS[self.type.name].join(same)

    def value(self, fields: Sequence[bytes]) -> bytes | None:
        """Return the value of a record, nothing in it if all parts are null.

        None: a part is null where another is not, or there is no such value.
        """
        there = [bool(fields[place]) for place in self.places]
        if not all(there):
            return None if any(there) else b""
        value = self.joined(fields)
        return value if self._judge(value) is None else None

    def broken(self, fields: Sequence[bytes]) -> Rule:
        """Return the rule that the whole breaks in a record that has all parts, and no value."""
        return self._judge(self.joined(fields)) or Rule.FIELD_FORM

    def split(self, value: bytes) -> list[bytes]:
        """Return a value that is not null as the columns of its parts write it."""
        parts = value.split(_JOINTS[self.type.name])
        return [part.type.spell(one) for part, one in zip(self.parts, parts, strict=True)]

    def put(self, value: bytes, fields: Sequence[bytes]) -> list[bytes]:
        """Return the fields of a record with another value in them."""
        found = list(fields)
        for place, part in zip(self.places, self.split(value), strict=True):
            found[place] = part
        return found


def composed(table: Mapping[str, Any], columns: Sequence[Column]) -> Composed:
    """Return the value that a table of a profile describes, which fits the schema and makes sense.

    It names ``columns`` as they are called. The parts of a date and a time may be in either order.
    """
    by_name = {column.name: place for place, column in enumerate(columns)}
    places = [by_name[name] for name in table["from"]]
    wanted = PARTS[table["type"]]
    places.sort(key=lambda place: wanted.index(columns[place].type.reads_as))
    return Composed(
        table["name"],
        Instant((_FORMAT,), table.get("zone")) if table["type"] == "instant" else RequestId(),
        tuple(places),
        tuple(columns[place] for place in places),
        Role(table.get("role", "other")),
    )


def expanded(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the table of a file, in whose key and rules the parts are for the values.

    The sender is in the first part of a Request ID.
    """
    parts = {one["name"]: list(one["from"]) for one in table.get("composed", ())}
    if not parts:
        return table
    rules = [rule_in_parts(rule, parts) for rule in table.get("rules", ())]
    return {**table, "key": in_parts(table.get("key", ()), parts), "rules": rules}


def in_parts(names: Sequence[str], parts: Mapping[str, Sequence[str]]) -> list[str]:
    """Return names of columns, in which the parts are for each value that has some."""
    return list(dict.fromkeys(name for one in names for name in parts.get(one, [one])))


def rule_in_parts(rule: Mapping[str, Any], parts: Mapping[str, Sequence[str]]) -> Mapping[str, Any]:
    """Return a rule in whose columns the parts are for the values."""
    columns = rule.get("columns", ())
    if rule["rule"] == "one-sender":
        return {**rule, "columns": [parts.get(one, [one])[0] for one in columns]}
    if rule["rule"] in ("unique", "require", "forbid"):
        return {**rule, "columns": in_parts(columns, parts)}
    return rule
