"""Checks on the files of a profile that a schema cannot express: their entries fit one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from conformance.model.catalogue import Catalogue
from conformance.model.column import Column, Role
from conformance.model.composed_sense import ComposedSense
from conformance.model.name_sense import names_in, unknown_names
from conformance.model.problem import Path, Problem, printable
from conformance.model.record_kind import RecordKind
from conformance.model.record_loading import record_kind
from conformance.model.record_sense import RecordSense
from conformance.model.record_tables import ColumnAt, FileTables, KindTables
from conformance.model.requirement import Kind
from conformance.model.role_sense import role_problems, roles_asked_for
from conformance.model.rule import Rule
from conformance.model.rule_sense import RuleSense, no_column
from conformance.model.types.choice import listed
from conformance.model.types.column_type import Meaning
from conformance.model.types.registry import misplaced, type_of

#: The roles of columns whose values name the sender.
_NAMING = (Role.USER_ID, Role.REQUEST_ID)


class FileSense(Struct, dict=True):
    """Looks at the file of one kind; ``table`` is its table, ``breaches`` those of the profile.

    ``broken`` are the entries that the schema does not allow as they are.
    """

    kind: Kind
    table: Mapping[str, Any]
    catalogue: Catalogue
    breaches: Mapping[str, Any] | None
    broken: frozenset[str] = frozenset()

    def problems(self) -> Iterator[Problem]:
        """Yield what does not fit."""
        if self.broken & {"columns", "records", "composed"}:
            return
        records = RecordSense(self._at(), self.tables)
        if self.tables.several and (found := list(records.problems())):
            yield from found
            return
        found = list(self._columns()) or list(self._composed())
        yield from found
        if found:
            if not self.tables.several:
                names = names_in(self.table["columns"], self.table.get("composed", ()))
                yield from unknown_names(self._at(), self.table, names, self.broken)
            return
        if self.tables.several:
            yield from records.apart(self.kinds)
            yield from records.derived(self.kinds)
            yield from self._roles()
        if not self.broken & {"key", "rules"}:
            yield from self._key()
        if "rules" not in self.broken:
            checked = frozenset(rule for rule in Rule if self._is_checked(rule))
            sense = RuleSense(self.kind, self.tables, self.columns_of, self.catalogue, checked)
            yield from sense.problems()
        if "maximum_record_bytes" not in self.broken:
            yield from self._length()
        if not {"minimum_records", "maximum_records"} & self.broken:
            yield from self._count()
        yield from self._of_kind()

    def _at(self, *steps: str | int) -> Path:
        return ("files", self.kind.value, *steps)

    def _is_checked(self, check: str) -> bool:
        """Return True unless the check is for requirements on files of other kinds alone."""
        kinds = {
            kind
            for one in self.catalogue.requirements()
            if check in one.checks
            for kind in one.kinds
        }
        return not kinds or self.kind in kinds

    @cached_property
    def tables(self) -> FileTables:
        """The kinds of records."""
        return FileTables.of(self.table)

    @cached_property
    def rows(self) -> Mapping[str, Any]:
        """The table of the file as if it had its rows alone."""
        return self.tables.row_table()

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """The columns of the rows by name; they make sense one by one."""
        return self.columns_of(self.tables.unit)

    @cached_property
    def kinds(self) -> Mapping[str, RecordKind]:
        """The kinds of records by name; their columns make sense one by one."""
        return {
            name: record_kind(self.tables, kind, self.catalogue.lists)
            for name, kind in self.tables.kinds.items()
        }

    def columns_of(self, kind: KindTables) -> Mapping[str, Column]:
        """Return the columns of the rows of a kind, by name."""
        found = self.kinds[kind.name]
        return {column.name: column for column in (*found.columns, *found.inherited)}

    @property
    def widths(self) -> list[int]:
        """The numbers of fields that records have, as far as the schema allows them."""
        if self.broken & {"columns", "records"}:
            return []
        return [len(kind.columns) for kind in self.tables.kinds.values()]

    def path_of(self, index: int) -> Path:
        """Return the path of a column of the rows."""
        return self._at(*self.tables.row(self.tables.unit)[index].path)

    @property
    def recipients(self) -> list[Path]:
        """The paths of the roles of columns that have the EUI-64 of DCC."""
        if self.broken & {"columns", "records"} or self.kind is Kind.REPORT:
            return []
        found = (one for one in self._all if one.table.get("role") == Role.RECIPIENT)
        return [self._at(*one.path, "role") for one in found]

    @property
    def _all(self) -> tuple[ColumnAt, ...]:
        """The columns of all kinds of records."""
        return tuple(one for kind in self.tables.kinds.values() for one in kind.columns)

    # --- Columns ----------------------------------------------------------------------------------

    def _columns(self) -> Iterator[Problem]:
        for kind in self.tables.kinds.values():
            path = self._at(*kind.path, "columns")
            for name, count in Counter(one.name for one in kind.columns).items():
                if count > 1:
                    said = "two" if count == 2 else str(count)
                    yield Problem(path, f"{said} columns have the name {name!r}")
        roles = Counter(one.table.get("role", "other") for one in self._all)
        for role, count in roles.items():
            if count > 1 and role != Role.OTHER:
                path = self._at("records" if self.tables.several else "columns")
                yield Problem(path, f"{count} columns have the role {role!r}")
        for one in self._all:
            yield from self._column(self._at(*one.path), one.table)
        for kind in self.tables.kinds.values():
            if kind.table.get("at", 0) < 1:
                yield from self._not_once(kind)

    def _not_once(self, kind: KindTables) -> Iterator[Problem]:
        """Yield the time at which the file was made, if it is in a record that repeats."""
        places = [(*one.path, "role") for one in kind.columns if _is_created(one.table)]
        for index, whole in enumerate(kind.composed):
            if _is_created(whole):
                places.append((*kind.path, "composed", index, "role"))
        for place in places:
            what = "a file is made once, and this record may be there more often, or at its end"
            right = "let a header have the column, with at = 1, or leave the role out"
            yield Problem(self._at(*place), what, right)

    def _roles(self) -> Iterator[Problem]:
        """Yield the roles in records that nothing looks for them in."""
        read = {one.path for one in self.tables.row(self.tables.unit)}
        for one in self._all:
            if one.table.get("role", "other") != Role.OTHER and one.path not in read:
                yield Problem(self._at(*one.path, "role"), *self._not_looked_for)
        known = {one["name"] for one in self.tables.composed(self.tables.unit)}
        for kind in self.tables.kinds.values():
            for index, whole in enumerate(kind.composed):
                name = whole["name"]
                if "role" in whole and not {name, f"{kind.name}.{name}"} & known:
                    path = self._at(*kind.path, "composed", index, "role")
                    yield Problem(path, *self._not_looked_for)

    @property
    def _not_looked_for(self) -> tuple[str, str]:
        unit = self.tables.unit.name
        return (
            f"nothing looks for a role here: no record of the kind {unit} has one of it",
            f"let {unit} have the column, a parent of it, or a header with at = 1 and "
            "occurs = [1, 1]",
        )

    def _column(self, path: Path, column: Mapping[str, Any]) -> Iterator[Problem]:
        wrong = list(misplaced(column))
        for entry, what in wrong:
            yield Problem((*path, entry), what, "leave it out, or give the column another type")
        if wrong:
            return
        kind = type_of(column, self.catalogue.lists)
        trouble = kind.problem(column.get("nullable", False))
        if trouble is not None:
            yield Problem(path, trouble)
        yield from role_problems(self.kind, path, column, self.catalogue.lists)
        yield from self._tag(path, column)
        for word in kind.sentinels if column.get("role") in _NAMING else ():
            what = f"{word} names no User ID, as a value of the role {column['role']} does"
            yield Problem((*path, "also"), what, "leave out the word, or the role")
        if Rule.ACTION in kind.rules and self.kind is not Kind.QCAF:
            what = f"no requirement on the {self.kind.label} looks at values of this type"
            yield Problem((*path, "type"), what, "give it another type, such as code or nothing")
        quoted = [value for value in kind.choices if '"' in value]
        if quoted:
            yield Problem(path, f"{quoted[0]} has a quotation mark, which no value can have")

    def _tag(self, path: Path, column: Mapping[str, Any]) -> Iterator[Problem]:
        tag = column.get("tag")
        if tag and column["type"] != "constant":
            what = "only a column that is the same in each record of a kind can identify the kind"
            yield Problem((*path, "tag"), what, 'give the column type = "constant" and a value')
        elif tag and (column.get("nullable") or column.get("role", "other") != Role.OTHER):
            yield Problem(
                path,
                "identifies the kind of record, so it cannot be null or have a role",
                "leave nullable and role out",
            )
        elif tag and "columns" in path[-2:-1] and "columns" in path[:-2]:
            yield Problem(
                (*path, "tag"),
                "a column that repeats cannot identify the kind of record",
                "leave it out",
            )
        for entry in ("tag", "derived"):
            if column.get(entry) and not self.tables.several:
                what = "is for files of several kinds of records, and this has one"
                yield Problem((*path, entry), what, "leave it out, or give the file records")

    def _composed(self) -> Iterator[Problem]:
        taken = {Role(one.table.get("role", "other")): one.name for one in self._all}
        taken.pop(Role.OTHER, None)
        for kind in self.tables.kinds.values():
            if kind.composed:
                path = self._at(*kind.path, "composed")
                columns = {column.name: column for column in self.kinds[kind.name].columns}
                asked = roles_asked_for(self.kind)
                sense = ComposedSense(path, kind.composed, columns, asked, taken, self._named)
                yield from sense.problems()

    @property
    def _named(self) -> frozenset[str]:
        """Return what keys and rules name, with its kind of record and without."""
        keys = (kind.table.get("key", ()) for kind in self.tables.kinds.values())
        rules = (rule.get("columns", ()) for rule in self.tables.table.get("rules", ()))
        names = {name for several in (*keys, *rules) for name in several}
        return frozenset(names | {name.rpartition(".")[2] for name in names})

    # --- Key and rules ----------------------------------------------------------------------------

    def _key(self) -> Iterator[Problem]:
        for kind in self.tables.kinds.values():
            yield from self._key_of(kind)

    def _key_of(self, kind: KindTables) -> Iterator[Problem]:
        columns, path = self.columns_of(kind), self._at(*kind.path, "key")
        key = self.kinds[kind.name].key
        for name in key:
            if name not in columns:
                yield no_column(path, name, columns)
            elif columns[name].type.always_null:
                yield Problem(path, f"{name} is always null, so it distinguishes no records")
            elif columns[name].type.reads_as is Meaning.CONSTANT and not columns[name].nullable:
                what = f"{name} is the same in each record, so it distinguishes none"
                yield Problem(path, what)
        if not key and self.kind is not Kind.ADT and kind == self.tables.unit:
            yield Problem(
                path,
                "has no column, so that no communication can be found again in the other file",
                "list the columns that identify a communication",
            )

    # --- The file as a whole ----------------------------------------------------------------------

    def _count(self) -> Iterator[Problem]:
        least, most = self.table["minimum_records"], self.table.get("maximum_records")
        if most is not None and least > most:
            what = f"allows {most} records, where minimum_records asks for {least}"
            yield Problem(self._at("maximum_records"), what, f"at least {least}, or leave it out")

    def _length(self) -> Iterator[Problem]:
        for kind in self.tables.kinds.values():
            yield from self._length_of(kind)
        limit = self.table["maximum_record_bytes"]
        for one in self._all:
            if one.table.get("maximum_length", 0) > limit:
                path = self._at(*one.path, "maximum_length")
                yield Problem(path, f"no record is as long: maximum_record_bytes is {limit}")

    def _length_of(self, kind: KindTables) -> Iterator[Problem]:
        found, limit = self.kinds[kind.name], self.table["maximum_record_bytes"]
        columns = found.columns
        always = columns if found.is_plain else columns[: found.counts[0]]
        least = (
            len(always)
            - 1
            + sum(0 if column.nullable else column.type.narrowest for column in always)
        )
        if least > limit:
            what = f"no record has as few bytes as {limit}"
            yield Problem(self._at("maximum_record_bytes"), what, f"at least {least}")
        for one, at in zip(columns, kind.columns, strict=True):
            beside = least - (0 if one.nullable else one.type.narrowest)
            known = (*one.type.choices, *one.type.sentinels)
            long = [v for v in known if beside + len(v.encode()) > limit]
            if long and least <= limit:
                what = f"no record with {printable(long[0], 40)} is as short as {limit} bytes"
                yield Problem(self._at(*at.path), what, "raise maximum_record_bytes")

    def _of_kind(self) -> Iterator[Problem]:
        columns = self.columns
        for index, column in enumerate(columns.values()):
            if column.role is Role.BREACH and self.breaches is not None:
                without = [v for v in column.type.choices if v not in self.breaches]
                if without:
                    yield Problem(
                        self.path_of(index),
                        f"[breaches] does not say whose threshold {listed(tuple(without))} is of",
                        f'give it an entry there, such as {without[0]} = "user" or "dcc"',
                    )
        if self.kind is Kind.QCAF and not any(c.role is Role.ACTION for c in columns.values()):
            yield Problem(
                self._at("records" if self.tables.several else "columns"),
                "has no column for the action that clause 4.7(b) asks for",
                'add one with type = "action" and role = "action"',
            )


def _is_created(table: Mapping[str, Any]) -> bool:
    return bool(table.get("role") == Role.CREATED_AT)
