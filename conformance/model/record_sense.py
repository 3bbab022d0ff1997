"""Checks on kinds of records that a schema cannot express: they can be distinguished."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from msgspec import Struct

from conformance.model.column import Column
from conformance.model.derived import RECORDS_BEFORE, RECORDS_BELOW, DerivedName
from conformance.model.problem import Path, Problem
from conformance.model.record_kind import Occurs, RecordKind
from conformance.model.record_tables import FileTables, KindTables
from conformance.model.types.column_type import Meaning
from conformance.phrases import counted


class RecordSense(Struct, frozen=True):
    """Looks at the kinds of records of one file, whose columns make sense one by one.

    ``at`` is the path of the file.
    """

    at: Path
    tables: FileTables

    def problems(self) -> Iterator[Problem]:
        """Yield what does not fit, before the columns of the kinds are looked at."""
        table = self.tables.table
        for entry in ("columns", "key", "header", "composed"):
            if entry in table:
                what = "is beside records, which have columns, keys and such values of their own"
                yield Problem((*self.at, entry), what, "leave one of the two out")
        for name, count in Counter(one["name"] for one in table["records"]).items():
            if count > 1:
                what = f"{count} kinds of records have the name {name!r}"
                yield Problem((*self.at, "records"), what, "give each a name of its own")
        for kind in self.tables.kinds.values():
            yield from self._place(kind)
            yield from self._shape(kind)
        yield from self._places()
        yield from self._last()
        yield from self._unit()

    def _place(self, kind: KindTables) -> Iterator[Problem]:
        table, path = kind.table, (*self.at, *kind.path)
        kinds, parent = self.tables.kinds, kind.table.get("parent")
        occurs = Occurs.of(table.get("occurs"))
        if not _ordered(occurs):
            yield Problem((*path, "occurs"), *_NOT_ORDERED)
        if parent is not None and parent not in kinds:
            what = f"there is no kind of record {parent!r}"
            yield Problem((*path, "parent"), what, f"one of {', '.join(kinds)}")
        elif parent is not None and kind in self.tables.ancestors(kind):
            what = f"{kind.name} would come after itself"
            yield Problem((*path, "parent"), what, "leave the parent of one of them out")
        elif parent is not None and "at" in kinds[parent].table:
            what = f"{parent} is at a place of its own, so that nothing comes after it as its child"
            yield Problem((*path, "parent"), what, "leave it out")
        if "at" in table and parent is not None and table["at"] != -1:
            what = f"only the last place of the records that belong to a {parent} can be stated"
            yield Problem((*path, "at"), what, "-1, or leave it out")
        if "at" in table and "occurs" in table and occurs.maximum != 1:
            yield Problem((*path, "occurs"), "one place has one record", "[1, 1], or [0, 1]")

    def _shape(self, kind: KindTables) -> Iterator[Problem]:
        path = (*self.at, *kind.path)
        groups = [one for one in kind.table["columns"] if "repeat" in one]
        if len(groups) > 1:
            what = f"{len(groups)} groups of columns repeat, so they cannot be distinguished"
            yield Problem((*path, "columns"), what, "let one repeat")
        if kind.group is not None:
            occurs = Occurs.of(kind.group.get("occurs", [1]))
            place = kind.table["columns"].index(kind.group)
            if not _ordered(occurs):
                yield Problem((*path, "columns", place, "occurs"), *_NOT_ORDERED)
            if not kind.first and not occurs.minimum:
                what = "a record could begin with nothing"
                yield Problem((*path, "columns", place, "occurs"), what, "put a column before it")
            names = {one.name for one in kind.columns} | {kind.name}
            if kind.repeated in names:
                what = f"{kind.repeated!r} is the name of the kind, or of a column of it"
                yield Problem((*path, "columns", place, "repeat"), what, "give it another name")
        stops = kind.table.get("optional_from")
        if stops is not None:
            yield from self._optional(kind, stops)

    def _optional(self, kind: KindTables, stops: str) -> Iterator[Problem]:
        path = (*self.at, *kind.path, "optional_from")
        names = [one.name for one in kind.columns]
        if kind.group is not None:
            what = "a record with columns that repeat cannot leave out the last ones as well"
            yield Problem(path, what, "leave it out")
        elif stops not in names[1:]:
            yield Problem(path, f"there is no column {stops!r}", f"one of {', '.join(names[1:])}")
        else:
            for one in kind.columns[names.index(stops) :]:
                if not one.table.get("nullable"):
                    what = f"{one.name} can be left out, and has no value then"
                    yield Problem((*self.at, *one.path), what, "make it nullable")

    def _places(self) -> Iterator[Problem]:
        """Yield why the places of records do not go together."""
        placed: dict[int, KindTables] = {}
        for kind in self.tables.kinds.values():
            if "at" in kind.table and "parent" not in kind.table:
                placed.setdefault(kind.table["at"], kind)
        for kind in self.tables.kinds.values():
            at = kind.table.get("at")
            if at is None or "parent" in kind.table:
                continue
            path, step = (*self.at, *kind.path, "at"), 1 if at > 0 else -1
            if not at:
                yield Problem(path, "records are counted from 1", "1, or -1 for the last record")
            elif placed[at] != kind:
                yield Problem(path, f"{placed[at].name} is at this place", "give each its own")
            elif at != step and at - step not in placed:
                yield Problem(path, f"no kind is at {at - step}", "leave no place out")
            elif at != step and placed[at - step].table.get("occurs", [1, 1]) != [1, 1]:
                what = f"{placed[at - step].name} may be missing, so that this is elsewhere then"
                yield Problem(path, what, f"give {placed[at - step].name} occurs = [1, 1]")

    def _last(self) -> Iterator[Problem]:
        """Yield the kinds that are the last of groups that another kind is the last of."""
        last: dict[str, KindTables] = {}
        for kind in self.tables.kinds.values():
            if "at" in kind.table and "parent" in kind.table:
                other = last.setdefault(kind.table["parent"], kind)
                if other != kind:
                    what = f"{other.name} is the last of these records already"
                    yield Problem((*self.at, *kind.path, "at"), what, "leave it out of one")

    def _unit(self) -> Iterator[Problem]:
        path, kinds = (*self.at, "unit"), self.tables.kinds
        body = [kind for kind in kinds.values() if "at" not in kind.table]
        if not body:
            what = "each kind is at a place of its own, so that the file has no data"
            yield Problem((*self.at, "records"), what, "leave the entry at of one out")
            return
        stated = self.tables.table.get("unit")
        if stated is None:
            return
        name, _, repeated = stated.partition(".")
        rows = [one.name + (f".{one.repeated}" if one.group else "") for one in body]
        if stated not in rows:
            what = f"{stated!r} is not counted"
            if name in kinds and "at" in kinds[name].table:
                what = f"{name} is at a place of its own, and not of the body"
            elif name in kinds and not repeated:
                what = f"more than one may be in a record of {name}"
            yield Problem(path, what, f"one of {', '.join(rows)}")

    # --- What depends on the columns --------------------------------------------------------------

    def apart(self, kinds: Mapping[str, RecordKind]) -> Iterator[Problem]:
        """Yield the kinds that cannot be distinguished; their columns make sense."""
        for kind in kinds.values():
            tags = [column for column in kind.columns if column.tag]
            if len(tags) > 1:
                path = (*self.at, *self.tables.kinds[kind.name].path)
                what = f"{tags[0].name} and {tags[1].name} both identify the kind"
                yield Problem((*path, "columns"), what, "leave one tag out")
        for one, other in combinations(kinds.values(), 2):
            why = _alike(one, other) or _alike(other, one)
            if why:
                path = (*self.at, *self.tables.kinds[other.name].path)
                right = 'give each a first column with type = "constant" and tag = true'
                yield Problem(path, f"cannot be distinguished from {one.name}: {why}", right)

    def derived(self, kinds: Mapping[str, RecordKind]) -> Iterator[Problem]:
        """Yield the fields whose values nothing can compute."""
        for kind in kinds.values():
            tables = self.tables.kinds[kind.name]
            for column, at in zip(kind.columns, tables.columns, strict=True):
                if "derived" not in at.table:
                    continue
                path = (*self.at, *at.path, "derived")
                ways = [name for name in DerivedName if name in at.table["derived"]]
                if len(ways) != 1:
                    yield Problem(path, f"has {len(ways)} of the ways to compute it", "name one")
                elif (
                    trouble := self._uncomputed(kind, column, at.table["derived"], ways[0])
                ) is not None:
                    yield Problem((*path, ways[0]), *trouble)
                elif "over" in at.table["derived"] and ways[0] is not DerivedName.DIGEST:
                    yield Problem(
                        (*path, "over"), "only a digest is over something", "leave it out"
                    )
                elif column.role != "other" or column.tag or column.equals:
                    what = "is computed, and has a role, a tag or equals besides"
                    yield Problem((*self.at, *at.path), what, "leave one of them out")
                elif "." in column.name:
                    what = "a column that repeats cannot be computed"
                    yield Problem(path, what, "leave it out")

    def _uncomputed(
        self, kind: RecordKind, column: Column, said: Mapping[str, Any], way: DerivedName
    ) -> tuple[str, str] | None:
        """Return why a value cannot be computed, and what would be right."""
        if way is DerivedName.SAME:
            return self._not_same(kind, said["same"])
        number = column.type.reads_as is Meaning.NUMBER
        if way is DerivedName.DIGEST:
            textual = column.type.reads_as is Meaning.TEXT
            if "over" not in said:
                return "is over nothing", 'add over = "records-before"'
            if said["over"] == RECORDS_BELOW and (wrong := self._nothing_below(kind)):
                return wrong
            fits = textual or (number and said["digest"] == "crc-32")
            return None if fits else ("is a text", 'give the column type = "text"')
        if not number:
            return "is a number", 'give the column type = "integer"'
        return self._not_counted(kind, said, way)

    def _not_counted(
        self, kind: RecordKind, said: Mapping[str, Any], way: DerivedName
    ) -> tuple[str, str] | None:
        kinds, own = self.tables.kinds, kind.repeat.name if kind.repeat else ""
        if way is DerivedName.COUNT:
            unknown = [name for name in said["count"] if name not in kinds]
            right = f"one of {', '.join(kinds)}"
            if unknown:
                return f"there is no kind of record {unknown[0]!r}", right
            return self._not_below(kind, said["count"])
        if way is DerivedName.REPETITIONS:
            what = f"no columns called {said['repetitions']!r} repeat here"
            right = f'repetitions = "{own}"' if own else "leave it out"
            return None if said["repetitions"] == own else (what, right)
        return self._not_added(kind, said["sum"])

    def _not_added(self, kind: RecordKind, of: str) -> tuple[str, str] | None:
        """Return why a record cannot have the sum of a column, if it cannot."""
        kinds, (owner, _, name) = self.tables.kinds, of.partition(".")
        found = kinds[owner].own(name, repeated=True) if owner in kinds else None
        if not found:
            return f"there is no column {of!r}", "name a kind and a column of it that has numbers"
        if any(one.name == found and "derived" in one.table for one in kinds[owner].columns):
            return f"{of} is computed itself", "name the column that it is computed from"
        if kind.total_of == kind.name == owner and "." in found:
            return None
        return self._not_below(kind, [owner])

    def _not_below(self, kind: RecordKind, names: Sequence[str]) -> tuple[str, str] | None:
        """Return why a record of the body cannot total records of other kinds, if it cannot."""
        if kind.total_of is None:
            return None
        below = [one.name for one in self._below(kind.total_of)]
        if kind.closes:
            below = [kind.total_of, *below]
        wrong = [name for name in names if name not in below]
        if not wrong:
            return None
        right = f"one of {', '.join(below)}" if below else "leave it out"
        return f"no record {wrong[0]} belongs to a record {kind.total_of}", right

    def _nothing_below(self, kind: RecordKind) -> tuple[str, str] | None:
        """Return why there is no checksum of the records that belong to one, if there is none."""
        below, right = self._below(kind.name), 'over = "records-before"'
        if not below:
            return f"no record belongs to a record {kind.name}", right
        for one in below:
            for column in one.columns:
                if column.table.get("derived", {}).get("over") == RECORDS_BEFORE:
                    what = f"{one.name}.{column.name} is a checksum of this one, among others"
                    return what, right
        return None

    def _below(self, name: str) -> list[KindTables]:
        """Return the kinds of the records that belong to one of a kind."""
        kinds = self.tables.kinds
        return [one for one in kinds.values() if kinds[name] in self.tables.ancestors(one)]

    def _not_same(self, kind: RecordKind, name: str) -> tuple[str, str] | None:
        kinds = self.tables.kinds
        owner, _, bare = name.partition(".")
        if owner not in kinds or kinds[owner].own(bare, repeated=False) is None:
            return f"there is no column {name!r}", "name a kind and a column of it"
        if owner == kind.name:
            return "is a field of the record itself", "name a column of another kind"
        above = self.tables.above(kinds[kind.name])
        if kinds[owner] not in above:
            what = f"a record {kind.name} does not belong to one record {owner}"
            return what, "name a parent, or a header with at = 1 and occurs = [1, 1]"
        return None


def _ordered(occurs: Occurs) -> bool:
    return occurs.maximum is None or (occurs.minimum <= occurs.maximum and occurs.maximum > 0)


_NOT_ORDERED = "is never so", "write the smaller number first, and a second of at least 1"


def _alike(one: RecordKind, other: RecordKind) -> str | None:
    """Return why a record of ``other`` could be taken for one of ``one``, if it could."""
    counts = _common_count(one, other)
    if one.tag is not None:
        place, value = one.tag
        if other.tag is not None and other.tag[0] == place:
            if other.tag[1] != value:
                return None
            what = f"both have the tag {value}"
        elif not _can_be(other, place, value):
            return None
        else:
            what = f"{other.columns[min(place, len(other.columns) - 1)].name} can be {value}"
        # The tag decides before the number of fields does, unless both have the same.
        return what if other.tag is None or counts is not None else None
    if other.tag is not None or counts is None:
        return None
    if one.at != other.at and all(k.at is None or k.occurs.minimum for k in (one, other)):
        return None  # by place
    return f"both may have {counted(counts, 'field')}, and no tag"


def _can_be(kind: RecordKind, place: int, value: str) -> bool:
    """Return True if a field at ``place`` of a kind can have ``value``."""
    return any(_takes(column, value) for column in _columns_at(kind, place))


def _columns_at(kind: RecordKind, place: int) -> Sequence[Column]:
    """Return the columns that a field at ``place`` can be of."""
    if kind.repeat is None or place < kind.repeat.first:
        return kind.columns[place : place + 1]
    return kind.columns[kind.repeat.first :]


def _takes(column: Column, value: str) -> bool:
    kind, written = column.type, value.encode()
    judge = kind.judge(lambda pattern: re.compile(pattern).fullmatch)
    return bool(re.fullmatch(kind.expression(b","), written)) and judge(written) is None


def _common_count(one: RecordKind, other: RecordKind) -> int | None:
    """Return a number of fields that records of both kinds can have, if there is one."""
    start = max(one.counts[0], other.counts[0])
    # Steps are at most as long as a record has columns: beyond that, numbers come again.
    most = start + one.counts[2] * other.counts[2]
    ends = [kind.counts[1] for kind in (one, other) if kind.counts[1] is not None]
    stop = min([most, *ends])
    found = (n for n in range(start, stop + 1) if one.has_count(n) and other.has_count(n))
    return next(found, None)
