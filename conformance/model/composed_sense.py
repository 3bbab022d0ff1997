"""Checks on values composed of several fields that a schema cannot express."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from conformance.model.column import Column, Role
from conformance.model.composed import PARTS, composed
from conformance.model.problem import Path, Problem
from conformance.model.types.registry import names_of

#: The roles that a value of each type can have.
_WANTED: Mapping[str, tuple[Role, ...]] = {
    "instant": (Role.QUARANTINED_AT, Role.CREATED_AT),
    "request-id": (Role.REQUEST_ID,),
}


class ComposedSense(Struct, frozen=True):
    """Looks at the composed values of a kind of record, whose ``columns`` make sense.

    ``at`` is the path of their list. ``asked`` are the roles that something asks for in the file,
    ``taken`` those that its columns have, and who; ``named`` what its keys and rules name.
    """

    at: Path
    tables: Sequence[Mapping[str, Any]]
    columns: Mapping[str, Column]
    asked: frozenset[Role]
    taken: dict[Role, str]
    named: frozenset[str]

    def problems(self) -> Iterator[Problem]:
        """Yield what does not fit."""
        taken, names = self.taken, set(self.columns)
        for index, table in enumerate(self.tables):
            path = (*self.at, index)
            if table["name"] in names:
                yield Problem(path, f"there is another column or value named {table['name']!r}")
            names.add(table["name"])
            found = list(self._parts(path, table))
            yield from found
            if not found:
                yield from self._whole(path, table)
            role = Role(table.get("role", "other"))
            if role in taken:
                yield Problem((*path, "role"), f"{taken[role]} has this role already")
            elif role is not Role.OTHER:
                taken[role] = table["name"]

    def _parts(self, path: Path, table: Mapping[str, Any]) -> Iterator[Problem]:
        at = (*path, "from")
        missing = [name for name in table["from"] if name not in self.columns]
        if missing:
            right = f"one of {', '.join(self.columns)}"
            yield Problem(at, f"there is no column {missing[0]!r}", right)
            return
        parts = [self.columns[name] for name in table["from"]]
        wanted, found = list(PARTS[table["type"]]), [part.type.reads_as for part in parts]
        fits = sorted(wanted) == sorted(found) if table["type"] == "instant" else wanted == found
        if not fits:
            types = ", ".join(names_of(one).replace(" ", " or ") for one in wanted)
            yield Problem(at, f"a value of the type {table['type']} is composed of {types}")
            return
        for part in parts:
            if part.derived is not None:
                what = f"{part.name} is computed, so that no value is composed of it"
                yield Problem(at, what, "name the columns that it is computed from")
            if part.type.sentinels:
                word = next(iter(part.type.sentinels))
                what = f"{part.name} can have {word}, which no value can be composed of"
                yield Problem(at, what, "leave out the word, or the composed value")
        if len({part.nullable for part in parts}) > 1:
            what = "some of the columns can be null, and others not"
            yield Problem(at, what, "make all of them nullable, or none")

    def _whole(self, path: Path, table: Mapping[str, Any]) -> Iterator[Problem]:
        if "zone" in table and table["type"] != "instant":
            yield Problem((*path, "zone"), "only an instant has a zone", "leave it out")
            return
        kind = composed(table, tuple(self.columns.values())).type
        trouble = kind.problem(nullable=False)
        if trouble is not None:
            yield Problem((*path, "zone"), trouble)
        role = Role(table.get("role", "other"))
        wanted = [one for one in _WANTED[table["type"]] if one in self.asked]
        if role is not Role.OTHER and role not in wanted:
            right = " or ".join(f'"{one}"' for one in wanted) or "leave it out"
            what = f"a value of the type {table['type']} in this file cannot have the role {role}"
            yield Problem((*path, "role"), what, right)
        elif (
            role is Role.OTHER and table["type"] == "request-id" and table["name"] not in self.named
        ):
            what = "nothing asks for it: it has no role, and no key and no rule names it"
            yield Problem(path, what, 'give it role = "request-id", or leave it out')
