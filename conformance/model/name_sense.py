"""Names in the key and the rules of a file that no column has, whatever else columns have wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from conformance.model.cross_rule import cross_rule
from conformance.model.problem import Path, Problem
from conformance.model.rule_sense import no_column


def names_in(columns: Any, composed: Any = ()) -> tuple[str, ...]:
    """Return the names of columns, and of values composed of them, if each has one.

    They need not fit the schema.
    """
    rows = [*columns, *composed] if isinstance(columns, list) else []
    names = [one.get("name") if isinstance(one, dict) else None for one in rows]
    known = tuple(name for name in names if isinstance(name, str))
    return known if len(known) == len(names) else ()


def unknown_in(
    files: Mapping[str, Any], columns: Mapping[str, Any], broken: Collection[Path]
) -> Iterator[Problem]:
    """Yield the columns in keys and rules of ``files`` that are not among theirs in ``columns``.

    The schema does not allow these columns, nor what is at ``broken``, as they are.
    """
    for kind, stated in columns.items():
        at, table = ("files", kind), files[kind]
        wrong = {str(path[2]) for path in broken if path[:2] == at and path[2:]}
        names = names_in(stated, table.get("composed", ()))
        if names:
            yield from unknown_names(at, table, names, wrong)


def unknown_names(
    at: Path, table: Mapping[str, Any], names: Collection[str], broken: Collection[str]
) -> Iterator[Problem]:
    """Yield the columns in key and rules of the file at ``at`` that are not among ``names``.

    ``broken`` are the entries that the schema does not allow.
    """
    for name in () if "key" in broken else table.get("key", ()):
        if name not in names:
            yield no_column((*at, "key"), name, names)
    for index, stated in enumerate(() if "rules" in broken else table.get("rules", ())):
        missing = [name for name in cross_rule(stated).looks_at if name not in names]
        if missing:
            yield no_column((*at, "rules", index), missing[0], names)
