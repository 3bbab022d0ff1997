"""The kinds of records in the table of a file, with their names as rules and keys use them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from conformance.model.composed import expanded, in_parts, rule_in_parts
from conformance.model.problem import Path
from conformance.model.profile import ALONE

#: A table of a profile.
Table = Mapping[str, Any]


class ColumnAt(Struct, frozen=True):
    """A column of a record: its name in rows, its table, and its path below the file.

    ``entry`` is that path in words.
    """

    name: str
    table: Table
    path: Path
    entry: str


class KindTables(Struct, frozen=True):
    """A kind of record: its own table, and its columns with those of a repetition once.

    ``group`` is the table of the repetition, if there is one, and ``first`` its position.
    """

    name: str
    table: Table
    path: Path
    columns: tuple[ColumnAt, ...]
    group: Table | None = None
    first: int = 0

    @property
    def repeated(self) -> str:
        """The name of what repeats in the record, if anything does."""
        return "" if self.group is None else str(self.group["repeat"])

    def own(self, name: str, *, repeated: bool) -> str | None:
        """Return what a column of the kind is called in rows, if it has one of this name.

        ``repeated``: names of columns that repeat need not say so.
        """
        names = {one.name for one in self.columns}
        bare = name.removeprefix(f"{self.name}.")
        ways = [bare, f"{self.repeated}.{bare}"] if self.group and repeated else [bare]
        return next((one for one in reversed(ways) if one in names), None)

    @property
    def composed(self) -> tuple[Table, ...]:
        """The values in several columns, which they name as rows have them."""
        return tuple(
            {**one, "from": [self.own(name, repeated=True) or name for name in one["from"]]}
            for one in self.table.get("composed", ())
        )


class FileTables(Struct, frozen=True):
    """The kinds of records of a file by name; ``several``: the file's table lists them."""

    table: Table
    kinds: Mapping[str, KindTables]
    several: bool

    @classmethod
    def of(cls, table: Table) -> FileTables:
        """Return the kinds of a file, whose table fits the schema."""
        if "records" not in table:
            table = expanded(table)
            columns = tuple(_columns(table["columns"], ("columns",), "columns"))
            return cls(table, {ALONE: KindTables(ALONE, table, (), columns)}, several=False)
        found = (_kind(one, index) for index, one in enumerate(table["records"]))
        return cls(table, {kind.name: kind for kind in found}, several=True)

    @property
    def unit(self) -> KindTables:
        """The kind of what is counted and compared."""
        stated = str(self.table.get("unit", "")).partition(".")[0]
        body = [kind for kind in self.kinds.values() if "at" not in kind.table]
        parents = {kind.table.get("parent") for kind in body}
        leaves = [kind for kind in body if kind.name not in parents]
        return self.kinds.get(stated) or next(iter((*leaves, *body, *self.kinds.values())))

    def ancestors(self, kind: KindTables) -> tuple[KindTables, ...]:
        """Return the parent of a kind, its parent and so on, each once."""
        found: list[KindTables] = []
        parent = self.kinds.get(kind.table.get("parent", ""))
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self.kinds.get(parent.table.get("parent", ""))
        return tuple(found)

    def above(self, kind: KindTables) -> tuple[KindTables, ...]:
        """Return the kinds of which each record of ``kind`` has one: its parents and headers."""
        placed = [one for one in self.kinds.values() if one.table.get("at", 0) > 0]
        heads = [one for one in placed if one.table.get("occurs", [1, 1]) == [1, 1]]
        return (*self.ancestors(kind), *(one for one in heads if one != kind))

    def canonical(self, kind: KindTables, name: str, *, repeated: bool = True) -> str | None:
        """Return what the column that ``name`` means in a record of ``kind`` is called in rows."""
        own = kind.own(name, repeated=repeated)
        if own is not None:
            return own
        owner, _, bare = name.partition(".")
        above = next((one for one in self.above(kind) if one.name == owner), None)
        found = above and above.own(bare, repeated=False)
        return f"{owner}.{found}" if found else None

    def rules(self, kind: KindTables) -> tuple[Table, ...]:
        """Return the rules about records of ``kind``, whose columns are as rows have them."""
        rules = self.table.get("rules", ())
        return tuple(self.renamed(kind, r) for r in rules if self.subject(r)[0] == kind.name)

    def subject(self, rule: Table) -> tuple[str, bool]:
        """Return the kind that a rule is about, and whether it is about what repeats there."""
        unit = self.unit
        name, _, repeated = rule.get("on", unit.name).partition(".")
        return name, bool(repeated) or ("on" not in rule and unit.group is not None)

    def renamed(self, kind: KindTables, rule: Table) -> Table:
        """Return a rule about records of ``kind``, whose columns are as rows have them."""
        if not self.several:
            return rule
        repeated = self.subject(rule)[1]

        def name(one: str) -> str:
            return self.canonical(kind, one, repeated=repeated) or one

        found = dict(rule)
        for entry, value in rule.items():
            match entry:
                case "left" | "right" if "column" in value:
                    found[entry] = {**value, "column": name(value["column"])}
                case "column" | "eligible_for":
                    found[entry] = name(value)
                case "columns" | "for_each":
                    found[entry] = [name(one) for one in value]
                case "when" | "by":
                    found[entry] = [{**one, "column": name(one["column"])} for one in value]
        return rule_in_parts(found, self._parts(kind))

    def key(self, kind: KindTables) -> tuple[str, ...]:
        """Return the key of a kind, whose columns are as rows have them."""
        names = [self.canonical(kind, one) or one for one in kind.table.get("key", ())]
        return tuple(in_parts(names, self._parts(kind)))

    def _parts(self, kind: KindTables) -> Mapping[str, Sequence[str]]:
        """Return the columns of the values that the rows of a kind have in several of them."""
        own = {one["name"]: one["from"] for one in kind.composed}
        own |= {f"{kind.name}.{name}": parts for name, parts in own.items()}
        above = [one for other in self.above(kind) for one in _composed_above(other)]
        return {one["name"]: one["from"] for one in above} | own

    def composed(self, kind: KindTables) -> tuple[Table, ...]:
        """Return the values that the rows of a kind have in several columns, by their names."""
        names = {one.name for one in self.inherited(kind)}
        above = [one for other in self.above(kind) for one in _composed_above(other)]
        return (*kind.composed, *(one for one in above if names.issuperset(one["from"])))

    def inherited(self, kind: KindTables) -> tuple[ColumnAt, ...]:
        """Return the columns of other records that the rows of ``kind`` have behind their own.

        Of each kind those that its key and rules name; of what is counted and compared, all that
        its parents have, and what the header has a role for.
        """
        wanted = set(self.key(kind))
        for rule in self.rules(kind):
            wanted |= set(_named(rule))
        wanted |= {
            one.table["derived"].get("same") for one in kind.columns if "derived" in one.table
        }
        found = []
        for above in self.above(kind):
            parent = above in self.ancestors(kind)
            parts = {p for one in above.composed if "role" in one for p in one["from"]}
            for one in above.columns:
                name = f"{above.name}.{one.name}"
                own = not {"tag", "derived"} & one.table.keys()
                role = "role" in one.table or one.name in parts
                useful = kind == self.unit and own and (parent or role)
                if name in wanted or useful:
                    found.append(ColumnAt(name, one.table, one.path, one.entry))
        return tuple(found)

    def row_table(self) -> Table:
        """Return the table of a file that has the rows of the unit as its only records."""
        if not self.several:
            return self.table
        unit = self.unit
        columns = [{**one.table, "name": one.name} for one in self.row(unit)]
        return {
            **{k: v for k, v in self.table.items() if k not in ("records", "unit")},
            "columns": columns,
            "key": list(self.key(unit)),
            "rules": list(self.rules(unit)),
        }

    def row(self, kind: KindTables) -> tuple[ColumnAt, ...]:
        """Return the columns of the rows of a kind."""
        return (*kind.columns, *self.inherited(kind))


