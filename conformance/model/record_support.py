"""What a profile can state of records, and no tool obeys yet: it is refused."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.problem import Path, Problem
from conformance.model.record_tables import FileTables

_TOGETHER = ("unique", "sorted", "complete")


def unsupported(at: Path, tables: FileTables) -> Iterator[Problem]:
    """Yield the entries of the table of a file, at ``at``, that are not supported yet."""
    for index, rule in enumerate(tables.table["rules"]):
        kind = tables.kinds.get(tables.subject(rule)[0])
        if rule["rule"] in _TOGETHER and kind is not None and kind.group is not None:
            what = f"a rule {rule['rule']} is not supported yet for records in which columns repeat"
            yield Problem((*at, "rules", index, "rule"), what, "leave the rule out")
