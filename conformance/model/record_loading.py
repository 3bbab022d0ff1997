"""The kinds of records of a file, read from their tables in a profile."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.model.column import Column, Role
from conformance.model.cross_rule import cross_rule
from conformance.model.derived import derived
from conformance.model.record_kind import Occurs, RecordKind, Repeat
from conformance.model.record_tables import ColumnAt, FileTables, KindTables
from conformance.model.types.registry import type_of


def record_kind(
    tables: FileTables, kind: KindTables, lists: Mapping[str, tuple[str, ...]]
) -> RecordKind:
    """Return a kind of record that the tables of a file describe, which fit the schema."""
    names, table, repeat = [one.name for one in kind.columns], kind.table, None
    if kind.group is not None:
        width, occurs = len(kind.group["columns"]), Occurs.of(kind.group.get("occurs", [1]))
        repeat = Repeat(kind.repeated, kind.first, width, occurs)
    stops = table.get("optional_from")
    closes = "at" in table and "parent" in table
    return RecordKind(
        name=kind.name,
        columns=tuple(_column(one, lists) for one in kind.columns),
        key=tables.key(kind) if tables.several else tuple(tables.table["key"]),
        rules=tuple(map(cross_rule, tables.rules(kind))),
        at=None if closes else table.get("at"),
        occurs=Occurs.of(table.get("occurs", [1, 1] if "at" in table else None)),
        parent=table.get("parent"),
        closes=closes,
        repeat=repeat,
        optional_from=names.index(stops) if stops else None,
        inherited=tuple(_column(one, lists) for one in tables.inherited(kind)),
    )


def _column(at: ColumnAt, lists: Mapping[str, tuple[str, ...]]) -> Column:
    table, entry = at.table, at.entry
    return Column(
        name=at.name,
        type=type_of(table, lists),
        role=Role(table.get("role", "other")),
        nullable=table.get("nullable", False),
        tag=table.get("tag", False),
        derived=derived(table["derived"]) if "derived" in table else None,
        equals=table.get("equals"),
        entry="" if entry == f"columns.{at.name}" else entry,
    )