def _kind(table: Table, index: int) -> KindTables:
    path: Path = ("records", index)
    entry = f"records.{table['name']}.columns"
    group, first = None, 0
    columns: list[ColumnAt] = []
    for place, one in enumerate(table["columns"]):
        at: Path = (*path, "columns", place)
        if "repeat" in one:
            group, first = one, len(columns)
            inner = f"{entry}.{one['repeat']}.columns"
            columns += _columns(one["columns"], (*at, "columns"), inner, f"{one['repeat']}.")
        else:
            columns.append(ColumnAt(one["name"], one, at, f"{entry}.{one['name']}"))
    return KindTables(table["name"], table, path, tuple(columns), group, first)


def _composed_above(kind: KindTables) -> Iterator[Table]:
    """Yield the values of a kind in several columns, as rows of records below it name them."""
    for one in kind.composed:
        parts = [f"{kind.name}.{name}" for name in one["from"]]
        yield {**one, "name": f"{kind.name}.{one['name']}", "from": parts}


def _columns(
    tables: Sequence[Table], path: Path, entry: str, before: str = ""
) -> Iterator[ColumnAt]:
    for place, one in enumerate(tables):
        name = one["name"]
        yield ColumnAt(before + name, one, (*path, place), f"{entry}.{name}")


def _named(rule: Table) -> Iterator[str]:
    """Yield the columns that a rule names."""
    for side in ("left", "right"):
        if "column" in rule.get(side, ()):
            yield rule[side]["column"]
    if "column" in rule:
        yield rule["column"]
    for entry in ("columns", "for_each"):
        yield from rule.get(entry, ())
    for entry in ("when", "by"):
        yield from (one["column"] for one in rule.get(entry, ()))
