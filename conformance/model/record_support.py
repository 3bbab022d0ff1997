"""What a profile can state of records, and no tool obeys yet: it is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.model.problem import Path, Problem


def unsupported(at: Path, table: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the entries of the table of a file, at ``at``, that are not supported yet."""
    for entry in ("header", "records"):
        if entry in table:
            yield _not_yet((*at, entry))
    for index, column in enumerate(table.get("columns", ())):
        if "equals" in column:
            yield _not_yet((*at, "columns", index, "equals"))


def _not_yet(path: Path) -> Problem:
    return Problem(path, "is not supported yet", "leave it out")
