"""Values in several fields of a record: whether there are such, and where roles are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.column import Role
from conformance.model.composed import Composed
from conformance.model.rule import Rule
from conformance.model.types.column_type import ColumnType
from conformance.records.fault import Fault
from conformance.records.layout import Layout
from conformance.records.splitting import Field
from conformance.records.wording import quoted


class RoleValue(Struct, frozen=True):
    """Where records have the value of a role: in a field, or in several that ``names`` are of.

    ``index`` is the position of the first of them. ``take`` gives the value as ``type`` reads it,
    nothing in it where it is null or there is no such value.
    """

    name: str
    type: ColumnType
    nullable: bool
    index: int
    names: tuple[str, ...]
    take: Callable[[Sequence[bytes]], bytes]
    is_field: bool = True

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, layout: Layout, role: Role) -> RoleValue | None:
        """Return where the value of ``role`` is, if the file has it."""
        index = layout.format.index_of_role(role)
        if index is not None:
            column = layout.columns[index]
            place, names = index, (column.name,)
            return cls(column.name, column.type, column.nullable, place, names, lambda f: f[place])
        found = next((one for one in layout.composed if one.role is role), None)
        if found is None:
            return None
        return cls(
            found.name,
            found.type,
            found.nullable,
            found.index,
            found.names,
            lambda fields: found.value(fields) or b"",
            is_field=False,
        )


def all_composed(layout: Layout, rows: Sequence[Sequence[bytes]]) -> bool:
    """Return True if all conforming records have the values that their fields are composed to."""
    for one in layout.own_composed:
        by_part = replace(one, places=tuple(range(len(one.places))))
        found = {tuple([row[place] for place in one.places]) for row in rows}
        if any(by_part.value(parts) is None for parts in found):
            return False
    return True


def faults(layout: Layout, fields: Sequence[Field | None]) -> Iterator[Fault]:
    """Yield why there are no such values in a record; a field that cannot be read is missing."""
    for one in layout.own_composed:
        parts = [fields[place] for place in one.places]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            continue
        values = [field.value if field else b"" for field in fields]
        if one.value(values) is None:
            yield _fault(layout, one, known, values)


def _fault(layout: Layout, one: Composed, parts: Sequence[Field], values: Sequence[bytes]) -> Fault:
    null = next((n for n, part in enumerate(parts) if not part.value), None)
    last = null if null is not None else len(parts) - 1
    name, field = one.names[last], parts[last]
    if null is not None:
        other = next(n for n, part in zip(one.names, parts, strict=True) if part.value)
        rule, message = Rule.NULL_ALLOWED, f"{name}: the field is null where {other} has a value"
        expected, found = f"a value, as {one.name} is in both or in neither", "null"
    else:
        rule = one.broken(values)
        why = one.type.explain(rule, one.joined(values))
        expected = why.expected
        message, found = f"{one.name}: {why.message}", quoted(one.joined(values))
    return Fault(
        rule,
        message,
        found=found,
        expected=expected,
        start=field.start,
        length=len(field.raw),
        field=one.places[last] + 1,
        parts=one.places,
        profile=(layout.entry(f"composed.{one.name}"),),
    )
