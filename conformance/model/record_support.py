"""What a profile can state of records, and no tool obeys yet: it is refused."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.derived import DerivedName
from conformance.model.problem import Path, Problem
from conformance.model.record_tables import FileTables, KindTables

_TOGETHER = ("unique", "sorted", "complete")


def unsupported(at: Path, tables: FileTables) -> Iterator[Problem]:
    """Yield the entries of the table of a file, at ``at``, that are not supported yet."""
    for index, rule in enumerate(tables.table["rules"]):
        kind = tables.kinds.get(tables.subject(rule)[0])
        if rule["rule"] in _TOGETHER and kind is not None and kind.group is not None:
            what = f"a rule {rule['rule']} is not supported yet for records in which columns repeat"
            yield Problem((*at, "rules", index, "rule"), what, "leave the rule out")
    for kind in tables.kinds.values():
        yield from _derived(at, tables, kind)


def _derived(at: Path, tables: FileTables, kind: KindTables) -> Iterator[Problem]:
    """Yield the fields that are not computed yet where they are."""
    after = kind.first + len(kind.group["columns"]) if kind.group is not None else None
    for index, one in enumerate(kind.columns):
        said = one.table.get("derived", {})
        path = (*at, *one.path, "derived")
        total = {DerivedName.COUNT, DerivedName.SUM, DerivedName.DIGEST} & said.keys()
        if total and after is not None and index >= after:
            what = "is not supported yet after columns that repeat"
            yield Problem(path, what, "put the column before them")
        if "at" in kind.table:
            continue
        for way in sorted({DerivedName.SUM, DerivedName.DIGEST} & said.keys()):
            what = f"a {way} is not supported yet but for a record with a place of its own"
            yield Problem((*path, way), what, "give it to a header or a trailer, with at")
        below = [k.name for k in tables.kinds.values() if kind in tables.ancestors(k)]
        for name in said.get("count", ()):
            if name not in below:
                what = f"no record {name} belongs to a record {kind.name}"
                right = f"one of {', '.join(below)}" if below else "leave it out"
                yield Problem((*path, "count"), what, right)
