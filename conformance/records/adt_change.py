"""Changes by a new ADT File, rule by rule: by guidance 1.1, it replaces the old as a whole.

A rule is known again by its key, never by its place in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from conformance.records.adt_rules import Rule, RuleTable


class Kind(StrEnum):
    """The kind of change to a rule; the gravest first."""

    REMOVED = "removed"  #: left out of the new file, so that DCC no longer counts it
    CHANGED = "changed"  #: the same key with other values
    ADDED = "added"


class RuleChanges(Struct, frozen=True):
    """The rules of two files, compared; ``unchanged`` are in both, alike.

    ``keys`` holds, by kind, the keys of the rules that differ: of those removed in the order of
    the old file, of the others in that of the new.
    """

    old: RuleTable
    new: RuleTable
    keys: dict[Kind, list[bytes]]
    unchanged: int

    def count(self, kind: Kind) -> int:
        return len(self.keys[kind])

    def removed(self) -> Iterator[Rule]:
        """The rules that only the old file has."""
        return map(self.old.rule, self.keys[Kind.REMOVED])

    def added(self) -> Iterator[Rule]:
        """The rules that only the new file has."""
        return map(self.new.rule, self.keys[Kind.ADDED])

    def changed(self) -> Iterator[tuple[Rule, Rule]]:
        """The rules that both files have, but with different values: old and new."""
        for key in self.keys[Kind.CHANGED]:
            yield self.old.rule(key), self.new.rule(key)


def compare(old: RuleTable, new: RuleTable) -> RuleChanges:
    """Return the changes from ``old`` to ``new``; both are read with the same profile."""
    keys: dict[Kind, list[bytes]] = {kind: [] for kind in Kind}
    keys[Kind.REMOVED] = [key for key in old.rows if key not in new.rows]
    unchanged = 0
    for key, row in new.rows.items():
        before = old.rows.get(key)
        if before is None:
            keys[Kind.ADDED].append(key)
        elif _without_number(before) != _without_number(row):
            keys[Kind.CHANGED].append(key)
        else:
            unchanged += 1
    return RuleChanges(old, new, keys, unchanged)


def _without_number(row: bytes) -> bytes:
    """The values of a row, without the number of its record before them."""
    return row.partition(b"\n")[2]
